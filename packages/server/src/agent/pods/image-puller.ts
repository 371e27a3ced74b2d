import type { Container, ObjectReference, Pod } from "../../api/types.ts";
import type { EventSink } from "../../client/event-recorder.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ImageAccess } from "../images/image-access.ts";
import { type Image, type PodRuntime, RuntimeError } from "../pod-runtime.ts";
import type { RegistryCredential } from "../registry-credential.ts";
import { BackOff, IMAGE_BACK_OFF } from "./back-off.ts";
import { referenceToContainer } from "./pod-names.ts";

/** Why there is no image; `reason` is what the status says. */
export class ImageError extends Error {
  readonly reason: string;
  /** When it is worth trying again; absent: as with any other trouble. */
  readonly retryAt: number | undefined;

  constructor(reason: string, message: string, retryAt?: number) {
    super(message);
    this.name = "ImageError";
    this.reason = reason;
    this.retryAt = retryAt;
  }
}

export interface ImagePullerOptions {
  readonly runtime: PodRuntime;
  readonly events: EventSink;
  readonly clock: Clock;
  /** Who may use what was pulled before; absent where nothing is pulled that is not anybody's. */
  readonly access?: ImageAccess;
}

export interface ImageWish {
  readonly pod: Pod;
  readonly container: Container;
  /** Asked for only if something has to be pulled. */
  readonly credentials: () => Promise<readonly RegistryCredential[]>;
  readonly signal: AbortSignal;
}

/** What has been found of an image before anything is told of it. */
export type ImageLook = { readonly found: Image | undefined } | { readonly error: unknown };

/**
 * Has images there before containers are made of them, by the policy of each container, and with a
 * back-off for those that cannot be pulled.
 * @see kubernetes pkg/kubelet/images/image_manager.go
 */
export class ImagePuller {
  readonly #options: ImagePullerOptions;
  readonly #backOff = new BackOff(IMAGE_BACK_OFF);
  /** What went wrong last, by the same keys. */
  readonly #lastErrors = new Map<string, string>();

  constructor(options: ImagePullerOptions) {
    this.#options = options;
  }

  /** Looks whether an image is there, where the policy asks for that; tells nobody. Never throws. */
  async look(
    { image = "", imagePullPolicy }: Pick<Container, "image" | "imagePullPolicy">,
    signal: AbortSignal,
  ): Promise<ImageLook> {
    if (imagePullPolicy === "Always") return { found: undefined };
    try {
      const request = { image, policy: "Never", credentials: [], signal } as const;
      return { found: await this.#options.runtime.ensureImage(request) };
    } catch (error) {
      const code = error instanceof RuntimeError ? error.code : undefined;
      if (code === "image-never-pull" || code === "image-not-found") return { found: undefined };
      return { error };
    }
  }

  /**
   * The image of a container that is about to be made.
   * @param look - What `look` has found.
   * @throws ImageError
   */
  async ensure(wish: ImageWish, look: ImageLook): Promise<Image> {
    const { container, pod } = wish;
    const { image = "", imagePullPolicy } = container;
    const about = referenceToContainer(pod, container.name);
    if ("error" in look) throw this.#cannotLook(about, image, look.error);
    const once = { ...wish, credentials: memoized(wish.credentials) };
    if (look.found !== undefined && !(await this.#mustPull(once, look.found))) {
      const message = `Container image "${image}" already present on machine and can be accessed by the pod`;
      this.#options.events.record(about, "Normal", "Pulled", message);
      return look.found;
    }
    if (imagePullPolicy === "Never") throw this.#neverPull(about, image);
    return await this.#pull(once, about);
  }

  async #mustPull({ container, credentials }: ImageWish, found: Image): Promise<boolean> {
    const { access } = this.#options;
    return access === undefined
      ? false
      : await access.mustPull(container.image ?? "", found, credentials);
  }

  /** A pod is gone: nothing of it will be pulled again. */
  forget(pod: Pod): void {
    const prefix = keyOf(pod, "");
    this.#backOff.forget(prefix);
    for (const key of this.#lastErrors.keys()) {
      if (key.startsWith(prefix)) this.#lastErrors.delete(key);
    }
  }

  #cannotLook(about: ObjectReference, image: string, error: unknown): ImageError {
    if (error instanceof RuntimeError && error.code === "invalid-image-name") {
      return this.#invalidName(about, image, error);
    }
    const message = `Failed to inspect image "": ${textOf(error)}`;
    this.#options.events.record(about, "Warning", "InspectFailed", message);
    return new ImageError("ImageInspectError", message);
  }

