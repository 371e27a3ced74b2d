/** The parts of an image's name. @see github.com/distribution/reference */
export interface ImageReference {
  /** With its registry, `docker.io/library/busybox`. */
  readonly repository: string;
  /** `latest` where neither tag nor digest is given. */
  readonly tag?: string;
  readonly digest?: string;
}

const SEPARATOR = "(?:[._]|__|-+)";
const COMPONENT = `[a-z0-9]+(?:${SEPARATOR}[a-z0-9]+)*`;
const LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const DOMAIN = `(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const REFERENCE = new RegExp(
  `^(?:(${DOMAIN})/)?(${COMPONENT}(?:/${COMPONENT})*)(?::(\\w[\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);
const MAX_NAME = 255;
const DEFAULT_DOMAIN = "docker.io";

/**
 * Takes an image's name apart, with what is left out of it filled in.
 * @returns why it is no name, in the words of the library that a kubelet uses, or the parts
 */
export function parseImageReference(image: string): ImageReference | { readonly problem: string } {
  if (/^[a-f0-9]{64}$/.test(image)) {
    return {
      problem: `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`,
    };
  }
  const { domain, remainder } = splitDomain(image);
  const name = remainder.split(/[:@]/, 1)[0] ?? "";
  if (name.toLowerCase() !== name) {
    return { problem: `invalid reference format: repository name (${name}) must be lowercase` };
  }
  const match = REFERENCE.exec(`${domain}/${remainder}`);
  if (match === null) return { problem: "invalid reference format" };
  const [, , path = "", tag, digest] = match;
  const repository = `${domain}/${path}`;
  if (path.length > MAX_NAME) {
    return { problem: `repository name must not be more than ${MAX_NAME} characters` };
  }
  return {
    repository,
    ...(tag !== undefined ? { tag } : digest === undefined ? { tag: "latest" } : {}),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** What stands before the first slash is a registry only if it looks like one. */
function splitDomain(image: string): { readonly domain: string; readonly remainder: string } {
  const slash = image.indexOf("/");
  const first = image.slice(0, Math.max(slash, 0));
  const isDomain =
    slash !== -1 && (/[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first);
  const domain = isDomain ? (first === "index.docker.io" ? DEFAULT_DOMAIN : first) : DEFAULT_DOMAIN;
  const remainder = isDomain ? image.slice(slash + 1) : image;
  return {
    domain,
    remainder:
      domain === DEFAULT_DOMAIN && !remainder.includes("/") ? `library/${remainder}` : remainder,
  };
}

/** In full: `docker.io/library/busybox:latest`. */
export function formatImageReference({ repository, tag, digest }: ImageReference): string {
  return `${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}
