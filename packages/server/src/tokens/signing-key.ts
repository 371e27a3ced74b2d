import {
  createHash,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { promisify } from "node:util";
import { KeyError } from "./key-error.ts";

/** The algorithms that tokens are signed with; every key fits exactly one. @see RFC 7518 §3.1 */
export type SigningAlgorithm = "ES256" | "ES384" | "ES512" | "RS256";

/** Digest of each algorithm, as `node:crypto` names it. */
const DIGESTS = {
  ES256: "sha256",
  ES384: "sha384",
  ES512: "sha512",
  RS256: "sha256",
} as const satisfies Record<SigningAlgorithm, string>;

/** Curve of each ECDSA algorithm, as OpenSSL and as JWK name it. */
const CURVES = {
  ES256: { openssl: "prime256v1", jwk: "P-256" },
  ES384: { openssl: "secp384r1", jwk: "P-384" },
  ES512: { openssl: "secp521r1", jwk: "P-521" },
} as const satisfies Record<Exclude<SigningAlgorithm, "RS256">, unknown>;

const RSA_MODULUS_BITS = 2048;

/** A key that tokens are verified with. */
export interface VerificationKey {
  /** base64url of SHA-256 over the PKIX DER of the public key; an external signer chooses its own. */
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly publicKey: KeyObject;
  /** Good for verification but not published. */
  readonly excludeFromDiscovery?: boolean;
}

/** A key that tokens are signed with. */
export interface SigningKey extends VerificationKey {
  readonly privateKey: KeyObject;
}

export function digestOf(algorithm: SigningAlgorithm): string {
  return DIGESTS[algorithm];
}

/** JWK's name of the curve, `P-256` for ES256. */
export function curveOf(algorithm: Exclude<SigningAlgorithm, "RS256">): string {
  return CURVES[algorithm].jwk;
}

/**
 * The one algorithm that a key, public or private, is used with.
 * @throws KeyError `unsupported-key` for other curves and key types
 */
export function algorithmOf(key: KeyObject): SigningAlgorithm {
  if (key.asymmetricKeyType === "rsa") return "RS256";
  if (key.asymmetricKeyType !== "ec") {
    throw new KeyError(
      "unsupported-key",
      `unknown private key type ${key.asymmetricKeyType ?? key.type}, must be RSA or ECDSA`,
    );
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  for (const [algorithm, names] of Object.entries(CURVES)) {
    if (names.openssl === curve) return algorithm as keyof typeof CURVES;
  }
  throw new KeyError("unsupported-key", "unknown private key curve, must be 256, 384, or 521");
}

/** The key id that kube-apiserver derives. @see kubernetes pkg/serviceaccount/jwt.go */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(der).digest("base64url");
}

/** @throws KeyError `unsupported-key` */
export function verificationKey(publicKey: KeyObject): VerificationKey {
  return { kid: keyIdOf(publicKey), algorithm: algorithmOf(publicKey), publicKey };
}

/**
 * Takes a private key into use, after it has proved itself: what it signs, its public half verifies.
 * @throws KeyError `unsupported-key`; `self-test-failed` for a damaged key
 */
export function signingKey(privateKey: KeyObject): SigningKey {
  const key = { ...verificationKey(createPublicKey(privateKey)), privateKey };
  const challenge = Buffer.from(`countersign self-test ${key.kid}`);
  let proved = false;
  let cause: unknown;
  try {
    proved = verifySignature(key, challenge, signSync(key, challenge));
  } catch (error) {
    cause = error;
  }
  if (!proved) {
    throw new KeyError("self-test-failed", `key ${key.kid} does not verify what it signs`, {
      cause,
    });
  }
  return key;
}

const generateKeyPairAsync = promisify(generateKeyPair) as (
  type: string,
  options: object,
) => Promise<{ readonly privateKey: KeyObject }>;

/** Makes a key on the thread pool: 0.1 ms for a curve, some 300 ms for RSA. */
export async function generateSigningKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  const { privateKey } =
    algorithm === "RS256"
      ? await generateKeyPairAsync("rsa", { modulusLength: RSA_MODULUS_BITS })
      : await generateKeyPairAsync("ec", { namedCurve: CURVES[algorithm].openssl });
  return signingKey(privateKey);
}

/** The JWS signature of `data`, on the calling thread. @see RFC 7518 §3.3, §3.4 */
export function signSync(key: SigningKey, data: Uint8Array): Buffer {
  return sign(DIGESTS[key.algorithm], data, privateKeyInput(key));
}

/** The JWS signature of `data`, on the thread pool. */
export function signOnThreadPool(key: SigningKey, data: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(DIGESTS[key.algorithm], data, privateKeyInput(key), (error, signature) => {
      if (error) reject(error);
      else resolve(signature);
    });
  });
}

/** Whether `signature` is the key's JWS signature of `data`. False, too, for one of a wrong size. */
export function verifySignature(
  key: VerificationKey,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const input =
    key.algorithm === "RS256"
      ? key.publicKey
      : ({ key: key.publicKey, dsaEncoding: "ieee-p1363" } as const);
  try {
    return verify(DIGESTS[key.algorithm], data, input, signature);
  } catch {
    return false;
  }
}

function privateKeyInput(
  key: SigningKey,
): KeyObject | { readonly key: KeyObject; readonly dsaEncoding: "ieee-p1363" } {
  return key.algorithm === "RS256"
    ? key.privateKey
    : { key: key.privateKey, dsaEncoding: "ieee-p1363" };
}
