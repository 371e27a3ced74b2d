import { createHash } from "node:crypto";
import type { ServedGroup } from "../../api/schema/language.ts";
import { type DocumentSource, v2Source, v3Sources } from "./document-sources.ts";
import type { DocumentEncoder } from "./gnostic/message-encoder.ts";
import { encodeV2Document } from "./gnostic/v2-messages.ts";
import { encodeV3Document } from "./gnostic/v3-messages.ts";

/** A document, made when first asked for and then kept as bytes alone. */
export interface OpenApiDocument {
  /** UTF-8, in one line without an end. */
  json(): Uint8Array;
  /** The same as a message of gnostic. */
  protobuf(): Uint8Array;
  /** Upper-case hexadecimal SHA-512 of the JSON; it stands for both forms. */
  hash(): string;
}

/** The documents of a fixed set of groups. When groups change, make another one. */
export interface OpenApiDocuments {
  /** `/openapi/v2` */
  readonly v2: OpenApiDocument;
  /** By the path below `/openapi/v3/`, ascending: `api/v1`, `apis/apps`, `apis/apps/v1` … */
  readonly v3: ReadonlyMap<string, OpenApiDocument>;
  /** `/openapi/v3`: where the documents of version 3 are. Makes all of them, for their hashes. */
  index(): Uint8Array;
}

/** @param groups - as `servedGroups()` lists them */
export function createOpenApiDocuments(groups: readonly ServedGroup[]): OpenApiDocuments {
  const v3 = new Map(
    [...v3Sources(groups)].map(([path, source]) => [path, document(source, encodeV3Document)]),
  );
  let index: Uint8Array | undefined;
  return {
    v2: document(v2Source(groups), encodeV2Document),
    v3,
    index: () => (index ??= Buffer.from(JSON.stringify({ paths: indexPaths(v3) }))),
  };
}

/** Where a document is now: a path that changes with it, so that it may be kept forever. */
export function serverRelativeUrl(path: string, { hash }: OpenApiDocument): string {
  return `/openapi/v3/${path}?hash=${hash()}`;
}

function indexPaths(
  documents: ReadonlyMap<string, OpenApiDocument>,
): Record<string, { serverRelativeURL: string }> {
  return Object.fromEntries(
    [...documents].map(([path, each]) => [
      path,
      { serverRelativeURL: serverRelativeUrl(path, each) },
    ]),
  );
}

function document(source: DocumentSource, encode: DocumentEncoder): OpenApiDocument {
  let json: Uint8Array | undefined;
  let protobuf: Uint8Array | undefined;
  let hash: string | undefined;
  const jsonBytes = (): Uint8Array => (json ??= Buffer.from(JSON.stringify(source())));
  return {
    json: jsonBytes,
    // Made again, not parsed: the source is quicker, and gives the same.
    protobuf: () => (protobuf ??= encode(source())),
    hash: () => (hash ??= createHash("sha512").update(jsonBytes()).digest("hex").toUpperCase()),
  };
}
