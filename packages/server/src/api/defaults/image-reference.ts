/** The tag of an image reference, which decides when an image is pulled. @see kubernetes pkg/util/parsers */

const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const HOST_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const HOST = `(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const REFERENCE = new RegExp(
  `^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*(?::([\\w][\\w.-]{0,127}))?` +
    "(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$",
);
const IMAGE_ID = /^[a-f0-9]{64}$/;

/** The tag; `latest` when there is neither tag nor digest; empty for what is no reference. */
export function imageTag(image: string): string {
  if (IMAGE_ID.test(image)) return "";
  const match = REFERENCE.exec(image);
  if (match === null) return "";
  return match[1] ?? (match[2] === undefined ? "latest" : "");
}

/** What an image's pull policy is when nobody says. */
export function defaultPullPolicy(image: string): "Always" | "IfNotPresent" {
  return imageTag(image) === "latest" ? "Always" : "IfNotPresent";
}
