/** The tag of an image reference, which decides when an image is pulled. @see kubernetes pkg/util/parsers */

const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const HOST_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const HOST = `(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const REFERENCE = new RegExp(
  `^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*(?::([\\w][\\w.-]{0,127}))?` +
    "(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$",
);
const IMAGE_ID = /^[a-f0-9]{64}$/;

/** Of a repository's path, its host aside. @see distribution/reference NameTotalLengthMax */
const MAX_PATH = 255;
const OFFICIAL = "library/";

/** Length of the path, which is below `library` where it has one part and no host of its own. */
function pathLength(image: string, [, tag, digest = ""]: RegExpExecArray): number {
  const tagLength = tag === undefined ? 0 : tag.length + 1;
  const name = image.slice(0, image.length - tagLength - digest.length);
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const isHost = /[.:A-Z]/.test(first) || first === "localhost";
  const path = isHost ? name.slice(slash + 1) : name;
  const isOfficial = !path.includes("/") && (!isHost || /^(index\.)?docker\.io$/.test(first));
  return path.length + (isOfficial ? OFFICIAL.length : 0);
}

/** The tag; `latest` when there is neither tag nor digest; empty for what is no reference. */
export function imageTag(image: string): string {
  if (IMAGE_ID.test(image)) return "";
  const match = REFERENCE.exec(image);
  if (match === null || pathLength(image, match) > MAX_PATH) return "";
  return match[1] ?? (match[2] === undefined ? "latest" : "");
}

/** What an image's pull policy is when nobody says. */
export function defaultPullPolicy(image: string): "Always" | "IfNotPresent" {
  return imageTag(image) === "latest" ? "Always" : "IfNotPresent";
}
