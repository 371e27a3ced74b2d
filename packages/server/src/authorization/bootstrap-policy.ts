import type { KubeObject } from "../api/object.ts";
import { CLUSTER_ROLE_RULES } from "./bootstrap-cluster-roles.ts";
import { CONTROLLER_RULES } from "./bootstrap-controller-roles.ts";
import { EVENTS, on, READ, type RuleObject } from "./bootstrap-rules.ts";
import { type PolicyRule, RBAC_GROUP, type RbacResource, rulesOf } from "./policy-rule.ts";

/**
 * The default policy: roles and bindings every cluster has. Data only; `bootstrap-reconcile.ts` says
 * how they meet what is stored.
 * @see kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy, level 1.36.2, default feature gates
 */

/** One default object and the resource it belongs to. */
export interface BootstrapObject {
  readonly resource: RbacResource;
  readonly object: KubeObject;
}

/** An update by the server leaves objects alone that say `false` here. */
export const AUTO_UPDATE_ANNOTATION = "rbac.authorization.kubernetes.io/autoupdate";

const API_VERSION = `${RBAC_GROUP}/v1`;

/** Roles that are put together from others, and the label of those others. */
const AGGREGATED: Readonly<Record<string, string>> = {
  admin: "rbac.authorization.k8s.io/aggregate-to-admin",
  edit: "rbac.authorization.k8s.io/aggregate-to-edit",
  view: "rbac.authorization.k8s.io/aggregate-to-view",
};

/** The role each of these is a part of: `edit` is part of `admin`, `view` of `edit`. */
const PART_OF: Readonly<Record<string, string>> = {
  "system:aggregate-to-admin": "admin",
  edit: "admin",
  "system:aggregate-to-edit": "edit",
  view: "edit",
  "system:aggregate-to-view": "view",
};

/** `Group x`, `User x`, or `ServiceAccount namespace/x`. */
const CLUSTER_BINDINGS: Readonly<Record<string, readonly string[]>> = {
  "cluster-admin": ["Group system:masters"],
  "system:monitoring": ["Group system:monitoring"],
  "system:discovery": ["Group system:authenticated"],
  "system:basic-user": ["Group system:authenticated"],
  "system:public-info-viewer": ["Group system:authenticated", "Group system:unauthenticated"],
  "system:node-proxier": ["User system:kube-proxy"],
  "system:kube-controller-manager": ["User system:kube-controller-manager"],
  "system:kube-dns": ["ServiceAccount kube-system/kube-dns"],
  "system:kube-scheduler": ["User system:kube-scheduler"],
  "system:volume-scheduler": ["User system:kube-scheduler"],
  // Nodes get their rights from the node authorizer; the binding is kept for those who want the old way.
  "system:node": [],
  "system:service-account-issuer-discovery": ["Group system:serviceaccounts"],
};

/** Rules by `namespace/role`. */
const ROLE_RULES: Readonly<Record<string, readonly RuleObject[]>> = {
  "kube-public/system:controller:bootstrap-signer": [
    on("core", "configmaps", READ),
    on("core", "configmaps", "update", "cluster-info"),
    EVENTS,
  ],
  "kube-system/extension-apiserver-authentication-reader": [
    on("core", "configmaps", READ, "extension-apiserver-authentication"),
  ],
  "kube-system/system:controller:bootstrap-signer": [on("core", "secrets", READ)],
  "kube-system/system:controller:cloud-provider": [
    on("core", "configmaps", "create get list watch"),
  ],
  "kube-system/system:controller:token-cleaner": [
    on("core", "secrets", "delete get list watch"),
    EVENTS,
  ],
  "kube-system/system::leader-locking-kube-controller-manager": [
    on("coordination.k8s.io", "leases", "create get list update watch"),
    on("coordination.k8s.io", "leasecandidates", "create get list update watch"),
  ],
  "kube-system/system::leader-locking-kube-scheduler": [
    on("coordination.k8s.io", "leases", "create get list update watch"),
    on("coordination.k8s.io", "leasecandidates", "create get list update watch"),
  ],
};

