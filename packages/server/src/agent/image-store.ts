/** An image that a runtime keeps. */
export interface StoredImage {
  /** Its own: `sha256:…`. */
  readonly id: string;
  /** `registry/repository:tag` */
  readonly tags: readonly string[];
  /** `registry/repository@sha256:…` */
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  /** Whether the runtime needs it itself, or was told to keep it. */
  readonly pinned: boolean;
}

/**
 * The images of a runtime that keeps any of its own.
 * @throws RuntimeError from each of them
 */
export interface ImageStore {
  list(): Promise<readonly StoredImage[]>;
  /** What containers are made of, whoever has made them: ids, or digests where a runtime tells those. */
  used(): Promise<ReadonlySet<string>>;
  /** An image that is gone already is no error. */
  remove(id: string): Promise<void>;
  /** Where they lie on the host. */
  directory(): Promise<string>;
}
