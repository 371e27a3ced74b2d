import type { ImageStore, StoredImage } from "../image-store.ts";
import { RuntimeError } from "../pod-runtime.ts";
import { CONTAINERS, LIST_CONTAINERS, NOTHING } from "./container-messages.ts";
import type { CriClient } from "./cri-client.ts";
import { imageStatus } from "./cri-images.ts";
import { IMAGE_DISKS, IMAGES, REMOVE_IMAGE } from "./image-messages.ts";
import { sandboxImage } from "./runtime-status.ts";

const LIST = { name: "ImageService/ListImages", request: NOTHING, response: IMAGES };
const REMOVE = { name: "ImageService/RemoveImage", request: REMOVE_IMAGE, response: NOTHING };
const DISKS = { name: "ImageService/ImageFsInfo", request: NOTHING, response: IMAGE_DISKS };
const LIST_CONTAINERS_OF_ALL = {
  name: "RuntimeService/ListContainers",
  request: LIST_CONTAINERS,
  response: CONTAINERS,
};

/** The images of a CRI server, which others may use as well. */
export class CriImageStore implements ImageStore {
  readonly #client: CriClient;

  constructor(client: CriClient) {
    this.#client = client;
  }

  async list(): Promise<readonly StoredImage[]> {
    const ofPods = await this.#sandboxImageId();
    const { images } = await this.#client.call(LIST, {});
    return images.map(({ id, repoTags, repoDigests, size, pinned }) => ({
      ...{ id, tags: repoTags, digests: repoDigests, sizeBytes: size },
      pinned: pinned || id === ofPods,
    }));
  }

  async #sandboxImageId(): Promise<string | undefined> {
    const image = await sandboxImage(this.#client);
    return image === undefined ? undefined : (await imageStatus(this.#client, image))?.id;
  }

  async used(): Promise<ReadonlySet<string>> {
    const { containers } = await this.#client.call(LIST_CONTAINERS_OF_ALL, {});
    return new Set(containers.flatMap(({ imageId, imageRef }) => [imageId, imageRef]));
  }

  async remove(id: string): Promise<void> {
    await this.#client.call(REMOVE, { image: { image: id } });
  }

  /** @see kubernetes pkg/kubelet/stats/cri_stats_provider.go (ImageFsStats) */
  async directory(): Promise<string> {
    const { imageFilesystems } = await this.#client.call(DISKS, {});
    const mountpoint = imageFilesystems[0]?.id?.mountpoint ?? "";
    if (mountpoint !== "") return mountpoint;
    throw new RuntimeError("unavailable", "imageFs information is unavailable");
  }
}
