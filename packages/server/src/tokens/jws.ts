import { type VerificationKey, verifySignature } from "./signing-key.ts";

/**
 * Compact JWS, read strictly: exactly three parts, unpadded base64url in its one canonical form, so
 * that no two spellings of a token are the same token.
 * @see RFC 7515 §5.2 · RFC 4648 §3.5
 */
export interface ParsedJws {
  /** Empty when the header names none. */
  readonly kid: string;
  /** As the header says; empty when absent. Nothing is checked yet. */
  readonly algorithm: string;
  /** The header demands an extension; we know none. */
  readonly critical: boolean;
  /** The payload as JSON; an object. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signingInput: string;
  readonly signature: string;
}

/**
 * Splits and decodes; undefined for anything that is no token of this form. The claims are not to be
 * trusted before `verifyJws` has said so.
 */
export function parseJws(token: string): ParsedJws | undefined {
  const headerEnd = token.indexOf(".");
  const payloadEnd = token.indexOf(".", headerEnd + 1);
  if (headerEnd <= 0 || payloadEnd < 0 || token.includes(".", payloadEnd + 1)) return undefined;
  const signature = token.slice(payloadEnd + 1);
  if (!isBase64Url(signature)) return undefined;
  const claims = parseObject(token.slice(headerEnd + 1, payloadEnd));
  if (claims === undefined) return undefined;
  const header = parseHeader(token.slice(0, headerEnd));
  if (header === undefined) return undefined;
  const kid = header.kid ?? "";
  const algorithm = header.alg ?? "";
  if (typeof kid !== "string" || typeof algorithm !== "string") return undefined;
  return {
    kid,
    algorithm,
    critical: header.crit !== undefined && header.crit !== null,
    claims,
    signingInput: token.slice(0, payloadEnd),
    signature,
  };
}

/**
 * Whether `key` signed this token with the key's own algorithm. What the header says of the algorithm
 * only ever refuses: it never chooses how to verify.
 */
export function verifyJws(jws: ParsedJws, key: VerificationKey): boolean {
  if (jws.algorithm !== key.algorithm || jws.critical) return false;
  const signature = Buffer.from(jws.signature, "base64url");
  if (signature.toString("base64url") !== jws.signature) return false;
  return verifySignature(key, Buffer.from(jws.signingInput, "latin1"), signature);
}

/** Unpadded base64url of some length that an encoder can produce. */
function isBase64Url(text: string): boolean {
  return text.length % 4 !== 1 && /^[A-Za-z0-9_-]*$/.test(text);
}

/** `null` is a header without members, as it is to Go. */
function parseHeader(part: string): Readonly<Record<string, unknown>> | undefined {
  return part === NULL_PART ? {} : parseObject(part);
}

const NULL_PART: string = Buffer.from("null").toString("base64url");
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parseObject(part: string): Readonly<Record<string, unknown>> | undefined {
  if (!isBase64Url(part)) return undefined;
  try {
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(part, "base64url")));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
