import { quoteGo } from "../../api/go-quote.ts";
import { globMatches } from "./glob.ts";

/** Where images are: what stands in docker configs and in `matchImages`, without a scheme. */
export interface RegistryUrl {
  /** With its port: `r.example:5000`. */
  readonly host: string;
  /** Empty, or with a slash in front. */
  readonly path: string;
}

/** No name in DNS is longer, with its port; the time that a pattern takes grows faster than this. */
const MAX_HOST_LENGTH = 253 + ":65535".length;

/** Why a text is no URL, in the words of Go's parser. */
export class RegistryUrlError extends Error {
  constructor(text: string, problem: string) {
    super(`parse ${quoteGo(text)}: ${problem}`);
    this.name = "RegistryUrlError";
  }
}

/**
 * Takes a URL without a scheme apart.
 * @throws RegistryUrlError
 * @see kubernetes pkg/credentialprovider/keyring.go (ParseSchemelessURL) · go net/url Parse
 */
export function parseSchemelessUrl(text: string): RegistryUrl {
  const fail = (problem: string): never => {
    throw new RegistryUrlError(`https://${text}`, problem);
  };
  if (hasControl(text)) fail("net/url: invalid control character in URL");
  const [withoutFragment = ""] = text.split("#", 1);
  const [place = ""] = withoutFragment.split("?", 1);
  const slash = place.indexOf("/");
  const authority = slash < 0 ? place : place.slice(0, slash);
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const problem = hostProblem(host);
  if (problem !== undefined) fail(problem);
  const path = slash < 0 ? "" : place.slice(slash);
  const odd = badEscape(path);
  if (odd !== undefined) fail(`invalid URL escape ${quoteGo(odd)}`);
  return { host: withoutEscapes(host), path: unescape(path) };
}

function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function hostProblem(host: string): string | undefined {
  const bracket = host.startsWith("[") ? host.lastIndexOf("]") : -1;
  if (host.startsWith("[") && bracket < 0) return "missing ']' in host";
  const colon = bracket < 0 ? host.lastIndexOf(":") : bracket + 1;
  const port = colon < 0 ? "" : host.slice(colon);
  if (!/^(?::\d*)?$/.test(port)) return `invalid port ${quoteGo(port)} after host`;
  const odd = badEscape(host) ?? /%[0-7](?!5)[\dA-Fa-f]|%[013-7]5/.exec(host)?.[0];
  if (odd !== undefined) return `invalid URL escape ${quoteGo(odd)}`;
  const letter = /[ \\^`{|}]/.exec(host)?.[0];
  return letter === undefined ? undefined : `invalid character ${quoteGo(letter)} in host name`;
}

/** The first per cent sign that no two hexadecimal digits follow, and what follows it instead. */
function badEscape(text: string): string | undefined {
  return /%(?![\dA-Fa-f]{2}).{0,2}/.exec(text)?.[0];
}

function withoutEscapes(text: string): string {
  if (!text.includes("%")) return text;
  const bytes: number[] = [];
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "%") {
      bytes.push(Number.parseInt(text.slice(index + 1, index + 3), 16));
      index += 2;
    } else {
      bytes.push(...Buffer.from(text[index] ?? ""));
    }
  }
  return Buffer.from(bytes).toString();
}

/**
 * Whether an image is one of those that a pattern stands for: the port is the same, the pattern's
 * path begins the image's, and each part of the host name fits, in which `*` may stand for letters
 * of one part. What is no URL fits nothing.
 * @see kubernetes pkg/credentialprovider/keyring.go (URLsMatchStr)
 */
export function urlsMatch(pattern: string, image: string): boolean {
  try {
    return matches(parseSchemelessUrl(pattern), parseSchemelessUrl(image));
  } catch (error) {
    if (error instanceof RegistryUrlError) return false;
    throw error;
  }
}

function matches(pattern: RegistryUrl, image: RegistryUrl): boolean {
  if (image.host.length > MAX_HOST_LENGTH) return false;
  const wanted = splitHost(pattern.host);
  const found = splitHost(image.host);
  if (wanted.port !== found.port || wanted.parts.length !== found.parts.length) return false;
  if (!image.path.startsWith(pattern.path)) return false;
  return wanted.parts.every((part, index) => globMatches(part, found.parts[index] ?? ""));
}

function splitHost(host: string): { readonly parts: readonly string[]; readonly port: string } {
  const [, bracketed, plain = "", port = ""] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(host) ?? [];
  const name = bracketed ?? (plain === "" && port === "" ? host : plain);
  return { parts: name.split("."), port };
}
