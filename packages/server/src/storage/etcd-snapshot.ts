import type { EtcdClient } from "./etcd-client.ts";
import type { EtcdKeyValue, RangeResponse } from "./etcd-messages.ts";
import { Log } from "./log.ts";
import { withResourceVersion } from "./resource-version.ts";
import { StorageError } from "./storage.ts";

/** Which keys of an etcd are ours. */
export interface KeySpace {
  /** Stands before each of our keys in etcd, so that several stores can share one. */
  readonly root: string;
  /** What our keys start with, without the root; in production `/registry/`. */
  readonly prefix: string;
}

const PAGE_KEYS = 500;
const OPEN_BRACE = 0x7b;

/**
 * The state of our keys at one revision of etcd, as a log whose history starts there.
 * @throws EtcdError; StorageError `unavailable` when a key holds something that is not ours
 */
export async function loadSnapshot(client: EtcdClient, space: KeySpace): Promise<Log> {
  const first = space.root + space.prefix;
  const rangeEnd = prefixEnd(first);
  let page = await client.range({
    key: first === "" ? ALL : Buffer.from(first),
    ...{ rangeEnd, limit: PAGE_KEYS, revision: 0 },
  });
  const { revision } = page;
  const log = new Log(revision);
  for (;;) {
    for (const keyValue of page.keyValues) restore(log, space, keyValue);
    const last = page.keyValues.at(-1);
    if (!page.more || last === undefined) return log;
    page = await nextPage(client, last, rangeEnd, revision);
  }
}

function nextPage(
  client: EtcdClient,
  last: EtcdKeyValue,
  rangeEnd: Buffer,
  revision: number,
): Promise<RangeResponse> {
  // The least key after another one is that one and a zero byte.
  const key = Buffer.from(`${last.key}\0`);
  return client.range({ key, rangeEnd, limit: PAGE_KEYS, revision });
}

function restore(log: Log, { root }: KeySpace, keyValue: EtcdKeyValue): void {
  const { createRevision, modRevision } = keyValue;
  const key = keyValue.key.slice(root.length);
  const bytes = stampedValue(keyValue);
  log.restore(log.createEntry({ key, createRevision, modRevision, deleted: false }, bytes), []);
}

/**
 * The object under its revision, which its writer could not know.
 * @throws StorageError `unavailable` when it is no JSON object: kube-apiserver keeps protobuf under the same keys
 */
export function stampedValue({ key, modRevision, value }: EtcdKeyValue): Uint8Array {
  if (value[0] !== OPEN_BRACE) {
    const message = `key ${JSON.stringify(key)} in etcd was not written by Countersign`;
    throw new StorageError("unavailable", key, { message });
  }
  return withResourceVersion(value, modRevision);
}

/** The key after all that start with `prefix`, in byte order: etcd's form of a prefix. */
export function prefixEnd(prefix: string): Buffer {
  const end = Buffer.from(prefix);
  for (let at = end.length - 1; at >= 0; at--) {
    const byte = end[at] ?? 0xff;
    if (byte < 0xff) {
      end[at] = byte + 1;
      return end.subarray(0, at + 1);
    }
  }
  return ALL;
}

/** As the end of a range: every key. As its start: from the first key. */
export const ALL: Buffer = Buffer.from([0]);
