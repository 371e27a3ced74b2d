import { containing } from "../expectation.ts";
import type { KubectlSession } from "../kubectl-session.ts";
import type { KubectlScenario } from "./scenario.ts";

interface Kind {
  /** As in `kubectl get RESOURCE`. */
  readonly resource: string;
  /** As kubectl prints it: `role.rbac.authorization.k8s.io`. */
  readonly printed: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespaced: boolean;
  /** Fields beside metadata, as JSON. */
  readonly body: string;
  /** Heading of `kubectl get`. */
  readonly heading: string;
}

const RBAC = "rbac.authorization.k8s.io";
const RULES = `"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]`;
const SUBJECTS = `"subjects":[{"kind":"User","name":"ann","apiGroup":"${RBAC}"}]`;
const roleRef = (kind: string): string =>
  `"roleRef":{"kind":"${kind}","name":"view","apiGroup":"${RBAC}"}`;

const KINDS: readonly Kind[] = [
  core(
    "serviceaccounts",
    "serviceaccount",
    "ServiceAccount",
    '"imagePullSecrets":[{"name":"a"}]',
    "NAME  AGE",
  ),
  core("secrets", "secret", "Secret", '"stringData":{"a":"b"}', "NAME  TYPE  DATA  AGE"),
  core("configmaps", "configmap", "ConfigMap", '"data":{"a":"b"}', "NAME  DATA  AGE"),
  core(
    "pods",
    "pod",
    "Pod",
    '"spec":{"containers":[{"name":"c","image":"registry.example/pause:1"}]}',
    "NAME  READY  STATUS  RESTARTS  AGE",
  ),
  core(
    "events",
    "event",
    "Event",
    '"involvedObject":{"kind":"Pod","name":"p","namespace":"$ns"},"reason":"Noted","message":"m","type":"Normal"',
    "LAST SEEN  TYPE  REASON  OBJECT  MESSAGE",
  ),
  core("namespaces", "namespace", "Namespace", '"spec":{}', "NAME  STATUS  AGE", false),
  other("roles", `role.${RBAC}`, "Role", `${RBAC}/v1`, RULES, "NAME  CREATED AT"),
  other(
    "rolebindings",
    `rolebinding.${RBAC}`,
    "RoleBinding",
    `${RBAC}/v1`,
    `${SUBJECTS},${roleRef("ClusterRole")}`,
    "NAME  ROLE  AGE",
  ),
  other(
    "clusterroles",
    `clusterrole.${RBAC}`,
    "ClusterRole",
    `${RBAC}/v1`,
    RULES,
    "NAME  CREATED AT",
    false,
  ),
  other(
    "clusterrolebindings",
    `clusterrolebinding.${RBAC}`,
    "ClusterRoleBinding",
    `${RBAC}/v1`,
    `${SUBJECTS},${roleRef("ClusterRole")}`,
    "NAME  ROLE  AGE",
    false,
  ),
  other(
    "leases",
    "lease.coordination.k8s.io",
    "Lease",
    "coordination.k8s.io/v1",
    '"spec":{"holderIdentity":"me"}',
    "NAME  HOLDER  AGE",
  ),
];

/** The same life for an object of each kind: every verb of kubectl, every form of output. */
export const everyKind: readonly KubectlScenario[] = KINDS.map((kind) => ({
  name: kind.resource,
  run: (session) => life(session, kind),
}));

async function life(k: KubectlSession, kind: Kind): Promise<void> {
  const name = kind.namespaced ? "thing" : "$ns-thing";
  const object = `${kind.resource} ${name}`;
  const printed = `${kind.printed}/${name}`;
  if (!kind.namespaced) k.ownClusterScoped(object);
  if (kind.resource === "pods")
    await k.eventually("get sa default -o name", { out: "serviceaccount/default" });
  await creation(k, kind, { name, object, printed });
  await reading(k, kind, { name, object, printed });
  await changing(k, kind, { name, object, printed });
  await applying(k, kind, { name, object, printed });
  await ending(k, kind, { name, object, printed });
}

