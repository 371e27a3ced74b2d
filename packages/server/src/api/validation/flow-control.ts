/** Flow schemas and priority levels. @see kubernetes pkg/apis/flowcontrol/validation/validation.go */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../field-error.ts";
import { checkComplaints, type FieldErrors } from "./field-checks.ts";
import { nameIsDnsLabel, nameIsDnsSubdomain, rangeComplaint } from "./names.ts";

interface Subject {
  kind?: string;
  user?: { name?: string } | null;
  group?: { name?: string } | null;
  serviceAccount?: { namespace?: string; name?: string } | null;
}

interface Rules {
  subjects?: Subject[] | null;
  resourceRules?:
    | {
        verbs?: string[] | null;
        apiGroups?: string[] | null;
        resources?: string[] | null;
        clusterScope?: boolean;
        namespaces?: string[] | null;
      }[]
    | null;
  nonResourceRules?: { verbs?: string[] | null; nonResourceURLs?: string[] | null }[] | null;
}

export interface FlowSchemaSpec {
  priorityLevelConfiguration?: { name?: string };
  matchingPrecedence?: number;
  distinguisherMethod?: { type?: string } | null;
  rules?: Rules[] | null;
}

export interface Queuing {
  queues?: number;
  handSize?: number;
  queueLengthLimit?: number;
}

interface Shares {
  nominalConcurrencyShares?: number | null;
  lendablePercent?: number | null;
}

export interface PriorityLevelSpec {
  type?: string;
  limited?:
    | (Shares & {
        limitResponse?: { type?: string; queuing?: Queuing | null };
        borrowingLimitPercent?: number | null;
      })
    | null;
  exempt?: Shares | null;
}

const SPEC = root("spec");
const PRECEDENCE_MAX = 10_000;
const QUEUES_MAX = 10_000_000;
/** Bits of the hash from which a flow's queues are drawn. */
const HASH_BITS = 60;
const METHODS = ["ByNamespace", "ByUser"];
const SUBJECT_KINDS = ["Group", "ServiceAccount", "User"];
const VERBS = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "proxy",
  "update",
  "watch",
];

type List = readonly string[] | null | undefined;

/** A list that has to have something, and nothing besides `*` when that is in it. */
function checkWildcardList(
  list: List,
  path: FieldPath,
  texts: { readonly empty: string; readonly others: string },
  errors: FieldErrors,
): void {
  const items = list ?? [];
  if (items.length === 0) errors.push(required(path, texts.empty));
  else if (items.length > 1 && items.includes("*")) {
    const detail = `if '*' is present, must not specify other ${texts.others}`;
    errors.push(invalidValue(path, items, detail));
  }
}

function checkVerbs(verbs: List, path: FieldPath, errors: FieldErrors): void {
  const empty = "verbs must contain at least one value";
  checkWildcardList(verbs, path, { empty, others: "verbs" }, errors);
  const items = verbs ?? [];
  if (items.includes("*") || items.every((verb) => VERBS.includes(verb))) return;
  errors.push(notSupported(path, items as unknown, VERBS));
}

function urlComplaint(url: string): string | undefined {
  if (url === "") return "must not be empty";
  if (url === "/") return undefined;
  if (!url.startsWith("/")) return "must start with slash";
  if (url.includes(" ")) return "must not contain white-space";
  if (url.includes("//")) return "must not contain double slash";
  const stars = url.split("*").length - 1;
  const isSuffix = stars === 0 || (stars === 1 && url.endsWith("/*"));
  return isSuffix ? undefined : "wildcard can only do suffix matching";
}

function checkResourceRules(rules: Rules, path: FieldPath, errors: FieldErrors): void {
  rules.resourceRules?.forEach((rule, index) => {
    const at = path.child("resourceRules").index(index);
    const { apiGroups, resources, namespaces, clusterScope, verbs } = rule;
    checkVerbs(verbs, at.child("verbs"), errors);
    const groups = "resource rules must supply at least one api group";
    const texts = { empty: groups, others: "api groups" };
    checkWildcardList(apiGroups, at.child("apiGroups"), texts, errors);
    const some = "resource rules must supply at least one resource";
    checkWildcardList(
      resources,
      at.child("resources"),
      { empty: some, others: "resources" },
      errors,
    );
    const field = at.child("namespaces");
    if ((namespaces ?? []).length > 0 || clusterScope !== true) {
      const empty = "resource rules that are not cluster scoped must supply at least one namespace";
      checkWildcardList(namespaces, field, { empty, others: "namespaces" }, errors);
    }
    if (namespaces?.includes("*") === true) return;
    namespaces?.forEach((namespace, position) => {
      const intro = "each member of this list must be '*' or a DNS-1123 label; ";
      const complaints = nameIsDnsLabel(namespace, false).map((complaint) => intro + complaint);
      checkComplaints(namespace, complaints, field.index(position), errors);
    });
  });
}

