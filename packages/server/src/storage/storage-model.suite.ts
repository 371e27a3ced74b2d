import fc from "fast-check";
import { expect } from "vitest";
import type { Entry, Storage, StorageEvent, Watch } from "./storage.ts";
import { StorageError } from "./storage.ts";

/**
 * The model that storages are compared with. Commands are issued without waiting for the ones
 * before unless they say so; everything that was seen is kept, and judged once the order in which
 * the engine committed is known from its revisions.
 */
export type StorageCommand =
  | { readonly type: "write"; readonly key: number; readonly expect: "head" | "none" | "stale" }
  | { readonly type: "delete"; readonly key: number; readonly expect: "head" | "stale" }
  | {
      readonly type: "list";
      readonly prefix: number;
      readonly after: number | undefined;
      readonly limit: number;
      readonly back: number;
    }
  | { readonly type: "watch"; readonly prefix: number; readonly back: number }
  | { readonly type: "unwatch"; readonly index: number }
  | { readonly type: "compact"; readonly back: number }
  | { readonly type: "wait" };

const KEYS = ["a", "a/b", "a/c", "a-", "b/a", "b/\u{ffee}", "b/\u{1f600}", "c"];
const PREFIXES = ["", "a/", "b/", "a", "c", "d/"];

const key = fc.nat({ max: KEYS.length - 1 });
const prefix = fc.nat({ max: PREFIXES.length - 1 });
const back = fc.nat({ max: 12 });

export const storageCommands: fc.Arbitrary<StorageCommand[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant("write" as const),
        key,
        expect: fc.constantFrom(
          "head" as const,
          "head" as const,
          "none" as const,
          "stale" as const,
        ),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant("delete" as const),
        key,
        expect: fc.constantFrom("head" as const, "stale" as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant("list" as const),
        prefix,
        after: fc.option(key, { nil: undefined }),
        limit: fc.nat({ max: 4 }),
        back,
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("watch" as const), prefix, back }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant("unwatch" as const), index: fc.nat({ max: 5 }) }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("compact" as const), back }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("wait" as const) }) },
  ),
  { maxLength: 80, size: "large" },
);

/** Runs commands below `root` and compares all that was answered, listed and watched with the model. */
export async function runAgainstModel(
  storage: Storage,
  root: string,
  commands: readonly StorageCommand[],
): Promise<void> {
  const run = new Run(storage, root);
  for (const command of commands) await run.issue(command);
  await run.settle();
  run.judge();
}

/** A write and what came of it. */
interface Attempt {
  readonly key: string;
  readonly expected: number;
  readonly deletes: boolean;
  readonly revisionBefore: number;
  revisionAfter: number;
  entry: Entry | undefined;
  code: string | undefined;
}

interface ListSeen {
  readonly prefix: string;
  readonly after: string | undefined;
  readonly limit: number;
  readonly revision: number;
  readonly entries: readonly Entry[];
  readonly remaining: number;
  readonly count: number | undefined;
}

interface WatchSeen {
  readonly prefix: string;
  readonly after: number;
  readonly watch: Watch;
  readonly events: StorageEvent[];
  until: number;
}

class Run {
  readonly #storage: Storage;
  readonly #root: string;
  readonly #base: number;
  readonly #attempts: Attempt[] = [];
  readonly #lists: ListSeen[] = [];
  readonly #watches: WatchSeen[] = [];
  #underWay: Promise<void>[] = [];

  constructor(storage: Storage, root: string) {
    this.#storage = storage;
    this.#root = root;
    this.#base = storage.revision;
  }

  async issue(command: StorageCommand): Promise<void> {
    switch (command.type) {
      case "write":
      case "delete":
        return this.#write(command);
      case "list":
        return this.#list(command);
      case "watch":
        return this.#watch(command);
      case "unwatch":
        return this.#unwatch(this.#watches[command.index]);
      case "compact":
        return this.#storage.compact(this.#revision(command.back));
      case "wait":
        return this.settle();
    }
  }

