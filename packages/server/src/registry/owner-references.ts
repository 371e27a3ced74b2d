import type { KubeObject } from "../api/object.ts";
import { semanticEqual } from "../api/validation/equality.ts";
import type { WriteContext } from "./write-context.ts";

const WHEN_SENT = ".metadata.ownerReferences contains duplicate entries";
const WHEN_ADMITTED = `${WHEN_SENT} after mutating admission happens`;
const ADVICE =
  "API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests";

/**
 * Keeps the first of equal owner references and warns of the others: of a body as it is sent, of
 * what a patch makes once admission has seen it.
 * @see apiserver pkg/endpoints/handlers/rest.go (dedupOwnerReferencesAndAddWarning)
 */
export function dropDuplicateOwners(
  object: KubeObject,
  context: WriteContext,
  when: "sent" | "admitted",
): void {
  const owners = object.metadata.ownerReferences;
  if (owners === undefined || owners.length < 2) return;
  const kept: typeof owners = [];
  const duplicates: string[] = [];
  // Looked for among those of one name only: somebody may send ten thousand.
  const byName = new Map<string, typeof owners>();
  for (const owner of owners) {
    const { apiVersion = "", kind = "", name = "", uid = "" } = owner;
    const key = JSON.stringify([apiVersion, kind, name, uid]);
    const alike = byName.get(key) ?? [];
    if (alike.some((each) => semanticEqual(each, owner))) duplicates.push(uid);
    else {
      kept.push(owner);
      byName.set(key, [...alike, owner]);
    }
  }
  if (duplicates.length === 0) return;
  object.metadata.ownerReferences = kept;
  const what = when === "sent" ? WHEN_SENT : WHEN_ADMITTED;
  context.warn(`${what}; ${ADVICE}; duplicate UID(s) observed: ${duplicates.join(", ")}`);
}