function checkUrlRules(rules: Rules, path: FieldPath, errors: FieldErrors): void {
  rules.nonResourceRules?.forEach(({ verbs, nonResourceURLs: urls }, index) => {
    const at = path.child("nonResourceRules").index(index);
    checkVerbs(verbs, at.child("verbs"), errors);
    const field = at.child("nonResourceURLs");
    const empty = "nonResourceURLs must contain at least one value";
    checkWildcardList(urls, field, { empty, others: "non-resource URLs" }, errors);
    if (urls?.includes("*") === true) return;
    urls?.forEach((url, position) => {
      const complaint = urlComplaint(url);
      if (complaint !== undefined) errors.push(invalidValue(field.index(position), url, complaint));
    });
  });
}

const MEMBER_OF_KIND = { ServiceAccount: "serviceAccount", User: "user", Group: "group" } as const;

function checkAccount(
  { name = "", namespace = "" }: NonNullable<Subject["serviceAccount"]>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (name === "") errors.push(required(path.child("name")));
  else if (name !== "*") {
    checkComplaints(name, nameIsDnsSubdomain(name, false), path.child("name"), errors);
  }
  if (namespace === "") {
    errors.push(required(path.child("namespace"), "must specify namespace for service account"));
  } else {
    const complaints = nameIsDnsLabel(namespace, false);
    checkComplaints(namespace, complaints, path.child("namespace"), errors);
  }
}

function checkSubject(subject: Subject, path: FieldPath, errors: FieldErrors): void {
  const { kind = "" } = subject;
  const expected = Object.entries(MEMBER_OF_KIND).find(([name]) => name === kind)?.[1];
  if (expected === undefined) {
    errors.push(notSupported(path.child("kind"), kind, SUBJECT_KINDS));
    return;
  }
  const field = path.child(expected);
  if (subject[expected] == null) {
    errors.push(required(field, `${expected} is required when subject kind is '${kind}'`));
  } else if (expected === "serviceAccount")
    checkAccount(subject.serviceAccount ?? {}, field, errors);
  else if (!subject[expected]?.name) errors.push(required(field.child("name")));
  for (const [other, member] of Object.entries(MEMBER_OF_KIND)) {
    if (member === expected || subject[member] == null) continue;
    const detail = `${member} is forbidden when subject kind is not '${other}'`;
    errors.push(forbiddenField(path.child(member), detail));
  }
}

function checkRules(rules: Rules, path: FieldPath, errors: FieldErrors): void {
  const subjects = rules.subjects ?? [];
  const list = path.child("subjects");
  if (subjects.length === 0) {
    errors.push(required(list, "subjects must contain at least one value"));
  }
  subjects.forEach((subject, index) => {
    checkSubject(subject, list.index(index), errors);
  });
  if ((rules.resourceRules ?? []).length + (rules.nonResourceRules ?? []).length === 0) {
    const detail = "at least one of resourceRules and nonResourceRules has to be non-empty";
    errors.push(required(path, detail));
  }
  checkResourceRules(rules, path, errors);
  checkUrlRules(rules, path, errors);
}

export function validateFlowSchema(spec: FlowSchemaSpec, name: string): FieldError[] {
  const errors: FieldErrors = [];
  const precedence = spec.matchingPrecedence ?? 0;
  const field = SPEC.child("matchingPrecedence");
  if (precedence <= 0) errors.push(invalidValue(field, precedence, "must be a positive value"));
  if (precedence > PRECEDENCE_MAX) {
    errors.push(invalidValue(field, precedence, `must not be greater than ${PRECEDENCE_MAX}`));
  }
  if (precedence === 1 && name !== "exempt") {
    const detail = "only the schema named 'exempt' may have matchingPrecedence 1";
    errors.push(invalidValue(field, precedence, detail));
  }
  const method = spec.distinguisherMethod;
  if (method != null && !METHODS.includes(method.type ?? "")) {
    const shown = { Type: method.type ?? "" } as unknown;
    errors.push(notSupported(SPEC.child("distinguisherMethod", "type"), shown, METHODS));
  }
  const level = spec.priorityLevelConfiguration?.name ?? "";
  const levelPath = SPEC.child("priorityLevelConfiguration", "name");
  if (level === "") errors.push(required(levelPath, "must reference a priority level"));
  else checkComplaints(level, nameIsDnsSubdomain(level, false), levelPath, errors);
  spec.rules?.forEach((rules, index) => {
    checkRules(rules, SPEC.child("rules").index(index), errors);
  });
  return errors;
}

