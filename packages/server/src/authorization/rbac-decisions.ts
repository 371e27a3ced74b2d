import { quoteGo } from "../api/go-quote.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { AuthorizationAttributes, AuthorizationVerdict } from "./authorizer.ts";
import { printErrors } from "./error-list.ts";
import type { PolicyRule, Subject } from "./policy-rule.ts";
import type { Binding, RbacIndex } from "./rbac-index.ts";
import { ruleAllows } from "./rule-match.ts";

/** What one binding gives to one user: rules, or the text that says why not. */
export interface Grant {
  readonly binding: Binding;
  readonly subject: Subject;
  readonly rules: readonly PolicyRule[] | string;
  /** Made when it is first needed. */
  verdict: AuthorizationVerdict | undefined;
}

/** Everything that counts for one user in one namespace. */
interface Scope {
  readonly grants: readonly Grant[];
  /** Whether any rule names objects; otherwise names do not matter to decisions. */
  readonly namesMatter: boolean;
  readonly refusal: AuthorizationVerdict;
  readonly verdicts: Map<string, AuthorizationVerdict>;
}

type Scopes = Map<string, Scope>;

const NO_OPINION: AuthorizationVerdict = Object.freeze({ decision: "no-opinion", reason: "" });

/**
 * How many scopes and verdicts are remembered at most; about 200 bytes each, 4 MB in all. When they
 * are full everything is forgotten, which is cheaper than keeping an order, and rare.
 */
const MAX_REMEMBERED = 20_000;

/**
 * Characters of a question, namespace or identity that is remembered. Paths and names are chosen by
 * whoever asks, strangers too: 20,000 heads of 256 KiB would fill the memory.
 */
const LONGEST_REMEMBERED = 512;

function describeSubject(subject: Subject, bindingNamespace: string): string {
  if (subject.kind !== "ServiceAccount") return `${subject.kind} ${quoteGo(subject.name)}`;
  const namespace = subject.namespace === "" ? bindingNamespace : subject.namespace;
  return `ServiceAccount ${quoteGo(`${subject.name}/${namespace}`)}`;
}

/** `RBAC: allowed by RoleBinding "b/ns" of Role "r" to ServiceAccount "sa/ns"`. */
function describeGrant({ binding, subject }: Grant): string {
  const { name, namespace, roleRef } = binding;
  const by =
    namespace === ""
      ? `ClusterRoleBinding ${quoteGo(name)}`
      : `RoleBinding ${quoteGo(`${name}/${namespace}`)}`;
  const to = describeSubject(subject, namespace);
  return `RBAC: allowed by ${by} of ${roleRef.kind} ${quoteGo(roleRef.name)} to ${to}`;
}

function allowVerdict(grant: Grant): AuthorizationVerdict {
  grant.verdict ??= { decision: "allow", reason: describeGrant(grant) };
  return grant.verdict;
}

/** The first subject of a binding that is this user. */
function subjectFor(binding: Binding, user: UserInfo): Subject | undefined {
  const { subjects, usernames } = binding;
  for (let index = 0; index < subjects.length; index++) {
    const subject = subjects[index];
    if (subject === undefined) continue;
    if (usernames[index] === user.username) return subject;
    if (subject.kind === "Group" && user.groups.includes(subject.name)) return subject;
  }
  return undefined;
}

function refusalOf(grants: readonly Grant[]): AuthorizationVerdict {
  const errors = grants.flatMap(({ rules }) => (typeof rules === "string" ? [rules] : []));
  if (errors.length === 0) return NO_OPINION;
  return { decision: "no-opinion", reason: `RBAC: ${printErrors(errors)}` };
}

function namesMatterIn(grants: readonly Grant[]): boolean {
  return grants.some(
    ({ rules }) => typeof rules !== "string" && rules.some((rule) => rule.resourceNames.length > 0),
  );
}

/**
 * Decides over an index, and remembers. What is remembered is dropped at once by `forget`, which
 * has to follow every change of the index, and is bounded, whatever users ask for.
 */
export class RbacDecisions {
  readonly #index: RbacIndex;
  /** Authenticators hand out the same object for the same credential, which saves building a key. */
  #byUser = new WeakMap<UserInfo, Scopes>();
  /** By user name and groups, for reviews and impersonation, whose users are made anew each time. */
  #byIdentity = new Map<string, Scopes>();
  #remembered = 0;
  constructor(index: RbacIndex) {
    this.#index = index;
  }

