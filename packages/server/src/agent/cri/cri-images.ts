import { parseImageReference } from "../image-reference.ts";
import { type Image, type ImageRequest, RuntimeError } from "../pod-runtime.ts";
import type { RegistryCredential } from "../registry-credential.ts";
import type { CriClient } from "./cri-client.ts";
import {
  type CriImage,
  IMAGE_STATUS,
  IMAGE_STATUS_REQUEST,
  PULL_IMAGE,
  PULLED_IMAGE,
} from "./image-messages.ts";

/** A pull may take long: it ends when the pod does not want it any more. */
const PULL_TIMEOUT_MS = 60 * 60_000;

const STATUS = {
  name: "ImageService/ImageStatus",
  request: IMAGE_STATUS_REQUEST,
  response: IMAGE_STATUS,
};
const PULL = { name: "ImageService/PullImage", request: PULL_IMAGE, response: PULLED_IMAGE };

/** @throws RuntimeError as `PodRuntime.ensureImage` says */
export async function ensureImage(client: CriClient, request: ImageRequest): Promise<Image> {
  const { image, policy, signal } = request;
  const reference = parseImageReference(image);
  if ("problem" in reference) {
    const problem = `couldn't parse image name "${image}": ${reference.problem}`;
    throw new RuntimeError("invalid-image-name", problem);
  }
  if (policy !== "Always") {
    const found = await imageStatus(client, image, signal);
    if (found !== undefined) return asImage(image, found, false);
    if (policy === "Never") {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      throw new RuntimeError("image-never-pull", message);
    }
  }
  const { imageRef, credential } = await pull(client, request);
  const pulled = await imageStatus(client, imageRef, signal);
  if (pulled !== undefined) {
    const found = asImage(image, pulled, true);
    return credential === undefined ? found : { ...found, pulledWith: credential };
  }
  throw new RuntimeError("pull-failed", `image "${image}" is gone as soon as it was pulled`);
}

/** @param image - a name or an id. @returns undefined for what is not there. @throws RuntimeError */
export async function imageStatus(
  client: CriClient,
  image: string,
  signal?: AbortSignal,
): Promise<CriImage | undefined> {
  const options = signal === undefined ? {} : { signal };
  const answer = await client.call(STATUS, { image: { image } }, options);
  return answer.image?.id === "" ? undefined : answer.image;
}

/** With each credential in turn, or without any. */
async function pull(
  client: CriClient,
  { image, credentials, signal }: ImageRequest,
): Promise<{ readonly imageRef: string; readonly credential?: RegistryCredential }> {
  const tries = credentials.length === 0 ? [undefined] : credentials;
  const failures: RuntimeError[] = [];
  for (const credential of tries) {
    try {
      const options = { timeoutMs: PULL_TIMEOUT_MS, signal, otherwise: "pull-failed" } as const;
      if (credential === undefined) return await client.call(PULL, { image: { image } }, options);
      const { username, password } = credential;
      const request = { image: { image }, auth: { username, password } };
      return { ...(await client.call(PULL, request, options)), credential };
    } catch (error) {
      if (!(error instanceof RuntimeError) || error.code === "unavailable") throw error;
      failures.push(error);
    }
  }
  throw pullFailure(failures);
}

/** All that went wrong, each text once, as a kubelet prints it. @see apimachinery util/errors */
function pullFailure(failures: readonly RuntimeError[]): RuntimeError {
  const texts = [...new Set(failures.map(({ message }) => message))];
  const message = texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
  const cause = failures.at(-1);
  const code = cause?.code === "not-found" ? "image-not-found" : "pull-failed";
  return new RuntimeError(code, message, { cause });
}

/** The reference is the image's own id: a tag may mean another one by the time of a container. */
function asImage(
  name: string,
  { id, uid, username, size, repoDigests }: CriImage,
  pulled: boolean,
): Image {
  const user = uid === undefined ? username : String(uid.value);
  return {
    id: repoDigests[0] ?? id,
    reference: id === "" ? name : id,
    ...(user === "" ? {} : { user }),
    pulled,
    sizeBytes: size,
  };
}