  async settle(): Promise<void> {
    await Promise.all(this.#underWay.splice(0));
  }

  judge(): void {
    for (const seen of this.#watches) this.#unwatch(seen);
    const history = this.#history();
    for (const attempt of this.#attempts) judgeAttempt(attempt, history);
    for (const seen of this.#lists) judgeList(seen, history);
    for (const seen of this.#watches) judgeWatch(seen, history);
  }

  #write(command: StorageCommand & { type: "write" | "delete" }): void {
    const key = this.#root + KEYS[command.key];
    const head = this.#storage.getForUpdate(key)?.modRevision ?? 0;
    const stale = head === 0 ? this.#base + 1 : head - 1;
    const wanted = { head, stale, none: 0 }[command.expect];
    const deletes = command.type === "delete";
    const attempt: Attempt = {
      key,
      expected: deletes && wanted === 0 ? this.#base + 1 : wanted,
      deletes,
      revisionBefore: this.#storage.revision,
      revisionAfter: 0,
      entry: undefined,
      code: undefined,
    };
    this.#attempts.push(attempt);
    const number = this.#attempts.length;
    const encode = (revision: number): Uint8Array =>
      Buffer.from(JSON.stringify({ metadata: { resourceVersion: `${revision}` }, number }));
    const answer = deletes
      ? this.#storage.delete(key, attempt.expected)
      : this.#storage.put(key, attempt.expected, encode);
    this.#underWay.push(this.#record(attempt, answer));
  }

  async #record(attempt: Attempt, answer: Promise<Entry>): Promise<void> {
    try {
      attempt.entry = await answer;
      const shown = this.#storage.get(attempt.key)?.modRevision ?? attempt.entry.modRevision;
      expect(shown, "an answered write is readable").toBeGreaterThanOrEqual(
        attempt.entry.modRevision,
      );
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      attempt.code = error.code;
    }
    attempt.revisionAfter = this.#storage.revision;
  }

  #list(command: StorageCommand & { type: "list" }): void {
    const prefix = this.#root + PREFIXES[command.prefix];
    const after = command.after === undefined ? undefined : this.#root + KEYS[command.after];
    const revision = this.#revision(command.back);
    const options = { revision, limit: command.limit, ...(after === undefined ? {} : { after }) };
    if (revision < this.#storage.compactedRevision) {
      const compacted = expect.objectContaining({ code: "compacted" });
      expect(() => this.#storage.list(prefix, options)).toThrow(compacted);
      return;
    }
    const { entries, remaining } = this.#storage.list(prefix, options);
    const count = revision === this.#storage.revision ? this.#storage.count(prefix) : undefined;
    this.#lists.push({ prefix, after, limit: command.limit, revision, entries, remaining, count });
  }

  #watch(command: StorageCommand & { type: "watch" }): void {
    const prefix = this.#root + PREFIXES[command.prefix];
    const after = this.#revision(command.back);
    const events: StorageEvent[] = [];
    const sink = {
      events: (batch: readonly StorageEvent[]): void => {
        expect(batch.length).toBeGreaterThan(0);
        events.push(...batch);
      },
      ended: (): void => {},
    };
    const open = (): Watch => this.#storage.watch(prefix, { afterRevision: after }, sink);
    if (after < this.#storage.compactedRevision) {
      expect(open).toThrow(expect.objectContaining({ code: "compacted" }));
    } else {
      this.#watches.push({ prefix, after, watch: open(), events, until: 0 });
    }
  }

  #unwatch(seen: WatchSeen | undefined): void {
    if (seen === undefined || seen.until !== 0) return;
    seen.until = seen.watch.revision;
    seen.watch.close();
  }

  #revision(back: number): number {
    return Math.max(this.#base, this.#storage.revision - back);
  }

  #history(): History {
    const writes = this.#attempts.filter((attempt) => attempt.entry !== undefined);
    writes.sort((a, b) => (a.entry?.modRevision ?? 0) - (b.entry?.modRevision ?? 0));
    const revisions = writes.map((attempt) => attempt.entry?.modRevision);
    expect(revisions, "revisions without a gap").toEqual(writes.map((_, i) => this.#base + 1 + i));
    return new History(this.#base, writes);
  }
}

type State = ReadonlyMap<string, Entry>;

/** The committed writes in their order, and the state after each. */
class History {
  readonly writes: readonly Attempt[];
  readonly #base: number;
  readonly #states: State[] = [new Map()];

  constructor(base: number, writes: readonly Attempt[]) {
    this.#base = base;
    this.writes = writes;
    for (const { key, entry, deletes } of writes) {
      const state = new Map(this.#states.at(-1));
      if (entry === undefined || deletes) state.delete(key);
      else state.set(key, entry);
      this.#states.push(state);
    }
  }

  at(revision: number): State {
    return this.#states[revision - this.#base] ?? new Map();
  }
}

function outcome(state: State, { key, expected, deletes }: Attempt): string | undefined {
  const current = state.get(key)?.modRevision;
  if (!deletes && expected === 0) return current === undefined ? undefined : "key-exists";
  if (current === undefined) return "key-not-found";
  return current === expected ? undefined : "conflict";
}

function judgeAttempt(attempt: Attempt, history: History): void {
  if (attempt.entry !== undefined) {
    const before = history.at(attempt.entry.modRevision - 1);
    expect(outcome(before, attempt), "compare-and-swap").toBeUndefined();
    const created = before.get(attempt.key)?.createRevision ?? attempt.entry.modRevision;
    expect(attempt.entry.createRevision).toBe(created);
    return;
  }
  const reasons = new Set<string | undefined>();
  for (let at = attempt.revisionBefore; at <= attempt.revisionAfter; at++) {
    reasons.add(outcome(history.at(at), attempt));
  }
  expect([...reasons], "a refusal has a reason in the time of its write").toContain(attempt.code);
}

function judgeList(seen: ListSeen, history: History): void {
  const all = [...history.at(seen.revision).values()]
    .filter((entry) => entry.key.startsWith(seen.prefix))
    .sort((a, b) => byteOrder(a.key, b.key));
  if (seen.count !== undefined) expect(seen.count).toBe(all.length);
  const { after } = seen;
  const rest = after === undefined ? all : all.filter(({ key }) => byteOrder(key, after) > 0);
  const page = seen.limit === 0 ? rest : rest.slice(0, seen.limit);
  expect(seen.entries.map(identity)).toEqual(page.map(identity));
  expect(seen.remaining).toBe(rest.length - page.length);
}

function judgeWatch(seen: WatchSeen, history: History): void {
  const matches = (key: string): boolean =>
    seen.prefix.endsWith("/") ? key.startsWith(seen.prefix) : key === seen.prefix;
  const expected = history.writes.filter(
    ({ key, entry }) =>
      entry !== undefined &&
      matches(key) &&
      entry.modRevision > seen.after &&
      entry.modRevision <= seen.until,
  );
  expect(seen.events.map((event) => [event.type, event.revision, identity(event.entry)])).toEqual(
    expected.map(({ deletes, entry }) => [
      deletes ? "delete" : "put",
      entry?.modRevision,
      entry && identity(entry),
    ]),
  );
  for (const event of seen.events) {
    const previous = history.at(event.revision - 1).get(event.key);
    expect(event.previous && identity(event.previous)).toEqual(previous && identity(previous));
  }
}

function identity(entry: Entry): string {
  return `${entry.key} ${entry.createRevision} ${entry.modRevision} ${Buffer.from(entry.bytes).toString()}`;
}

function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
