import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from "../image-reference.ts";
import { type Image, type ImageRequest, RuntimeError } from "../pod-runtime.ts";

/** What an image name stands for: `host`, or the absolute path of a directory with a root file system. */
export type ImageSource =
  | string
  | {
      /** `host` or an absolute path. */
      readonly root: string;
      /** What is run when the pod does not say; each is replaced by the pod's own. */
      readonly command?: readonly string[];
      readonly args?: readonly string[];
      readonly environment?: Readonly<Record<string, string>>;
      readonly workingDirectory?: string;
      /** `user` or `user:group`, names or numbers. */
      readonly user?: string;
    };

/**
 * Image names and what they stand for. A name with a tag or a digest is that image alone, one without
 * every version of it; `*` is every name that no other row has. Short names are those of Docker's hub,
 * as everywhere. `host`, in any version, and `localhost/host` are there without a row.
 */
export type ImageTable = Readonly<Record<string, ImageSource>>;

export interface ResolvedImage {
  /** `/`, or the directory. */
  readonly root: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly user?: string;
}

const BUILT_IN: ImageTable = { host: "host", "localhost/host": "host" };
const ANY = "*";

/** Images of the process runtime: nothing is ever pulled, names are looked up. */
export class Images {
  readonly #sources = new Map<string, ImageSource>();

  /** @throws RuntimeError `invalid-image-name` for a row that names no image, or no absolute path */
  constructor(table: ImageTable) {
    for (const [name, source] of [...Object.entries(BUILT_IN), ...Object.entries(table)]) {
      const { root } = typeof source === "string" ? { root: source } : source;
      if (root !== "host" && !root.startsWith("/")) {
        throw new RuntimeError(
          "invalid-image-name",
          `image "${name}": "${root}" is neither "host" nor an absolute path`,
        );
      }
      this.#sources.set(name === ANY ? ANY : rowKey(name), source);
    }
  }

  /** @throws RuntimeError as `PodRuntime.ensureImage` says */
  ensure({ image, policy }: Pick<ImageRequest, "image" | "policy">): Image {
    const reference = parse(image);
    const full = formatImageReference(reference);
    const resolved = this.#find(reference);
    if (resolved === undefined && policy === "Never") {
      throw new RuntimeError(
        "image-never-pull",
        `Container image "${image}" is not present with pull policy of Never`,
      );
    }
    if (resolved === undefined) {
      throw new RuntimeError(
        "image-not-found",
        `failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`,
      );
    }
    checkRoot(resolved.root, full);
    const user = resolved.user;
    return {
      id: `sha256:${createHash("sha256")
        .update(JSON.stringify([full, resolved]))
        .digest("hex")}`,
      reference: full,
      ...(user === undefined ? {} : { user: user.split(":", 1)[0] ?? "" }),
      pulled: false,
    };
  }

  /** Of a name in full. @throws RuntimeError `image-not-found` */
  resolve(reference: string): ResolvedImage {
    const found = this.#find(parse(reference));
    if (found !== undefined) return found;
    throw new RuntimeError("image-not-found", `image "${reference}": not found`);
  }

  #find(reference: ImageReference): ResolvedImage | undefined {
    const source =
      this.#sources.get(formatImageReference(reference)) ??
      this.#sources.get(reference.repository) ??
      this.#sources.get(ANY);
    if (source === undefined) return undefined;
    const given = typeof source === "string" ? { root: source } : source;
    return {
      root: given.root === "host" ? "/" : given.root.replace(/(?<=.)\/+$/, ""),
      command: given.command ?? [],
      args: given.args ?? [],
      environment: given.environment ?? {},
      workingDirectory: given.workingDirectory ?? "/",
      ...(given.user === undefined ? {} : { user: given.user }),
    };
  }
}

/** A row without tag and digest stands for all of them. */
function rowKey(name: string): string {
  const reference = parse(name);
  const isBare = reference.digest === undefined && !/:[^/]*$/.test(name);
  return isBare ? reference.repository : formatImageReference(reference);
}

function parse(image: string): ImageReference {
  const reference = parseImageReference(image);
  if ("repository" in reference) return reference;
  throw new RuntimeError(
    "invalid-image-name",
    `couldn't parse image name "${image}": ${reference.problem}`,
  );
}

function checkRoot(root: string, full: string): void {
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new RuntimeError(
    "image-not-found",
    `failed to pull and unpack image "${full}": directory ${root}: not found`,
  );
}
