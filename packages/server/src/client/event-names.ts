import { dnsSubdomainComplaints } from "../api/validation/names.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";

const NANOSECONDS_IN_MS = 1_000_000;

/**
 * Names of events: of the object they are about, and an instant in nanoseconds. The clock tells
 * milliseconds; what is below is drawn, and no name comes twice.
 * @see client-go tools/record/util (GenerateEventName)
 */
export class EventNames {
  readonly #clock: Clock;
  readonly #random: Random;
  #last = 0n;

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock;
    this.#random = random;
  }

  next(objectName: string): string {
    const fraction = Math.floor(this.#random.fraction() * NANOSECONDS_IN_MS);
    const drawn =
      BigInt(Math.floor(this.#clock.now())) * BigInt(NANOSECONDS_IN_MS) + BigInt(fraction);
    this.#last = drawn > this.#last ? drawn : this.#last + 1n;
    const name = `${objectName}.${this.#last.toString(16)}`;
    return dnsSubdomainComplaints(name).length === 0 ? name : this.#random.uuid();
  }
}
