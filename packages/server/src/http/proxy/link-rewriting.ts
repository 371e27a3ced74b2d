/**
 * Links in what a backend answers. A page that is seen below `…/proxy` of this server names its own
 * files from the root of its own server; these names get the path in front under which that root is
 * seen here.
 * @see apimachinery pkg/util/proxy/transport.go
 */

/** Where a backend is seen. */
export interface LinkContext {
  /** Path on this server that stands for the backend's root; no slash at its end. */
  readonly prefix: string;
  /** `host:port` of the backend, and what the caller's `Host` header says: both are "here". */
  readonly hosts: readonly string[];
}

/** Attributes that hold links, by element. */
const LINK_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  a: ["href"],
  applet: ["codebase"],
  area: ["href"],
  audio: ["src"],
  base: ["href"],
  blockquote: ["cite"],
  body: ["background"],
  button: ["formaction"],
  command: ["icon"],
  del: ["cite"],
  embed: ["src"],
  form: ["action"],
  frame: ["longdesc", "src"],
  head: ["profile"],
  html: ["manifest"],
  iframe: ["longdesc", "src"],
  img: ["longdesc", "src", "usemap"],
  input: ["src", "usemap", "formaction"],
  ins: ["cite"],
  link: ["href"],
  object: ["classid", "codebase", "data", "usemap"],
  q: ["cite"],
  script: ["src"],
  source: ["src"],
  video: ["poster", "src"],
};

/** Elements whose content is text, whatever it looks like. @see HTML §13.2.5 */
const TEXT_ELEMENTS: ReadonlySet<string> = new Set([
  "script",
  "style",
  "textarea",
  "title",
  "xmp",
  "iframe",
  "noembed",
  "noframes",
  "noscript",
]);

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(\/.*)$/is;
const NETWORK = /^\/\/([^/?#]*)(\/.*)$/s;

/** A link as it has to be seen from here; one that leads elsewhere, or is relative, stays. */
export function rewriteLink(link: string, { prefix, hosts }: LinkContext): string {
  const match = ABSOLUTE.exec(link) ?? NETWORK.exec(link);
  if (match === null) {
    return link.startsWith("/") && !link.startsWith("//") ? below(link, prefix) : link;
  }
  const [, host = "", path = ""] = match;
  return hosts.includes(host) ? below(path, prefix) : link;
}

function below(path: string, prefix: string): string {
  return path.startsWith(prefix) ? path : prefix + path;
}

const TAG_NAME = /^<([a-z][^\s/>]*)/i;
const ATTRIBUTE = /([\s/"']+)([^\s=>"'/]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/g;

/** One start tag, from `<` to `>`, with its links rewritten. */
function rewriteTag(tag: string, context: LinkContext): string {
  const name = TAG_NAME.exec(tag)?.[1]?.toLowerCase() ?? "";
  const attributes = Object.hasOwn(LINK_ATTRIBUTES, name) ? LINK_ATTRIBUTES[name] : undefined;
  if (attributes === undefined) return tag;
  return tag.replace(
    ATTRIBUTE,
    (whole, gap: string, attribute: string, equals: string, value: string) => {
      if (!attributes.includes(attribute.toLowerCase())) return whole;
      const quote = /^["']/.test(value) ? value.charAt(0) : "";
      const link = quote === "" ? value : value.slice(1, -1);
      return gap + attribute + equals + quote + rewriteLink(link, context) + quote;
    },
  );
}

/** Where a start tag ends: behind the `>` that is in no quotes; -1 when that has not come yet. */
function tagEnd(text: string, from: number): number {
  let quote = "";
  for (let position = from; position < text.length; position++) {
    const character = text.charAt(position);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === ">") return position + 1;
    else if ((character === '"' || character === "'") && text.charAt(position - 1) === "=") {
      quote = character;
    }
  }
  return -1;
}

/** A tag that is longer is passed on as it is: nothing is kept without bound. */
const LONGEST_TAG = 64 * 1024;

/**
 * Rewrites the links of a page as it passes. Text comes and goes in pieces, each character a byte:
 * what matters here is ASCII, and everything else stays as it is.
 */
export class PageRewriter {
  readonly #context: LinkContext;
  #rest = "";
  /** The end to look for of what is no markup: `-->` or `</script`. */
  #until = "";

  constructor(context: LinkContext) {
    this.#context = context;
  }

  push(piece: string): string {
    let text = this.#rest + piece;
    let out = "";
    for (;;) {
      const step = this.#until === "" ? this.#markup(text) : this.#text(text);
      out += step.done;
      text = step.rest;
      if (step.waits) break;
    }
    this.#rest = text;
    return out;
  }

  end(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest;
  }

  /** Goes on to the end of the next tag. */
  #markup(text: string): Step {
    const start = text.indexOf("<");
    if (start < 0) return { done: text, rest: "", waits: true };
    const before = text.slice(0, start);
    const rest = text.slice(start);
    if (rest.startsWith("<!--")) {
      this.#until = "-->";
      return { done: `${before}<!--`, rest: rest.slice(4), waits: false };
    }
    // Whether it is a tag, or a comment, shows in the next characters.
    if (rest.length < 4) return { done: before, rest, waits: true };
    if (!TAG_NAME.test(rest)) return { done: `${before}<`, rest: rest.slice(1), waits: false };
    const end = tagEnd(rest, 1);
    if (end < 0) {
      return rest.length > LONGEST_TAG
        ? { done: `${before}<`, rest: rest.slice(1), waits: false }
        : { done: before, rest, waits: true };
    }
    const tag = rest.slice(0, end);
    const name = TAG_NAME.exec(tag)?.[1]?.toLowerCase() ?? "";
    if (TEXT_ELEMENTS.has(name) && !tag.endsWith("/>")) this.#until = `</${name}`;
    return { done: before + rewriteTag(tag, this.#context), rest: rest.slice(end), waits: false };
  }

  /** Goes on to the end of a comment or of a script. */
  #text(text: string): Step {
    const end = text.toLowerCase().indexOf(this.#until);
    if (end >= 0) {
      this.#until = "";
      return { done: text.slice(0, end), rest: text.slice(end), waits: false };
    }
    const kept = Math.min(text.length, this.#until.length - 1);
    const split = text.length - kept;
    return { done: text.slice(0, split), rest: text.slice(split), waits: true };
  }
}

interface Step {
  /** To be passed on. */
  readonly done: string;
  /** To be looked at again, with what comes. */
  readonly rest: string;
  readonly waits: boolean;
}
