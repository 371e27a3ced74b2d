import { type Clock, formatTime } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Image } from "../pod-runtime.ts";
import type { RegistryCredential } from "../registry-credential.ts";
import type { PullRecords } from "./pull-records.ts";
import {
  compareCredentials,
  credentialsOf,
  type PullCredentials,
  withCredentials,
  withoutTagAndDigest,
} from "./pulled-image.ts";

export interface ImageAccessOptions {
  readonly records: PullRecords;
  readonly clock: Clock;
  readonly logger: Logger;
}

const FORGET_EVERY_MS = 60 * 60_000;

/**
 * Keeps pods from images that others have had pulled: one that this node has pulled with a secret or
 * for an account is used without the registry only by pods that have the same. Images that were there
 * before are anybody's, as with kubelet's policy `NeverVerifyPreloadedImages`, the usual one.
 * @see kubernetes pkg/kubelet/images/pullmanager/image_pull_manager.go · KEP-2535
 */
export class ImageAccess {
  readonly #options: ImageAccessOptions;
  /** How many pods wait for each image. */
  readonly #pulls = new Map<string, number>();
  /** Images with a pull of which nobody could write down what came of it: there may be one. */
  readonly #unrecorded = new Set<string>();

  constructor(options: ImageAccessOptions) {
    this.#options = options;
  }

  /**
   * Whether a pod has to show its credentials to the registry, for an image that is there.
   * @param image - as the pod names it
   * @param credentials - of the pod; asked for only if they matter
   */
  async mustPull(
    image: string,
    { reference }: Pick<Image, "reference">,
    credentials: () => Promise<readonly RegistryCredential[]>,
  ): Promise<boolean> {
    const { records, logger } = this.#options;
    try {
      const pulled = records.pulled(reference);
      if (pulled === undefined) return this.#pulls.has(image) || records.hasIntent(image);
      const known = pulled.credentialMapping[withoutTagAndDigest(image)];
      if (known === undefined) return true;
      if (known.nodePodsAccessible === true) return false;
      const verdict = compareCredentials(known, await credentials());
      if (verdict.kind === "learnt") this.#write(image, reference, verdict.credentials);
      return verdict.kind === "unknown";
    } catch (error) {
      logger.warn({ image, error }, "it is not known who may use an image: it is pulled");
      return true;
    }
  }

  /**
   * Forgets images that are gone, now and then: whoever removes them does not tell.
   * @param images - references of those that are there
   */
  async forgetGone(
    images: () => Promise<readonly string[]>,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(FORGET_EVERY_MS, signal);
      if (!signal.aborted) await this.forgetGoneNow(images);
    }
  }

  /** The same, once. */
  async forgetGoneNow(images: () => Promise<readonly string[]>): Promise<void> {
    const { records, clock, logger } = this.#options;
    const since = clock.now();
    try {
      records.forgetOthers(new Set(await images()), since);
    } catch (error) {
      logger.debug({ error }, "it is not known which images are there");
    }
  }

  /** A pull begins. What it comes to is told by `pulled` or `failed`. @throws what the system says */
  begin(image: string): void {
    const { records } = this.#options;
    if (!this.#pulls.has(image) && records.hasIntent(image)) this.#unrecorded.add(image);
    records.noteIntent(image);
    this.#pulls.set(image, (this.#pulls.get(image) ?? 0) + 1);
  }

  pulled(image: string, { reference, pulledWith }: Image): void {
    try {
      this.#write(image, reference, credentialsOf(pulledWith));
      this.#unrecorded.delete(image);
    } catch (error) {
      // The intent stays until another pull is written down: that it was pulled is known by that.
      this.#unrecorded.add(image);
      this.#options.logger.warn({ image, error }, "a pull was not written down");
    }
    this.#end(image);
  }

  failed(image: string): void {
    this.#end(image);
  }

  #end(image: string): void {
    const left = (this.#pulls.get(image) ?? 1) - 1;
    if (left > 0) {
      this.#pulls.set(image, left);
      return;
    }
    this.#pulls.delete(image);
    if (this.#unrecorded.delete(image)) return;
    const { records, logger } = this.#options;
    try {
      records.forgetIntent(image);
    } catch (error) {
      logger.warn({ image, error }, "that a pull was under way is not forgotten");
    }
  }

  #write(image: string, imageRef: string, credentials: PullCredentials): void {
    const { records, clock } = this.#options;
    const before = records.pulled(imageRef);
    const known = before ?? { imageRef, credentialMapping: {} };
    const after = withCredentials(known, withoutTagAndDigest(image), credentials);
    if (after !== before) records.writePulled(after, formatTime(clock.now()));
  }
}
