import type { ContainerImage, NodeStatus } from "../../api/types.ts";
import type { StoredImage } from "../image-store.ts";

/** @see kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go (NodeStatusMaxImages) */
const MAX_IMAGES = 50;
/** @see kubernetes pkg/kubelet/nodestatus/setters.go (MaxNamesPerImageInNodeStatus) */
const MAX_NAMES = 5;

/**
 * The images that a node tells of: the largest, each by its first names, digests before tags.
 * @param before - the status that is stored
 * @see kubernetes pkg/kubelet/nodestatus/setters.go (Images)
 */
export function nodeImages(
  { images: before }: Readonly<NodeStatus>,
  found: readonly StoredImage[],
): Pick<NodeStatus, "images"> {
  if (found.length === 0 && before === undefined) return {};
  const images = [...found]
    .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.id < b.id ? 1 : -1))
    .slice(0, MAX_IMAGES)
    .map(toStatus);
  return { images };
}

function toStatus({ digests, tags, sizeBytes }: StoredImage): ContainerImage {
  const names = [...digests, ...tags].slice(0, MAX_NAMES);
  return {
    ...(names.length === 0 ? {} : { names }),
    ...(sizeBytes === 0 ? {} : { sizeBytes }),
  };
}
