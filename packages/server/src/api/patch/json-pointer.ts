/**
 * Places in a JSON document, named by pointers (RFC 6901), and what operations do to them.
 * @see github.com/evanphx/json-patch v4 patch.go (findObject, partialDoc, partialArray)
 */
import { requestRejected } from "../status-error.ts";
import { isJsonMap, type JsonMap, memberOf, setMember } from "./patch-value.ts";
import type { TouchedMaps } from "./touched-maps.ts";

const INDEX = /^[+-]?\d+$/;

/** A document whose root can be replaced. */
export class DocumentRoot {
  value: unknown;
  /** Maps that places lie in, where somebody asks for them. */
  readonly touched: TouchedMaps | undefined;

  /** @param touched - filled with the maps that places lie in */
  constructor(value: unknown, touched?: TouchedMaps) {
    this.value = value;
    this.touched = touched;
    this.#touch(value);
  }

  #touch(container: unknown): void {
    if (isJsonMap(container)) this.touched?.add(container);
  }

  /**
   * The place that a pointer names. All but its last step must be there.
   * @throws StatusError 422 when they are not, and for a pointer without a step.
   */
  locate(pointer: string): Place {
    const steps = pointer.split("/");
    // Whatever stands before the first slash is ignored, as upstream does.
    let container = this.value;
    for (let at = 1; at < steps.length - 1; at++) {
      container = memberOrItem(container, unescapeStep(steps[at] ?? ""));
      this.#touch(container);
    }
    const last = steps.length < 2 ? undefined : steps.at(-1);
    if (last === undefined) throw requestRejected();
    return placeIn(container, unescapeStep(last));
  }
}

/** One member or item, there or not. */
export interface Place {
  /** undefined for a member that is not there. @throws StatusError 422 for an item that is not there. */
  get(): unknown;
  add(value: unknown): void;
  replace(value: unknown): void;
  remove(): void;
}

function memberOrItem(container: unknown, step: string): unknown {
  const inner = isContainer(container) ? placeIn(container, step).get() : undefined;
  if (!isContainer(inner)) throw requestRejected();
  return inner;
}

function isContainer(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** `~1` is a slash, `~0` a tilde; one pass, so that `~01` is `~1`. */
function unescapeStep(step: string): string {
  return step.includes("~")
    ? step.replace(/~[01]/g, (found) => (found === "~1" ? "/" : "~"))
    : step;
}

function placeIn(container: unknown, step: string): Place {
  if (Array.isArray(container)) return itemPlace(container, step);
  if (isJsonMap(container)) return memberPlace(container, step);
  throw requestRejected();
}

function memberPlace(map: JsonMap, name: string): Place {
  return {
    get: () => memberOf(map, name),
    add: (value) => setMember(map, name, value),
    replace: (value) => setMember(map, name, value),
    remove: () => {
      if (!Object.hasOwn(map, name)) throw requestRejected();
      delete map[name];
    },
  };
}

function itemPlace(list: unknown[], step: string): Place {
  return {
    get: () => list[indexIn(step, list.length)],
    add: (value) => {
      if (step === "-") list.push(value);
      // One more place than there are items: behind the last, and -1 is that place.
      else list.splice(indexIn(step, list.length + 1), 0, value);
    },
    replace: (value) => {
      list[indexIn(step, list.length)] = value;
    },
    remove: () => {
      list.splice(indexIn(step, list.length), 1);
    },
  };
}

/** Negative indexes count from the end. */
function indexIn(step: string, length: number): number {
  if (!INDEX.test(step)) throw requestRejected();
  const index = Number(step);
  const place = index < 0 ? index + length : index;
  if (!(place >= 0 && place < length)) throw requestRejected();
  return place;
}