/** Subjects by `namespace/binding`; the role has the binding's name unless given below. */
const ROLE_BINDINGS: Readonly<Record<string, readonly string[]>> = {
  "kube-public/system:controller:bootstrap-signer": ["ServiceAccount kube-system/bootstrap-signer"],
  "kube-system/system::extension-apiserver-authentication-reader": [
    "User system:kube-controller-manager",
    "User system:kube-scheduler",
  ],
  "kube-system/system:controller:bootstrap-signer": ["ServiceAccount kube-system/bootstrap-signer"],
  "kube-system/system:controller:cloud-provider": ["ServiceAccount kube-system/cloud-provider"],
  "kube-system/system:controller:token-cleaner": ["ServiceAccount kube-system/token-cleaner"],
  "kube-system/system::leader-locking-kube-controller-manager": [
    "User system:kube-controller-manager",
    "ServiceAccount kube-system/kube-controller-manager",
    "ServiceAccount kube-system/leader-election-controller",
  ],
  "kube-system/system::leader-locking-kube-scheduler": [
    "User system:kube-scheduler",
    "ServiceAccount kube-system/kube-scheduler",
  ],
};

const OTHER_ROLE: Readonly<Record<string, string>> = {
  "system::extension-apiserver-authentication-reader": "extension-apiserver-authentication-reader",
};

function labelsOf(name: string): Record<string, string> {
  const whole = PART_OF[name];
  const label = whole === undefined ? undefined : AGGREGATED[whole];
  return {
    "kubernetes.io/bootstrapping": "rbac-defaults",
    ...(label === undefined ? {} : { [label]: "true" }),
  };
}

function make(kind: string, namespace: string, name: string, rest: object): KubeObject {
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: {
      name,
      ...(namespace === "" ? {} : { namespace }),
      labels: labelsOf(name),
      annotations: { [AUTO_UPDATE_ANNOTATION]: "true" },
    },
    ...rest,
  };
}

function subject(text: string): object {
  const blank = text.indexOf(" ");
  const kind = text.slice(0, blank);
  const who = text.slice(blank + 1);
  if (kind !== "ServiceAccount") return { kind, apiGroup: RBAC_GROUP, name: who };
  const slash = who.indexOf("/");
  return { kind, name: who.slice(slash + 1), namespace: who.slice(0, slash) };
}

function role(namespace: string, name: string, rules: readonly RuleObject[]): KubeObject {
  const kind = namespace === "" ? "ClusterRole" : "Role";
  return make(kind, namespace, name, { rules: rules.map((rule) => ({ ...rule })) });
}

function binding(
  namespace: string,
  name: string,
  roleName: string,
  subjects: readonly string[],
): KubeObject {
  const prefix = namespace === "" ? "Cluster" : "";
  const roleRef = { apiGroup: RBAC_GROUP, kind: `${prefix}Role`, name: roleName };
  return make(`${prefix}RoleBinding`, namespace, name, {
    ...(subjects.length === 0 ? {} : { subjects: subjects.map(subject) }),
    roleRef,
  });
}

function aggregated(name: string, label: string): KubeObject {
  const clusterRoleSelectors = [{ matchLabels: { [label]: "true" } }];
  return make("ClusterRole", "", name, { aggregationRule: { clusterRoleSelectors }, rules: null });
}

function split(key: string): readonly [namespace: string, name: string] {
  const slash = key.indexOf("/");
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/**
 * The default objects, made anew by each call: roles before bindings, cluster wide ones before those
 * in a namespace (`kube-system`, `kube-public`). Aggregated roles come without rules.
 */
export function bootstrapPolicy(): readonly BootstrapObject[] {
  const objects: BootstrapObject[] = [];
  const add = (resource: RbacResource, object: KubeObject): void => {
    objects.push({ resource, object });
  };
  for (const [name, label] of Object.entries(AGGREGATED))
    add("clusterroles", aggregated(name, label));
  for (const [name, rules] of Object.entries(CLUSTER_ROLE_RULES)) {
    add("clusterroles", role("", name, rules));
  }
  for (const [controller, rules] of Object.entries(CONTROLLER_RULES)) {
    add("clusterroles", role("", `system:controller:${controller}`, rules));
  }
  for (const [name, subjects] of Object.entries(CLUSTER_BINDINGS)) {
    add("clusterrolebindings", binding("", name, name, subjects));
  }
  for (const controller of Object.keys(CONTROLLER_RULES)) {
    const name = `system:controller:${controller}`;
    const account = `ServiceAccount kube-system/${controller}`;
    add("clusterrolebindings", binding("", name, name, [account]));
  }
  for (const [key, rules] of Object.entries(ROLE_RULES)) add("roles", role(...split(key), rules));
  for (const [key, subjects] of Object.entries(ROLE_BINDINGS)) {
    const [namespace, name] = split(key);
    add("rolebindings", binding(namespace, name, OTHER_ROLE[name] ?? name, subjects));
  }
  return objects;
}

/** What the node authorizer allows where it does not look closer: the rules of `system:node`. */
export const NODE_RULES: readonly PolicyRule[] = rulesOf({
  metadata: {},
  rules: CLUSTER_ROLE_RULES["system:node"],
});