  #invalidName(about: ObjectReference, image: string, error: unknown): ImageError {
    const message = `Failed to apply default image tag "${image}": ${textOf(error)}`;
    this.#options.events.record(about, "Warning", "InspectFailed", message);
    return new ImageError("InvalidImageName", message);
  }

  #neverPull(about: ObjectReference, image: string): ImageError {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    this.#options.events.record(about, "Warning", "ErrImageNeverPull", message);
    return new ImageError("ErrImageNeverPull", message);
  }

  async #pull(wish: ImageWish, about: ObjectReference): Promise<Image> {
    const { access } = this.#options;
    const { image = "" } = wish.container;
    try {
      access?.begin(image);
    } catch (error) {
      const problem = `failed to record image pull intent: ${textOf(error)}`;
      const message = `Failed to record image pull intent for container image "${image}": ${problem}`;
      throw new ImageError("ErrImagePull", message);
    }
    try {
      const pulled = await this.#pullNow(wish, about);
      access?.pulled(image, pulled);
      return pulled;
    } catch (error) {
      access?.failed(image);
      throw error;
    }
  }

  async #pullNow(wish: ImageWish, about: ObjectReference): Promise<Image> {
    const { pod, container, credentials, signal } = wish;
    const { runtime, events, clock } = this.#options;
    const { image = "" } = container;
    const key = keyOf(pod, image);
    this.#refuseInBackOff(key, about, image);
    this.#lastErrors.delete(key);
    events.record(about, "Normal", "Pulling", `Pulling image "${image}"`);
    const since = clock.now();
    try {
      const pulled = await runtime.ensureImage({
        image,
        policy: "Always",
        credentials: await credentials(),
        signal,
      });
      const took = formatSeconds(clock.now() - since);
      const size = pulled.sizeBytes ?? 0;
      const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${size} bytes.`;
      events.record(about, "Normal", "Pulled", message);
      return pulled;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RuntimeError && error.code === "invalid-image-name") {
        throw this.#invalidName(about, image, error);
      }
      throw this.#failed(key, about, image, error);
    }
  }

  #refuseInBackOff(key: string, about: ObjectReference, image: string): void {
    const { events, clock } = this.#options;
    const until = this.#backOff.untilSinceTrouble(key, clock.now());
    if (until === undefined) return;
    const message = `Back-off pulling image "${image}"`;
    events.record(about, "Normal", "BackOff", message);
    const last = this.#lastErrors.get(key);
    const text = last === undefined ? message : `${message}: ${last}`;
    throw new ImageError("ImagePullBackOff", text, until);
  }

  #failed(key: string, about: ObjectReference, image: string, error: unknown): ImageError {
    const { events, clock } = this.#options;
    const text = textOf(error);
    events.record(about, "Warning", "Failed", `Failed to pull image "${image}": ${text}`);
    const now = clock.now();
    this.#backOff.next(key, now, now);
    const failure = explainPullFailure(image, text);
    this.#lastErrors.set(key, `${failure.reason}: ${failure.message}`);
    return failure;
  }
}

/** Asks once, at the first call. */
function memoized<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

/** The registry's own errors have reasons of their own. @see image_manager.go (evalCRIPullErr) */
function explainPullFailure(image: string, text: string): ImageError {
  for (const [reason, words] of [
    ["RegistryUnavailable", "the registry is unavailable"],
    ["SignatureValidationFailed", "the signature validation failed"],
  ] as const) {
    if (!text.startsWith(reason)) continue;
    const rest = text.slice(reason.length);
    return new ImageError(reason, `image pull failed for ${image} because ${words}${rest}`);
  }
  return new ImageError("ErrImagePull", text);
}

function keyOf({ metadata }: Pod, image: string): string {
  return `${metadata.uid}_${image}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** As Go prints a duration that is cut to milliseconds: `0s`, `250ms`, `1.5s`, `1m2.5s`. */
export function formatSeconds(ms: number): string {
  if (ms === 0) return "0s";
  if (ms < 1000) return `${ms}ms`;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const rest = `${(ms - minutes * 60_000) / 1000}s`;
  if (hours > 0) return `${hours}h${minutes % 60}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