  /** How many scopes and verdicts are remembered. */
  get remembered(): number {
    return this.#remembered;
  }

  /** Forgets every decision. */
  forget(): void {
    if (this.#remembered === 0) return;
    this.#byUser = new WeakMap();
    this.#byIdentity = new Map();
    this.#remembered = 0;
  }

  #count(): void {
    if (this.#remembered >= MAX_REMEMBERED) this.forget();
    this.#remembered++;
  }

  #scopesOf(user: UserInfo): Scopes {
    const known = this.#byUser.get(user);
    if (known !== undefined) return known;
    const identity = JSON.stringify([user.username, user.groups]);
    // What belongs to a long identity goes when its user does.
    const isShort = identity.length <= LONGEST_REMEMBERED;
    let scopes = isShort ? this.#byIdentity.get(identity) : undefined;
    if (scopes === undefined) {
      this.#count();
      scopes = new Map();
      if (isShort) this.#byIdentity.set(identity, scopes);
    }
    this.#byUser.set(user, scopes);
    return scopes;
  }

  #scopeOf(user: UserInfo, namespace: string): Scope {
    const scopes = this.#scopesOf(user);
    const known = scopes.get(namespace);
    if (known !== undefined) return known;
    const grants = this.#findGrants(user, namespace);
    const scope: Scope = {
      grants,
      namesMatter: namesMatterIn(grants),
      refusal: refusalOf(grants),
      verdicts: new Map(),
    };
    if (namespace.length <= LONGEST_REMEMBERED) {
      this.#count();
      scopes.set(namespace, scope);
    }
    return scope;
  }

  #findGrants(user: UserInfo, namespace: string): readonly Grant[] {
    const bindings = [...this.#index.bindingsOf(user, "")];
    if (namespace !== "") bindings.push(...this.#index.bindingsOf(user, namespace));
    const grants: Grant[] = [];
    for (const binding of bindings) {
      const subject = subjectFor(binding, user);
      if (subject === undefined) continue;
      const rules = this.#index.rulesOfRole(binding.roleRef, binding.namespace);
      grants.push({ binding, subject, rules, verdict: undefined });
    }
    return grants;
  }

  /** What every binding of a user gives in a namespace: cluster wide ones first, each by name. */
  grantsFor(user: UserInfo, namespace: string): readonly Grant[] {
    return this.#scopeOf(user, namespace).grants;
  }

  authorize(attributes: AuthorizationAttributes): AuthorizationVerdict {
    const scope = this.#scopeOf(attributes.user, attributes.namespace);
    if (scope.grants.length === 0) return scope.refusal;
    const key = questionKey(attributes, scope.namesMatter);
    if (key.length + attributes.namespace.length > LONGEST_REMEMBERED) {
      return decide(scope, attributes);
    }
    let verdict = scope.verdicts.get(key);
    if (verdict === undefined) {
      verdict = decide(scope, attributes);
      this.#count();
      scope.verdicts.set(key, verdict);
    }
    return verdict;
  }
}

/** Blanks and line feeds occur in none of the parts that come off a URL; in reviews they could, hence the lengths. */
function questionKey(attributes: AuthorizationAttributes, namesMatter: boolean): string {
  const { verb } = attributes;
  if (!attributes.resourceRequest) return `${verb.length}/${verb}${attributes.path}`;
  const { apiGroup, resource, subresource } = attributes;
  const head = `${verb.length},${apiGroup.length},${resource.length},${subresource.length}:`;
  const what = `${head}${verb}${apiGroup}${resource}${subresource}`;
  return namesMatter ? what + attributes.name : what;
}

/** @see kubernetes pkg/registry/rbac/validation/rule.go VisitRulesFor */
function decide(scope: Scope, attributes: AuthorizationAttributes): AuthorizationVerdict {
  for (const grant of scope.grants) {
    if (typeof grant.rules === "string") continue;
    for (const rule of grant.rules) {
      if (ruleAllows(rule, attributes)) return allowVerdict(grant);
    }
  }
  return scope.refusal;
}
