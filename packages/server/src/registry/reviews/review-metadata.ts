import type { KubeObject } from "../../api/object.ts";

/**
 * Metadata as a review comes back with it: what only the server sets is gone without a word, and so
 * is a namespace, since reviews are cluster scoped. Name, labels and the rest stay.
 * @see apiserver pkg/registry/rest/meta.go WipeObjectMetaSystemFields, EnsureObjectNamespaceMatchesRequestNamespace
 */
export function withoutSystemMetadata(metadata: KubeObject["metadata"]): KubeObject["metadata"] {
  const {
    namespace: _namespace,
    uid: _uid,
    creationTimestamp: _created,
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    ...rest
  } = metadata;
  return rest;
}
