/**
 * Messages of the CRI about images, and about the runtime itself.
 * @see kubernetes staging/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto
 */
import { IMAGE_SPEC, type ImageSpec, INT64_VALUE, type Int64Value } from "./container-messages.ts";
import { boolean, integer, message, messages, type Shape, text, texts } from "./protobuf-shape.ts";

interface AuthConfig {
  readonly username?: string;
  readonly password?: string;
}

interface PullImage {
  readonly image: ImageSpec;
  readonly auth?: AuthConfig;
}

export const PULL_IMAGE: Shape<PullImage> = {
  image: message(1, IMAGE_SPEC),
  auth: message<AuthConfig>(2, { username: text(1), password: text(2) }),
};

export const PULLED_IMAGE: Shape<{ readonly imageRef: string }> = { imageRef: text(1) };

export const IMAGE_STATUS_REQUEST: Shape<{ readonly image: ImageSpec }> = {
  image: message(1, IMAGE_SPEC),
};

export interface CriImage {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly size: number;
  readonly uid?: Int64Value;
  readonly username: string;
  readonly pinned: boolean;
}

const IMAGE: Shape<CriImage> = {
  id: text(1),
  repoTags: texts(2),
  repoDigests: texts(3),
  size: integer(4),
  uid: message(5, INT64_VALUE),
  username: text(6),
  pinned: boolean(8),
};

export const IMAGE_STATUS: Shape<{ readonly image?: CriImage }> = { image: message(1, IMAGE) };

export const IMAGES: Shape<{ readonly images: readonly CriImage[] }> = {
  images: messages(1, IMAGE),
};

export const REMOVE_IMAGE: Shape<{ readonly image: ImageSpec }> = {
  image: message(1, IMAGE_SPEC),
};

interface DiskId {
  readonly mountpoint: string;
}

interface DiskUsage {
  readonly id?: DiskId;
}

/** Where images lie. */
export const IMAGE_DISKS: Shape<{ readonly imageFilesystems: readonly DiskUsage[] }> = {
  imageFilesystems: messages<DiskUsage>(1, { id: message<DiskId>(2, { mountpoint: text(1) }) }),
};

interface RuntimeVersion {
  readonly runtimeName: string;
  readonly runtimeVersion: string;
  readonly runtimeApiVersion: string;
}

export const VERSION: Shape<RuntimeVersion> = {
  runtimeName: text(2),
  runtimeVersion: text(3),
  runtimeApiVersion: text(4),
};
