import type { Clock } from "../../runtime/clock.ts";
import type { WaitingPod } from "./node-filters.ts";
import { OrderedHeap } from "./ordered-heap.ts";

/** Why a pod was not bound: no node takes it, or something went wrong. */
export type Failure = "unschedulable" | "error";

/** @see kubernetes pkg/scheduler/backend/queue (DefaultPodInitialBackoffDuration …) */
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 10_000;
const LONGEST_UNSCHEDULABLE_MS = 300_000;
const LOOK_FOR_LEFT_EVERY_MS = 30_000;

/** Ready for its turn; in work; waiting for the cluster to change; waiting for a while. */
type State = "ready" | "in-work" | "unschedulable" | "pausing";

interface Entry {
  waiting: WaitingPod;
  state: State;
  /** When it came into its state. */
  since: number;
  failures: Readonly<Record<Failure, number>>;
  /** Its place among the ready of its priority. Anything older in a heap is no longer meant. */
  ticket: number;
}

/** A turn: an entry as it was when it got ready. */
interface Turn {
  readonly entry: Entry;
  readonly ticket: number;
  readonly priority: number;
  /** Before this instant others come first. */
  readonly notBefore: number;
}

const NO_FAILURES: Readonly<Record<Failure, number>> = { unschedulable: 0, error: 0 };

/**
 * Pods without a node: those of the highest priority first, the oldest of them first. One that no
 * node takes waits until something has changed that helps it, or five minutes; one that failed for
 * another reason waits for a time that doubles.
 * @see kubernetes pkg/scheduler/backend/queue/scheduling_queue.go
 */
export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #onReady: () => void;
  readonly #entries = new Map<string, Entry>();
  readonly #ready = new OrderedHeap<Turn>(comesBefore);
  /** Ready, but others that are not yet punished for failures come before. */
  readonly #later = new OrderedHeap<Turn>((one, other) => one.notBefore < other.notBefore);
  readonly #cancels = new Map<Entry, () => void>();
  #cancelLook: (() => void) | undefined;
  #lastTicket = 0;

  /** @param onReady - Called when a pod is ready for its turn. */
  constructor(clock: Clock, onReady: () => void) {
    this.#clock = clock;
    this.#onReady = onReady;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Adds a pod, or takes note of what has changed of one; `mayHelp` says that it has another chance. */
  put(waiting: WaitingPod, mayHelp: boolean): void {
    const known = this.#entries.get(waiting.uid);
    if (known === undefined) {
      const since = this.#clock.now();
      const entry: Entry = { waiting, state: "ready", since, failures: NO_FAILURES, ticket: 0 };
      this.#entries.set(waiting.uid, entry);
      this.#makeReady(entry);
      return;
    }
    known.waiting = waiting;
    if (mayHelp && known.state === "unschedulable") this.#makeReady(known);
  }

  get(uid: string): WaitingPod | undefined {
    return this.#entries.get(uid)?.waiting;
  }

  /** The pod has a node, or is gone. */
  delete(uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    this.#entries.delete(uid);
    this.#change(entry, "in-work");
  }

  /** The next pod, which then is in work; undefined when none is ready. */
  take(): WaitingPod | undefined {
    const now = this.#clock.now();
    for (let turn = this.#later.first(); turn !== undefined; turn = this.#later.first()) {
      if (turn.notBefore > now) break;
      this.#later.take();
      if (isMeant(turn)) this.#ready.add(turn);
    }
    for (const heap of [this.#ready, this.#later]) {
      for (let turn = heap.take(); turn !== undefined; turn = heap.take()) {
        if (!isMeant(turn)) continue;
        this.#change(turn.entry, "in-work");
        return turn.entry.waiting;
      }
    }
    return undefined;
  }

  /** What was in work has failed. */
  failed(uid: string, failure: Failure): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    const failures =
      failure === "unschedulable"
        ? { unschedulable: entry.failures.unschedulable + 1, error: 0 }
        : { ...entry.failures, error: entry.failures.error + 1 };
    entry.failures = failures;
    if (failure === "unschedulable") {
      this.#change(entry, "unschedulable");
      this.#lookForLeft();
      return;
    }
    this.#change(entry, "pausing");
    const cancel = this.#clock.after(backoffMs(failures.error), () => this.#makeReady(entry));
    this.#cancels.set(entry, cancel);
  }

  /** Something has changed: those that it helps get another turn. */
  retry(helps: (waiting: WaitingPod) => boolean): void {
    for (const entry of this.#entries.values()) {
      if (entry.state === "unschedulable" && helps(entry.waiting)) this.#makeReady(entry);
    }
  }

  close(): void {
    this.#cancelLook?.();
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
    this.#entries.clear();
  }

  #makeReady(entry: Entry): void {
    const { failures, since } = entry;
    const now = this.#clock.now();
    const count = failures.error > 0 ? failures.error : failures.unschedulable;
    const notBefore = count === 0 ? now : since + backoffMs(count);
    this.#change(entry, "ready");
    const priority = entry.waiting.pod.spec?.priority ?? 0;
    const turn = { entry, ticket: entry.ticket, priority, notBefore };
    if (notBefore > now) this.#later.add(turn);
    else this.#ready.add(turn);
    this.#onReady();
  }

  #change(entry: Entry, state: State): void {
    entry.state = state;
    entry.since = this.#clock.now();
    entry.ticket = ++this.#lastTicket;
    this.#cancels.get(entry)?.();
    this.#cancels.delete(entry);
  }

  /** Whoever has waited for long is tried again, whatever has been missed. */
  #lookForLeft(): void {
    this.#cancelLook ??= this.#clock.after(LOOK_FOR_LEFT_EVERY_MS, () => {
      this.#cancelLook = undefined;
      const oldest = this.#clock.now() - LONGEST_UNSCHEDULABLE_MS;
      let isAnyLeft = false;
      for (const entry of this.#entries.values()) {
        if (entry.state !== "unschedulable") continue;
        if (entry.since < oldest) this.#makeReady(entry);
        else isAnyLeft = true;
      }
      if (isAnyLeft) this.#lookForLeft();
    });
  }
}

function comesBefore(one: Turn, other: Turn): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority;
  return one.ticket < other.ticket;
}

function isMeant({ entry, ticket }: Turn): boolean {
  return entry.state === "ready" && entry.ticket === ticket;
}

function backoffMs(failures: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS);
}
