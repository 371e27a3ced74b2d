import { open, readFile, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { formatTime } from "../runtime/clock.ts";
import { KeyError } from "./key-error.ts";
import type { KeyState, RingKey } from "./key-ring.ts";
import { parsePrivateKeyPem, pemBlocks } from "./pem-keys.ts";
import { signingKey } from "./signing-key.ts";

/**
 * The ring on disk: one PEM file, replaced as a whole. Each key is preceded by a line that says
 * where it stands in its life; PEM readers pass over such lines, so the file also serves a
 * kube-apiserver as `--service-account-signing-key-file` (the signing key is the first) and as
 * `--service-account-key-file`:
 *
 *     # state=active created=2026-01-01T00:00:00Z activated=2026-01-01T00:00:00Z
 *     -----BEGIN PRIVATE KEY-----
 */
const HEADING = "# Service account keys. The first one signs, all of them verify.\n";

const STATE_LINE = /^# state=(next|active|retired)((?: [a-z]+=\S+)*)$/;

const ORDER: Readonly<Record<KeyState, number>> = { active: 0, next: 1, retired: 2 };

/** The ring as the text of its file. */
export function formatKeyRing(keys: readonly RingKey[]): string {
  const sorted = [...keys].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
  return HEADING + sorted.map(formatKey).join("");
}

function formatKey({ key, state, createdAt, activatedAt, retiredAt }: RingKey): string {
  const activated = activatedAt === undefined ? "" : ` activated=${formatTime(activatedAt)}`;
  const retired = retiredAt === undefined ? "" : ` retired=${formatTime(retiredAt)}`;
  const pem = key.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return `\n# state=${state} created=${formatTime(createdAt)}${activated}${retired}\n${pem}`;
}

/**
 * The ring in a file's text. Every key proves itself anew.
 * @throws KeyError `damaged-key-file` for anything that `formatKeyRing` would not have written;
 *   `self-test-failed`, `unsupported-key`
 */
export function parseKeyRing(text: string): readonly RingKey[] {
  const keys: RingKey[] = [];
  let position = 0;
  for (const block of pemBlocks(text)) {
    keys.push(parseKey(text.slice(position, block.offset), block.text));
    position = block.offset + block.text.length;
  }
  if (keys.filter(({ state }) => state === "active").length !== 1) {
    throw damaged(`holds ${keys.length} keys, not one of which is the active one`);
  }
  if (text.slice(position).includes("-----")) throw damaged("ends within a key");
  return keys;
}

function parseKey(preface: string, pem: string): RingKey {
  const line = preface.trimEnd().split("\n").at(-1) ?? "";
  const match = STATE_LINE.exec(line);
  if (match === null || preface.includes("-----")) throw damaged("has a key without its state");
  const times = new Map<string, number>();
  for (const pair of (match[2] ?? "").trim().split(" ")) {
    const [name = "", value = ""] = pair.split("=");
    times.set(name, Date.parse(value));
  }
  const createdAt = times.get("created");
  if (createdAt === undefined || [...times.values()].some(Number.isNaN)) {
    throw damaged("has a key with unreadable times");
  }
  const activatedAt = times.get("activated");
  const retiredAt = times.get("retired");
  return {
    key: signingKey(parsePrivateKeyPem(pem)),
    state: match[1] as KeyState,
    createdAt,
    ...(activatedAt === undefined ? {} : { activatedAt }),
    ...(retiredAt === undefined ? {} : { retiredAt }),
  };
}

function damaged(what: string): KeyError {
  return new KeyError("damaged-key-file", `the service account key file ${what}`);
}

/**
 * Reads a ring; undefined when there is no file yet.
 * @throws KeyError `damaged-key-file` …, with the path in its message; errors of the file system
 */
export async function readKeyRing(path: string): Promise<readonly RingKey[] | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return parseKeyRing(text);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new KeyError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

/**
 * Writes a ring so that a crash at any point leaves the old file or the new one, complete: a new file
 * that only the owner can read, flushed, renamed over the old one, the directory flushed.
 */
export async function writeKeyRing(path: string, keys: readonly RingKey[]): Promise<void> {
  const temporary = `${path}.new`;
  // Left behind by a crash, perhaps with other permissions; `wx` below must make it anew.
  await unlink(temporary).catch(() => {});
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(formatKeyRing(keys));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const directory = await open(dirname(path), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
