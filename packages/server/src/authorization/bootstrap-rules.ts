import type { PolicyRule } from "./policy-rule.ts";

/** A rule as the API holds it: lists that are empty are left out. */
export type RuleObject = Partial<PolicyRule> & Pick<PolicyRule, "verbs">;

/** Rules by role. */
export type RuleTable = Readonly<Record<string, readonly RuleObject[]>>;

/** Verbs that come together again and again, in the order of the alphabet as in all default rules. */
export const READ = "get list watch";
export const FOLLOW = "list watch";
export const CHANGE = "patch update";
export const WRITE = "create delete deletecollection patch update";
export const READ_WRITE = "create delete deletecollection get list patch update watch";

/**
 * A rule over resources; words are separated by blanks, the group `core` is the one without a name.
 * `on("apps", "deployments deployments/scale", READ)`
 */
export function on(groups: string, resources: string, verbs: string, names?: string): RuleObject {
  return {
    verbs: verbs.split(" "),
    apiGroups: groups.split(" ").map((group) => (group === "core" ? "" : group)),
    resources: resources.split(" "),
    ...(names === undefined ? {} : { resourceNames: names.split(" ") }),
  };
}

/** A rule over paths. */
export function urls(paths: string, verbs: string): RuleObject {
  return { verbs: verbs.split(" "), nonResourceURLs: paths.split(" ") };
}

/** To report events, in both of their groups. */
export const EVENTS: RuleObject = on("core events.k8s.io", "events", "create patch update");