interface Names {
  readonly name: string;
  /** `roles thing` */
  readonly object: string;
  /** `role.rbac.authorization.k8s.io/thing` */
  readonly printed: string;
}

function manifest(kind: Kind, name: string, labels = "{}"): string {
  const { apiVersion } = kind;
  return `{"apiVersion":"${apiVersion}","kind":"${kind.kind}","metadata":{"name":"${name}","labels":${labels}},${kind.body}}\n`;
}

async function creation(
  k: KubectlSession,
  kind: Kind,
  { name, object, printed }: Names,
): Promise<void> {
  k.file("thing.json", manifest(kind, name, '{"app":"one"}'));
  await k.step("create -f thing.json --dry-run=server", {
    out: `${printed} created (server dry run)`,
  });
  await k.step(`get ${object}`, { code: 1, err: /^Error from server \(NotFound\): .* not found$/ });
  await k.step("create -f thing.json", { out: `${printed} created` });
  await k.step("create -f thing.json", {
    code: 1,
    err: /^Error from server \(AlreadyExists\): error when creating "thing.json": .* already exists$/,
  });
}

async function reading(
  k: KubectlSession,
  kind: Kind,
  { name, object, printed }: Names,
): Promise<void> {
  const first = (kind.heading.split("  ")[0] ?? "").length > 0 ? kind.heading : "";
  await k.step(`get ${object}`, { out: containing(first) });
  await k.step(`get ${object} -o wide`, { out: /^(NAME|LAST SEEN) / });
  await k.step(`get ${object} -o name`, { out: printed });
  await k.step(`get ${object} -o yaml`, {
    out: containing(
      `apiVersion: ${kind.apiVersion}`,
      `kind: ${kind.kind}`,
      `name: ${name}`.replace("$ns", "$ns"),
    ),
  });
  await k.step(`get ${object} -o json`, {
    out: containing(`"kind": "${kind.kind}"`, '"uid": "UID"'),
  });
  await k.step(`get ${object} -o jsonpath={.kind}:{.metadata.labels.app}`, {
    out: `${kind.kind}:one`,
  });
  await k.step(`get ${kind.resource} -l app=one -o name`, { out: containing(printed) });
  await k.step(`get ${kind.resource} -l app=none -o name`, { out: "" });
  await k.step(`get ${kind.resource} --field-selector metadata.name=${name} -o name`, {
    out: printed,
  });
  await k.step(`describe ${object}`, {
    out: new RegExp(`^Name: +${name.replace("$", "\\$")}$`, "m"),
  });
  await k.step(`explain ${kind.resource}`, { out: new RegExp(`^KIND: +${kind.kind}$`, "m") });
}

async function changing(
  k: KubectlSession,
  kind: Kind,
  { name, object, printed }: Names,
): Promise<void> {
  await k.step(`label ${object} tier=one`, { out: `${printed} labeled` });
  await k.step(`label ${object} tier=two`, {
    code: 1,
    err: "error: 'tier' already has a value (one), and --overwrite is false",
  });
  await k.step(`label ${object} tier-`, { out: `${printed} unlabeled` });
  await k.step(`annotate ${object} note='two words'`, {
    out: new RegExp(`^${escaped(printed)} annotated?$`),
  });
  const patched = { out: `${printed} patched` };
  await k.step(`patch ${object} -p '{"metadata":{"labels":{"p":"strategic"}}}'`, patched);
  await k.step(`patch ${object} --type=merge -p '{"metadata":{"labels":{"p":"merge"}}}'`, patched);
  await k.step(`patch ${object} --type=merge -p '{"metadata":{"labels":{"p":"merge"}}}'`, {
    out: `${printed} patched (no change)`,
  });
  const operation = '{"op":"replace","path":"/metadata/labels/p","value":"json"}';
  await k.step(`patch ${object} --type=json -p '[${operation}]'`, patched);
  await k.step(`get ${object} -o jsonpath={.metadata.labels.p}/{.metadata.annotations.note}`, {
    out: "json/two words",
  });
  const editor = '#!/bin/sh\nsed "s/p: json/p: edited/" "$1" > edited && cat edited > "$1"\n';
  k.file("edit.sh", editor, { executable: true });
  await k.step(`edit ${object}`, { out: `${printed} edited` }, { env: { EDITOR: "./edit.sh" } });
  await k.step(`get ${object} -o jsonpath={.metadata.labels.p}`, { out: "edited" });
  await replacing(k, kind, { name, object, printed });
}