function checkShares(shares: Shares, path: FieldPath, errors: FieldErrors): void {
  const { nominalConcurrencyShares, lendablePercent } = shares;
  if (nominalConcurrencyShares != null && nominalConcurrencyShares < 0) {
    const field = path.child("nominalConcurrencyShares");
    errors.push(invalidValue(field, nominalConcurrencyShares, "must be a non-negative integer"));
  }
  if (lendablePercent != null && (lendablePercent < 0 || lendablePercent > 100)) {
    const field = path.child("lendablePercent");
    errors.push(invalidValue(field, lendablePercent, rangeComplaint(0, 100)));
  }
}

/** Bits of hash needed to deal a hand without the same queue twice. */
function entropyBits(queues: number, handSize: number): number {
  let bits = 0;
  for (let dealt = 0; dealt < handSize; dealt++) bits += Math.log2(queues - dealt);
  return Math.ceil(bits);
}

function checkQueuing(queuing: Queuing, path: FieldPath, errors: FieldErrors): void {
  const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing;
  const complain = (name: string, value: number, detail: string) =>
    errors.push(invalidValue(path.child(name), value, detail));
  if (queueLengthLimit <= 0) complain("queueLengthLimit", queueLengthLimit, "must be positive");
  if (queues <= 0) complain("queues", queues, "must be positive");
  else if (queues > QUEUES_MAX)
    complain("queues", queues, `must not be greater than ${QUEUES_MAX}`);
  if (handSize <= 0) complain("handSize", handSize, "must be positive");
  else if (handSize > queues) {
    complain("handSize", handSize, `should not be greater than queues (${queues})`);
  } else if (entropyBits(queues, handSize) > HASH_BITS) {
    const detail = `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS}`;
    complain("handSize", handSize, detail);
  }
}

function checkLimited(
  limited: NonNullable<PriorityLevelSpec["limited"]>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { type = "", queuing } = limited.limitResponse ?? {};
  const response = path.child("limitResponse");
  const { lendablePercent, borrowingLimitPercent, nominalConcurrencyShares } = limited;
  checkShares({ nominalConcurrencyShares: nominalConcurrencyShares ?? 0 }, path, errors);
  if (type === "Reject") {
    if (queuing != null) {
      const detail = "must be nil if limited.limitResponse.type is not Limited";
      errors.push(forbiddenField(response.child("queuing"), detail));
    }
  } else if (type === "Queue") {
    if (queuing == null) {
      const detail = "must not be empty if limited.limitResponse.type is Limited";
      errors.push(required(response.child("queuing"), detail));
    } else checkQueuing(queuing, response.child("queuing"), errors);
  } else errors.push(notSupported(response.child("type"), type, ["Queue", "Reject"]));
  checkShares({ lendablePercent: lendablePercent ?? null }, path, errors);
  if (borrowingLimitPercent != null && borrowingLimitPercent < 0) {
    const detail = "if specified, must be a non-negative integer";
    errors.push(invalidValue(path.child("borrowingLimitPercent"), borrowingLimitPercent, detail));
  }
}

export function validatePriorityLevel(spec: PriorityLevelSpec, name: string): FieldError[] {
  const errors: FieldErrors = [];
  const { type = "", limited, exempt } = spec;
  if ((name === "exempt") !== (type === "Exempt")) {
    const detail = "must be 'Exempt' if and only if `name` is 'exempt'";
    errors.push(invalidValue(SPEC.child("type"), type, detail));
  }
  if (type === "Exempt") {
    if (limited != null) {
      const detail = "must be nil if the type is not Limited";
      errors.push(forbiddenField(SPEC.child("limited"), detail));
    }
    if (exempt != null) checkShares(exempt, SPEC.child("exempt"), errors);
  } else if (type === "Limited") {
    if (exempt != null) {
      errors.push(forbiddenField(SPEC.child("exempt"), "must be nil if the type is Limited"));
    }
    if (limited == null) {
      errors.push(required(SPEC.child("limited"), "must not be empty when type is Limited"));
    } else checkLimited(limited, SPEC.child("limited"), errors);
  } else errors.push(notSupported(SPEC.child("type"), type, ["Exempt", "Limited"]));
  return errors;
}

/** Conditions have a type, and at most one of each. */
export function validateFlowConditions(
  conditions: readonly { type?: string }[] | null | undefined,
): FieldError[] {
  const errors: FieldErrors = [];
  const seen = new Set<string>();
  conditions?.forEach(({ type = "" }, index) => {
    const field = root("status", "conditions").index(index).child("type");
    if (seen.has(type)) errors.push(duplicate(field, type));
    seen.add(type);
    if (type === "") errors.push(required(field));
  });
  return errors;
}
