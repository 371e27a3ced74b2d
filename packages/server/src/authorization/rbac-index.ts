import { quoteGo } from "../api/go-quote.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { PolicyRule, RbacResource, RoleRef, Subject } from "./policy-rule.ts";

/** A binding as the index keeps it. */
export interface Binding {
  readonly name: string;
  /** Empty for a ClusterRoleBinding. */
  readonly namespace: string;
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
  /** Name by which users and service accounts of `subjects` log in, undefined for groups. */
  readonly usernames: readonly (string | undefined)[];
}

/** Who is bound in one namespace, or cluster wide. */
interface Bucket {
  readonly users: Map<string, Set<Binding>>;
  readonly groups: Map<string, Set<Binding>>;
}

/** Slashes occur in no name, so that this is unique. */
function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function usernameOf(subject: Subject, bindingNamespace: string): string | undefined {
  if (subject.kind === "User") return subject.name;
  if (subject.kind !== "ServiceAccount") return undefined;
  const namespace = subject.namespace === "" ? bindingNamespace : subject.namespace;
  return namespace === "" ? undefined : `system:serviceaccount:${namespace}:${subject.name}`;
}

function add<K>(map: Map<K, Set<Binding>>, key: K, binding: Binding): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([binding]));
  else set.add(binding);
}

function take<K>(map: Map<K, Set<Binding>>, key: K, binding: Binding): void {
  const set = map.get(key);
  set?.delete(binding);
  if (set?.size === 0) map.delete(key);
}

function byName(left: Binding, right: Binding): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}

/**
 * Roles by name, bindings by whom they are for. Finding a user's bindings costs as much as there
 * are bindings of that user and those groups in one namespace and cluster wide; bindings of others
 * are not touched.
 */
export class RbacIndex {
  /** ClusterRoles under `/name`. */
  readonly #roles = new Map<string, readonly PolicyRule[]>();
  readonly #bindings = new Map<string, Binding>();
  /** By namespace; "" holds ClusterRoleBindings. */
  readonly #buckets = new Map<string, Bucket>();

  putRole(namespace: string, name: string, rules: readonly PolicyRule[]): void {
    this.#roles.set(keyOf(namespace, name), rules);
  }

  removeRole(namespace: string, name: string): void {
    this.#roles.delete(keyOf(namespace, name));
  }

  putBinding(
    namespace: string,
    name: string,
    roleRef: RoleRef,
    subjects: readonly Subject[],
  ): void {
    this.removeBinding(namespace, name);
    const usernames = subjects.map((subject) => usernameOf(subject, namespace));
    const binding: Binding = { name, namespace, roleRef, subjects, usernames };
    this.#bindings.set(keyOf(namespace, name), binding);
    let bucket = this.#buckets.get(namespace);
    if (bucket === undefined) {
      bucket = { users: new Map(), groups: new Map() };
      this.#buckets.set(namespace, bucket);
    }
    for (const username of usernames) {
      if (username !== undefined) add(bucket.users, username, binding);
    }
    for (const { kind, name: group } of subjects) {
      if (kind === "Group") add(bucket.groups, group, binding);
    }
  }

  removeBinding(namespace: string, name: string): void {
    const key = keyOf(namespace, name);
    const binding = this.#bindings.get(key);
    const bucket = this.#buckets.get(namespace);
    if (binding === undefined || bucket === undefined) return;
    this.#bindings.delete(key);
    for (const username of binding.usernames) {
      if (username !== undefined) take(bucket.users, username, binding);
    }
    for (const { kind, name: group } of binding.subjects) {
      if (kind === "Group") take(bucket.groups, group, binding);
    }
    if (bucket.users.size === 0 && bucket.groups.size === 0) this.#buckets.delete(namespace);
  }

  /** Forgets everything of one resource. */
  clear(resource: RbacResource): void {
    const clusterWide = resource === "clusterroles" || resource === "clusterrolebindings";
    if (resource === "roles" || resource === "clusterroles") {
      for (const key of this.#roles.keys()) {
        if (key.startsWith("/") === clusterWide) this.#roles.delete(key);
      }
      return;
    }
    for (const { namespace, name } of this.#bindings.values()) {
      if ((namespace === "") === clusterWide) this.removeBinding(namespace, name);
    }
  }

  /** Rules of a role, or, as a text, why there are none. */
  rulesOfRole(roleRef: RoleRef, namespace: string): readonly PolicyRule[] | string {
    const { kind, name } = roleRef;
    if (kind !== "Role" && kind !== "ClusterRole") {
      return `unsupported role reference kind: ${quoteGo(kind)}`;
    }
    // A Role of no namespace does not exist; its key would be that of a ClusterRole.
    const reachable = kind === "ClusterRole" || namespace !== "";
    const home = kind === "Role" ? namespace : "";
    const rules = reachable ? this.#roles.get(keyOf(home, name)) : undefined;
    return rules ?? `${kind.toLowerCase()}.rbac.authorization.k8s.io ${quoteGo(name)} not found`;
  }

  /** Bindings of a user in one namespace, or cluster wide for "", in the order of their names. */
  bindingsOf(user: UserInfo, namespace: string): readonly Binding[] {
    const bucket = this.#buckets.get(namespace);
    if (bucket === undefined) return [];
    const found = new Set(bucket.users.get(user.username));
    for (const group of user.groups) {
      for (const binding of bucket.groups.get(group) ?? []) found.add(binding);
    }
    return [...found].sort(byName);
  }
}
