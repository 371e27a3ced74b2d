/** What a key may be used for, in the words of CertificateSigningRequests. */

/** Bits of the key usage extension (RFC 5280 §4.2.1.3). */
const KEY_USAGE_BITS: Readonly<Record<string, number>> = {
  signing: 0,
  "digital signature": 0,
  "content commitment": 1,
  "key encipherment": 2,
  "data encipherment": 3,
  "key agreement": 4,
  "cert sign": 5,
  "crl sign": 6,
  "encipher only": 7,
  "decipher only": 8,
};

/** Purposes of the extended key usage extension (RFC 5280 §4.2.1.12). */
const PURPOSES: Readonly<Record<string, string>> = {
  any: "2.5.29.37.0",
  "server auth": "1.3.6.1.5.5.7.3.1",
  "client auth": "1.3.6.1.5.5.7.3.2",
  "code signing": "1.3.6.1.5.5.7.3.3",
  "email protection": "1.3.6.1.5.5.7.3.4",
  "s/mime": "1.3.6.1.5.5.7.3.4",
  "ipsec end system": "1.3.6.1.5.5.7.3.5",
  "ipsec tunnel": "1.3.6.1.5.5.7.3.6",
  "ipsec user": "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8",
  "ocsp signing": "1.3.6.1.5.5.7.3.9",
  "microsoft sgc": "1.3.6.1.4.1.311.10.3.3",
  "netscape sgc": "2.16.840.1.113730.4.1",
};
/** In the order in which Go's library numbers them, and upstream writes them. */
const PURPOSE_ORDER: readonly string[] = [...new Set(Object.values(PURPOSES))];

export interface KeyUsages {
  /** Ascending. */
  readonly bits: readonly number[];
  /** Object identifiers. */
  readonly purposes: readonly string[];
}

/**
 * @throws Error for words that are none
 * @see kubernetes pkg/controller/certificates/authority/policies.go (keyUsagesFromStrings)
 */
export function parseKeyUsages(usages: readonly string[]): KeyUsages {
  const known = (usage: string): boolean =>
    Object.hasOwn(KEY_USAGE_BITS, usage) || Object.hasOwn(PURPOSES, usage);
  const unknown = usages.filter((usage) => !known(usage));
  if (unknown.length > 0) {
    const list = unknown.map((usage) => JSON.stringify(usage)).join(" ");
    throw new Error(`unrecognized usage values: [${list}]`);
  }
  const bits = new Set(usages.flatMap((usage) => KEY_USAGE_BITS[usage] ?? []));
  const purposes = new Set(usages.flatMap((usage) => PURPOSES[usage] ?? []));
  return {
    bits: [...bits].sort((left, right) => left - right),
    purposes: PURPOSE_ORDER.filter((purpose) => purposes.has(purpose)),
  };
}
