import { posix } from "node:path";

/** What becomes one file of a volume. */
export interface FileProjection {
  readonly data: Uint8Array;
  /** Permission bits, exactly as the file gets them, whatever the umask. */
  readonly mode: number;
  /** User of the host who owns the file; the agent's own when absent. */
  readonly ownerUid?: number;
}

/** Files by their path below the volume: `tls/ca.crt → …`. */
export type Payload = ReadonlyMap<string, FileProjection>;

/** A path that must not become a file. The message is a kubelet's. */
export class PayloadPathError extends Error {
  constructor(message: string) {
    super(`invalid path: ${message}`);
    this.name = "PayloadPathError";
  }
}

/** Bytes. @see kubernetes pkg/volume/util/atomic_writer.go (maxPathLength, maxFileNameLength) */
const MAX_PATH_LENGTH = 4096;
const MAX_ELEMENT_LENGTH = 255;

/**
 * The payload with every path checked and written in its shortest form: `a//b/./c` is `a/b/c`.
 * @throws PayloadPathError of the first path that is bad
 * @see kubernetes pkg/volume/util/atomic_writer.go (validatePath)
 */
export function cleanPayload(payload: Payload): Payload {
  const cleaned = new Map<string, FileProjection>();
  for (const [path, file] of payload) {
    checkPayloadPath(path);
    cleaned.set(posix.normalize(path).replace(/\/$/, ""), file);
  }
  return cleaned;
}

/** @throws PayloadPathError for a path that is empty, absolute, too long or leads out of the volume */
export function checkPayloadPath(path: string): void {
  if (path === "") throw new PayloadPathError('must not be empty: ""');
  if (path.startsWith("/")) throw new PayloadPathError(`must be relative path: ${path}`);
  if (Buffer.byteLength(path) > MAX_PATH_LENGTH) {
    throw new PayloadPathError(`must be less than or equal to ${MAX_PATH_LENGTH} characters`);
  }
  const elements = path.split("/");
  for (const element of elements) {
    if (element === "..") throw new PayloadPathError(`must not contain '..': ${path}`);
    if (Buffer.byteLength(element) > MAX_ELEMENT_LENGTH) {
      throw new PayloadPathError(
        `filenames must be less than or equal to ${MAX_ELEMENT_LENGTH} characters`,
      );
    }
  }
  // `./..data` would be the writer's own link as well, once it is cleaned.
  if (posix.normalize(path).startsWith("..")) {
    throw new PayloadPathError(`must not start with '..': ${path}`);
  }
}

/** The element under which a path is seen in the volume's own directory: `a` of `a/b/c`. */
export function firstElement(path: string): string {
  const slash = path.indexOf("/");
  return slash < 0 ? path : path.slice(0, slash);
}