async function replacing(
  k: KubectlSession,
  kind: Kind,
  { name, object, printed }: Names,
): Promise<void> {
  if (kind.resource === "pods" || kind.resource === "serviceaccounts") {
    // Replacing a pod needs every field that was filled in: what is there, read and sent back.
    const live = await k.read(`get ${object} -o json`);
    await k.step(
      "replace -f -",
      { out: `${printed} replaced` },
      { stdin: live.replace('"p": "edited"', '"p": "replaced"') },
    );
    await k.step(`get ${object} -o jsonpath={.metadata.labels.p}`, { out: "replaced" });
    return;
  }
  k.file("replace.json", manifest(kind, name, '{"app":"one","p":"replaced"}'));
  await k.step("replace -f replace.json", { out: `${printed} replaced` });
  await k.step(`get ${object} -o jsonpath={.metadata.labels.p}{.metadata.annotations.note}`, {
    out: "replaced",
  });
}

async function applying(k: KubectlSession, kind: Kind, { name, printed }: Names): Promise<void> {
  const applied = kind.namespaced ? "applied" : "$ns-applied";
  if (!kind.namespaced) k.ownClusterScoped(`${kind.resource} ${applied}`);
  const printedApplied = printed.replace(name, applied);
  k.file("apply.json", manifest(kind, applied, '{"v":"1"}'));
  await k.step("diff -f apply.json", { code: 1, err: "", out: /^\+/m });
  await k.step("apply -f apply.json", { out: `${printedApplied} created` });
  await k.step("apply -f apply.json", {
    out: `${printedApplied} ${kind.resource === "secrets" ? "configured" : "unchanged"}`,
  });
  k.file("apply.json", manifest(kind, applied, '{"w":"2"}'));
  await k.step("diff -f apply.json", {
    code: 1,
    err: "",
    out: containing(/^-.*\bv\b.*1/m, /^\+.*\bw\b.*2/m),
  });
  await k.step("apply -f apply.json", { out: `${printedApplied} configured` });
  await k.step(
    `get ${kind.resource} ${applied} -o jsonpath={.metadata.labels.v}{.metadata.labels.w}`,
    { out: "2" },
  );
  await k.step("apply --server-side --force-conflicts -f apply.json", {
    out: `${printedApplied} serverside-applied`,
  });
  k.file(
    "both.json",
    `{"apiVersion":"v1","kind":"List","items":[${manifest(kind, name)},${manifest(kind, applied)}]}`,
  );
  await k.step("get -f both.json -o name", { out: `${printed}\n${printedApplied}` });
}

async function ending(
  k: KubectlSession,
  kind: Kind,
  { name, object, printed }: Names,
): Promise<void> {
  const singular = printed.slice(0, -name.length - 1);
  await k.step(`delete ${object} --dry-run=server`, {
    out: `${singular} "${name}" deleted (server dry run)`,
  });
  const now = kind.resource === "pods" ? " --now" : "";
  await k.step(`delete ${object}${now}`, { out: `${singular} "${name}" deleted` });
  await k.step(`delete ${object}`, {
    code: 1,
    err: /^Error from server \(NotFound\): .* not found$/,
  });
  await k.step(`delete ${object} --ignore-not-found`, { out: "" });
}

function escaped(text: string): string {
  return text.replace(/[.$/]/g, "\\$&");
}

function core(
  resource: string,
  printed: string,
  kind: string,
  body: string,
  heading: string,
  namespaced = true,
): Kind {
  return { resource, printed, kind, apiVersion: "v1", namespaced, body, heading };
}

function other(
  resource: string,
  printed: string,
  kind: string,
  apiVersion: string,
  body: string,
  heading: string,
  namespaced = true,
): Kind {
  return { resource, printed, kind, apiVersion, namespaced, body, heading };
}
