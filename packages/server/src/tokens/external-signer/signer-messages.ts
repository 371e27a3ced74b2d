/**
 * Messages of the external signer's service.
 * @see kubernetes staging/src/k8s.io/externaljwt/apis/v1/api.proto
 */
import { WireReader, WireWriter } from "../../runtime/protobuf-wire.ts";

export interface SignResponse {
  /** base64url of the token's header. */
  readonly header: string;
  /** base64url of its signature. */
  readonly signature: string;
}

export interface FetchedKey {
  readonly keyId: string;
  /** PKIX, DER. */
  readonly key: Uint8Array;
  readonly excludeFromOidcDiscovery: boolean;
}

export interface FetchKeysResponse {
  readonly keys: readonly FetchedKey[];
  /** When the signer got its data; undefined when it does not say. */
  readonly dataTimestamp: Timestamp | undefined;
  readonly refreshHintSeconds: number;
}

/** @see google/protobuf/timestamp.proto */
export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

/** @param claims - base64url of the payload */
export function encodeSignRequest(claims: string): Buffer {
  return new WireWriter().bytes(1, Buffer.from(claims)).finish();
}

/** @throws RangeError for what is no such message, like all of these */
export function decodeSignResponse(bytes: Uint8Array): SignResponse {
  const reader = new WireReader(bytes);
  let header = "";
  let signature = "";
  while (reader.next()) {
    if (reader.field === 1) header = reader.text();
    else if (reader.field === 2) signature = reader.text();
  }
  return { header, signature };
}

export function decodeFetchKeysResponse(bytes: Uint8Array): FetchKeysResponse {
  const reader = new WireReader(bytes);
  const keys: FetchedKey[] = [];
  let dataTimestamp: Timestamp | undefined;
  let refreshHintSeconds = 0;
  while (reader.next()) {
    if (reader.field === 1) keys.push(decodeKey(reader.bytes()));
    else if (reader.field === 2) dataTimestamp = decodeTimestamp(reader.bytes());
    else if (reader.field === 3) refreshHintSeconds = reader.signedNumber();
  }
  return { keys, dataTimestamp, refreshHintSeconds };
}

/** The longest life of a token in seconds that the signer signs. */
export function decodeMetadataResponse(bytes: Uint8Array): number {
  const reader = new WireReader(bytes);
  let seconds = 0;
  while (reader.next()) if (reader.field === 1) seconds = reader.signedNumber();
  return seconds;
}

function decodeKey(bytes: Uint8Array): FetchedKey {
  const reader = new WireReader(bytes);
  let keyId = "";
  let key: Uint8Array = Buffer.alloc(0);
  let excludeFromOidcDiscovery = false;
  while (reader.next()) {
    if (reader.field === 1) keyId = reader.text();
    else if (reader.field === 2) key = reader.bytes();
    else if (reader.field === 3) excludeFromOidcDiscovery = reader.boolean();
  }
  return { keyId, key, excludeFromOidcDiscovery };
}

function decodeTimestamp(bytes: Uint8Array): Timestamp {
  const reader = new WireReader(bytes);
  let seconds = 0;
  let nanos = 0;
  while (reader.next()) {
    if (reader.field === 1) seconds = reader.signedNumber();
    else if (reader.field === 2) nanos = reader.signedNumber();
  }
  return { seconds, nanos };
}
