import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { PulledImage } from "./pulled-image.ts";

const VERSION = "kubelet.config.k8s.io/v1beta1";

/**
 * Files in which a node remembers what it has pulled, and what it is about to: of a pull that an
 * agent did not see the end of it is known that there was one. The same files as a kubelet's.
 * @see kubernetes pkg/kubelet/images/pullmanager/fs_pullrecords.go
 */
export class PullRecords {
  readonly #pulling: string;
  readonly #pulled: string;

  /** @param root - The agent's own directory. */
  constructor(root: string) {
    this.#pulling = join(root, "image_manager", "pulling");
    this.#pulled = join(root, "image_manager", "pulled");
    for (const path of [this.#pulling, this.#pulled]) {
      mkdirSync(path, { recursive: true, mode: 0o700 });
    }
  }

  noteIntent(image: string): void {
    write(fileOf(this.#pulling, image), { kind: "ImagePullIntent", apiVersion: VERSION, image });
  }

  hasIntent(image: string): boolean {
    return existsSync(fileOf(this.#pulling, image));
  }

  forgetIntent(image: string): void {
    rmSync(fileOf(this.#pulling, image), { force: true });
  }

  /** @returns undefined for an image that this node has not pulled. @throws when that cannot be known */
  pulled(imageRef: string): PulledImage | undefined {
    const path = fileOf(this.#pulled, imageRef);
    if (!existsSync(path)) return undefined;
    try {
      const { credentialMapping = {} } = JSON.parse(readFileSync(path, "utf8")) as PulledImage;
      return { imageRef, credentialMapping };
    } catch (error) {
      // It was pulled; by whom is not known any more, so that everybody is asked.
      if (error instanceof SyntaxError) return { imageRef, credentialMapping: {} };
      throw error;
    }
  }

  /** Forgets images that are not there any more, but what was noted since then. */
  forgetOthers(imageRefs: ReadonlySet<string>, since: number): void {
    for (const name of readdirSync(this.#pulled)) {
      const path = join(this.#pulled, name);
      const { imageRef, lastUpdatedTime } = readRecord(path) ?? {};
      if (imageRef === undefined || imageRefs.has(imageRef)) continue;
      // Written in whole seconds.
      if (Date.parse(lastUpdatedTime ?? "") + 1000 <= since) rmSync(path, { force: true });
    }
  }

  writePulled(image: PulledImage, lastUpdatedTime: string): void {
    const { imageRef, credentialMapping } = image;
    write(fileOf(this.#pulled, imageRef), {
      ...{ kind: "ImagePulledRecord", apiVersion: VERSION },
      ...{ lastUpdatedTime, imageRef, credentialMapping },
    });
  }
}

function readRecord(
  path: string,
): { readonly imageRef?: string; readonly lastUpdatedTime?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as object;
  } catch {
    // Damaged, or going: of one that is damaged it is known that there was an image.
    return undefined;
  }
}

function fileOf(directory: string, name: string): string {
  return join(directory, `sha256-${createHash("sha256").update(name).digest("hex")}`);
}

/** Whole, or not at all. */
function write(path: string, content: object): void {
  writeFileSync(`${path}.tmp`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}
