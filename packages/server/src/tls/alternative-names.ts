/** Names of a certificate beside its subject (RFC 5280 §4.2.1.6). */
import { implicit, sequence } from "./der.ts";
import { childrenOf, DER_TAG, DerError, readDer } from "./der-reader.ts";
import { ipAddressBytes, printIpAddress } from "./ip-address.ts";

export interface AlternativeNames {
  readonly dnsNames: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
}

export const NO_ALTERNATIVE_NAMES: AlternativeNames = {
  dnsNames: [],
  emailAddresses: [],
  ipAddresses: [],
  uris: [],
};

/** Context tags of `GeneralName`. */
const KIND = { email: 1, dns: 2, uri: 6, ip: 7 } as const;
/** Class bits of a context tag without parts. */
const CONTEXT = 0x80;

/**
 * The value of the extension.
 * @throws TypeError for an address that is none
 */
export function writeAlternativeNames(names: AlternativeNames): Buffer {
  const texts = (kind: number, values: readonly string[]): Buffer[] =>
    values.map((value) => implicit(kind, Buffer.from(value, "latin1")));
  const addresses = names.ipAddresses.map((address) => {
    const bytes = ipAddressBytes(address);
    if (bytes === undefined) throw new TypeError(`not an IP address: ${JSON.stringify(address)}`);
    return implicit(KIND.ip, bytes);
  });
  return sequence(
    ...texts(KIND.dns, names.dnsNames),
    ...texts(KIND.email, names.emailAddresses),
    ...addresses,
    ...texts(KIND.uri, names.uris),
  );
}

/** @throws DerError */
export function readAlternativeNames(value: Uint8Array): AlternativeNames {
  const [whole] = readDer(value);
  const names = childrenOf(whole, DER_TAG.sequence);
  const ofKind = (kind: number): Uint8Array[] =>
    names.flatMap(({ tag, content }) => (tag === (CONTEXT | kind) ? [content] : []));
  const texts = (kind: number): string[] =>
    ofKind(kind).map((content) => {
      if (content.some((byte) => byte > 0x7e || byte < 0x20)) throw new DerError("malformed name");
      return Buffer.from(content).toString("latin1");
    });
  return {
    dnsNames: texts(KIND.dns),
    emailAddresses: texts(KIND.email),
    ipAddresses: ofKind(KIND.ip).map(printIpAddress),
    uris: texts(KIND.uri),
  };
}
