import type { Namespace, ObjectMeta, Secret, ServiceAccount } from "../api/types.ts";
import type { ApiObject } from "../client/resource-type.ts";

/**
 * What controllers keep of objects that a large cluster has many of. With 100,000 accounts, whole
 * objects would be most of the memory of the process.
 */

/** A namespace without its labels and conditions. */
export interface ObservedNamespace extends ApiObject {
  readonly phase: string;
}

export function observeNamespace({ metadata, status }: Namespace): ObservedNamespace {
  return { metadata: identity(metadata), phase: status?.phase ?? "" };
}

/** An account with the names of the Secrets that it lists. */
export interface ObservedServiceAccount extends ApiObject {
  /** Absent when there are none. */
  readonly secrets?: readonly string[];
}

export function observeServiceAccount({
  metadata,
  secrets,
}: ServiceAccount): ObservedServiceAccount {
  if (secrets === undefined || secrets.length === 0) return { metadata: identity(metadata) };
  return { metadata: identity(metadata), secrets: secrets.map(({ name }) => name ?? "") };
}

/** A Secret of the token type, without its contents. */
export interface ObservedTokenSecret extends ApiObject {
  readonly missing: MissingData;
}

/** Which data of a token Secret has to be filled in. */
export interface MissingData {
  readonly token: boolean;
  readonly namespace: boolean;
  readonly ca: boolean;
}

/** @param ca - Base64 of the bundle that the Secret should hold; empty when there is none. */
export function missingData({ data = {} }: Pick<Secret, "data">, ca: string): MissingData {
  return {
    token: (data.token ?? "") === "",
    namespace: (data.namespace ?? "") === "",
    ca: ca !== "" && data["ca.crt"] !== ca,
  };
}

export function observeTokenSecret(secret: Secret, ca: string): ObservedTokenSecret {
  const { creationTimestamp, labels, annotations } = secret.metadata;
  return {
    metadata: {
      ...identity(secret.metadata),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    missing: missingData(secret, ca),
  };
}

/** What tells objects apart. */
export function identity(metadata: ObjectMeta): ObjectMeta {
  const { name, namespace, uid, resourceVersion, deletionTimestamp } = metadata;
  const kept: ObjectMeta = {};
  if (name !== undefined) kept.name = name;
  if (namespace !== undefined) kept.namespace = namespace;
  if (uid !== undefined) kept.uid = uid;
  if (resourceVersion !== undefined) kept.resourceVersion = resourceVersion;
  if (deletionTimestamp !== undefined) kept.deletionTimestamp = deletionTimestamp;
  return kept;
}
