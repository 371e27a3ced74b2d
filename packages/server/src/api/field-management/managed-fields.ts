/**
 * `metadata.managedFields` taken apart: who owns which fields, in which version.
 * @see apimachinery pkg/util/managedfields/internal/managedfields.go
 */
import type { ManagedFieldsEntry } from "../types.ts";
import type { FieldSet } from "./field-set.ts";
import { decodeFieldsV1, encodeFieldsV1 } from "./fields-v1.ts";
import { compareText } from "./text-order.ts";

export type Operation = "Apply" | "Update";

/** Who writes: one entry of `managedFields`. */
export interface Manager {
  readonly name: string;
  readonly operation: Operation;
  /** Group version in which the fields are named: `v1`, `apps/v1`. */
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource: string;
}

export interface ManagedSet {
  readonly manager: Manager;
  readonly set: FieldSet;
  /** RFC 3339, as the entry has it. */
  readonly time: string | undefined;
  /** The entry that says just this. */
  readonly entry?: ManagedFieldsEntry;
}

/** By `managerId`. */
export type Managed = Map<string, ManagedSet>;

/**
 * What makes managers one: name, operation, subresource, and for updates the version too. The text is
 * upstream's, because ties of the oldest managers are broken by it.
 */
export function managerId({ name, operation, apiVersion, subresource }: Manager): string {
  return JSON.stringify({
    ...(name === "" ? {} : { manager: name }),
    operation,
    ...(operation === "Apply" || apiVersion === "" ? {} : { apiVersion }),
    ...(subresource === "" ? {} : { subresource }),
  });
}

/**
 * Takes entries apart; of two entries of one manager the last counts.
 * @param keep - remember the entries, to answer them unchanged where they are.
 * @throws Error when one of them is invalid.
 */
export function decodeManagedFields(
  entries: readonly ManagedFieldsEntry[] | null | undefined,
  keep: boolean,
): Managed {
  const managed: Managed = new Map();
  for (const entry of entries ?? []) {
    const { operation, apiVersion = "", fieldsType, time } = entry;
    if (operation !== "Apply" && operation !== "Update") {
      throw new Error("operation must be `Apply` or `Update`");
    }
    if (apiVersion === "") throw new Error("apiVersion must not be empty");
    if (fieldsType !== "FieldsV1") throw new Error(`invalid fieldsType ${fieldsType}`);
    const { manager: name = "", subresource = "" } = entry;
    const manager: Manager = { name, operation, apiVersion, subresource };
    const set = decodeFieldsV1(entry.fieldsV1);
    managed.set(managerId(manager), { manager, set, time, ...(keep ? { entry } : {}) });
  }
  return managed;
}

/** Entries in upstream's order; undefined when nobody owns anything. */
export function encodeManagedFields(managed: Managed): ManagedFieldsEntry[] | undefined {
  if (managed.size === 0) return undefined;
  const entries: ManagedFieldsEntry[] = [];
  for (const each of managed.values()) entries.push(each.entry ?? encodeEntry(each));
  return entries.length === 1 ? entries : entries.sort(compareEntries);
}

/** The entry that says it. */
export function encodeEntry({ manager, set, time }: ManagedSet): ManagedFieldsEntry {
  const { name, operation, apiVersion, subresource } = manager;
  const entry: ManagedFieldsEntry =
    name === "" ? { operation, apiVersion } : { manager: name, operation, apiVersion };
  if (time !== undefined && time !== null) entry.time = time;
  entry.fieldsType = "FieldsV1";
  entry.fieldsV1 = encodeFieldsV1(set);
  if (subresource !== "") entry.subresource = subresource;
  return entry;
}

/** Applies first, then the older, then by name. */
export function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compareText(a.operation ?? "", b.operation ?? "") ||
    compareTimes(a.time, b.time) ||
    compareText(a.manager ?? "", b.manager ?? "") ||
    compareText(a.apiVersion ?? "", b.apiVersion ?? "") ||
    compareText(a.subresource ?? "", b.subresource ?? "")
  );
}

/** By whole seconds; no time is the oldest. */
export function compareTimes(a: string | undefined, b: string | undefined): number {
  return a === b ? 0 : secondsOf(a) - secondsOf(b);
}

function secondsOf(time: string | undefined): number {
  if (time === undefined || time === null) return 0;
  const at = Date.parse(time);
  return Number.isNaN(at) ? 0 : Math.floor(at / 1000);
}

/** Whether a body asks to forget who owns what: an empty list, or a list of one empty entry. */
export function asksForReset(entries: readonly ManagedFieldsEntry[] | null | undefined): boolean {
  if (entries === undefined || entries === null) return false;
  const first = entries[0];
  if (first === undefined) return true;
  return entries.length === 1 && Object.keys(first).length === 0;
}
