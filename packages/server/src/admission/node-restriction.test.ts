import { describe, expect, test } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { StatusError } from "../api/status-error.ts";
import type { AuthorizationAttributes } from "../authorization/authorizer.ts";
import { attributesWith } from "./admission-attributes.fixture.ts";
import type { AdmissionAttributes } from "./admission-plugin.ts";
import { createNodeRestriction } from "./node-restriction.ts";

const NODE_USER = { username: "system:node:n", uid: "", groups: ["system:nodes"], extra: {} };

function object(name: string, more: Record<string, unknown> = {}): KubeObject {
  const { metadata, ...rest } = more as { metadata?: object };
  return { metadata: { name, uid: `uid-${name}`, namespace: "ns", ...metadata }, ...rest };
}

const projected = (...audiences: readonly (string | undefined)[]) => ({
  name: "tokens",
  projected: {
    sources: audiences.map((audience) => ({
      serviceAccountToken: { path: "t", ...(audience === undefined ? {} : { audience }) },
    })),
  },
});

const PODS: Readonly<Record<string, KubeObject>> = Object.fromEntries(
  [
    object("mine", { spec: { nodeName: "n", volumes: [projected(undefined, "vault")] } }),
    object("other", { spec: { nodeName: "m" } }),
    object("waiting", { spec: {} }),
    object("csi", {
      spec: {
        nodeName: "n",
        volumes: [
          { name: "inline", csi: { driver: "known" } },
          { name: "claimed", persistentVolumeClaim: { claimName: "by-csi" } },
          { name: "scratch", ephemeral: { volumeClaimTemplate: { spec: {} } } },
          { name: "old", persistentVolumeClaim: { claimName: "in-tree" } },
        ],
      },
    }),
    object("lost", {
      spec: {
        nodeName: "n",
        volumes: [
          { name: "a", csi: { driver: "unknown" } },
          { name: "b", persistentVolumeClaim: { claimName: "none" } },
        ],
      },
    }),
  ].map((pod) => [pod.metadata.name ?? "", pod]),
);
const CLAIMS: Readonly<Record<string, KubeObject>> = {
  "by-csi": object("by-csi", { spec: { volumeName: "csi-volume" } }),
  "csi-scratch": object("csi-scratch", { spec: { volumeName: "scratch-volume" } }),
  "in-tree": object("in-tree", { spec: { volumeName: "disk" } }),
};
const VOLUMES: Readonly<Record<string, KubeObject>> = {
  "csi-volume": object("csi-volume", { spec: { csi: { driver: "claimed" } } }),
  "scratch-volume": object("scratch-volume", { spec: { csi: { driver: "scratch" } } }),
  disk: object("disk", { spec: { gcePersistentDisk: { pdName: "d" } } }),
};
const DRIVERS: Readonly<Record<string, string>> = {
  known: "inline-aud",
  claimed: "claimed-aud",
  scratch: "scratch-aud",
  "pd.csi.storage.gke.io": "disk-aud",
};

const questions: AuthorizationAttributes[] = [];
const plugin = createNodeRestriction({
  authorizer: {
    authorize: (attributes) => {
      questions.push(attributes);
      return { decision: attributes.resource === "by-rule" ? "allow" : "no-opinion", reason: "" };
    },
  },
  podOf: (namespace, name) => (namespace === "ns" ? PODS[name] : undefined),
  nodeOf: (name) => (name === "n" ? object("n") : undefined),
  claimOf: (_namespace, name) => CLAIMS[name],
  volumeOf: (name) => VOLUMES[name],
  csiDriverOf: (name) => {
    const audience = DRIVERS[name];
    return audience === undefined
      ? undefined
      : object(name, { spec: { tokenRequests: [{ audience }] } });
  },
  commonNameOf: (request) => {
    if (request === "") throw new Error("no PEM");
    return request;
  },
});

/** What the plugin says: its refusal, or undefined. */
async function admit(
  resource: string,
  more: Partial<AdmissionAttributes> & { readonly group?: string },
): Promise<string | undefined> {
  const attributes = attributesWith({
    resource,
    kind: "",
    name: more.object?.metadata.name ?? more.oldObject?.metadata.name ?? "",
    user: NODE_USER,
    ...more,
  });
  const step = attributes.operation === "DELETE" ? plugin.validate : plugin.mutate;
  try {
    await step?.(attributes);
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return error.message.replace(/^.*? is forbidden: /, "");
    throw error;
  }
}

test("others than nodes are not its business", async () => {
  const user = { ...NODE_USER, groups: ["system:authenticated"] };
  expect(await admit("nodes", { user, object: object("m") })).toBeUndefined();
});

test("a node that does not say which is refused everything", async () => {
  const user = { ...NODE_USER, username: "system:node:" };
  expect(await admit("events", { user, object: object("e") })).toBe(
    'could not determine node from user "system:node:"',
  );
});

describe("its Node object", () => {
  const labelled = (labels: Record<string, string>) => object("n", { metadata: { labels } });
  const restricted = {
    "a.node-restriction.kubernetes.io/x": "1",
    "node-restriction.kubernetes.io/y": "1",
  };
  test.each<[string, Partial<AdmissionAttributes>, string | undefined]>([
    [
      "registers itself",
      { object: labelled({ "kubernetes.io/hostname": "h", mine: "1" }) },
      undefined,
    ],
    ["registers another", { object: object("m") }, 'node "n" is not allowed to modify node "m"'],
    [
      "registers with labels that isolate",
      { object: labelled(restricted) },
      'node "n" is not allowed to set the following labels: a.node-restriction.kubernetes.io/x, node-restriction.kubernetes.io/y',
    ],
    [
      "registers with labels of its kubelet",
      { object: labelled({ "kubelet.kubernetes.io/a": "1", "b.node.kubernetes.io/c": "1" }) },
      undefined,
    ],
    [
      "takes a label of kubernetes away",
      { operation: "UPDATE", object: labelled({}), oldObject: labelled({ "x.k8s.io/a": "1" }) },
      "is not allowed to modify labels: x.k8s.io/a",
    ],
    [
      "keeps such a label",
      {
        operation: "UPDATE",
        object: labelled({ "x.k8s.io/a": "1" }),
        oldObject: labelled({ "x.k8s.io/a": "1" }),
      },
      undefined,
    ],
    [
      "changes its taints",
      {
        operation: "UPDATE",
        object: object("n", { spec: { taints: [] } }),
        oldObject: object("n", { spec: { taints: [{ key: "a" }] } }),
      },
      'node "n" is not allowed to modify taints',
    ],
    [
      "gives itself an owner",
      {
        operation: "UPDATE",
        object: object("n", { metadata: { ownerReferences: [{ name: "o" }] } }),
        oldObject: object("n"),
      },
      'node "n" is not allowed to modify ownerReferences',
    ],
    [
      "deletes another",
      { operation: "DELETE", oldObject: object("m") },
      'node "n" is not allowed to modify node "m"',
    ],
  ])("%s", async (_name, more, refusal) => {
    expect(await admit("nodes", more)).toBe(refusal);
  });
});

describe("pods", () => {
  const owner = { apiVersion: "v1", kind: "Node", name: "n", uid: "uid-n", controller: true };
  const mirror = (spec: object, owners: readonly object[] = [owner]) =>
    object("p", {
      metadata: { annotations: { "kubernetes.io/config.mirror": "x" }, ownerReferences: owners },
      spec: { nodeName: "n", containers: [], ...spec },
    });
  const volume = (source: object) => ({ volumes: [{ name: "v", ...source }] });
  const refers = (what: string) => `node "n" can not create pods that reference ${what}`;
  test.each<[string, KubeObject, string | undefined]>([
    ["a mirror pod", mirror({}), undefined],
    [
      "one that is none",
      object("p", { spec: { nodeName: "n" } }),
      'pod does not have "kubernetes.io/config.mirror" annotation, node "n" can only create mirror pods',
    ],
    [
      "one elsewhere",
      mirror({ nodeName: "m" }),
      'node "n" can only create pods with spec.nodeName set to itself',
    ],
    [
      "one of two owners",
      mirror({}, [owner, owner]),
      'node "n" can only create pods with a single owner reference set to itself',
    ],
    [
      "one of another owner",
      mirror({}, [{ ...owner, name: "m" }]),
      'node "n" can only create pods with an owner reference set to itself',
    ],
    [
      "one it does not control",
      mirror({}, [{ ...owner, controller: false }]),
      'node "n" can only create pods with a controller owner reference set to itself',
    ],
    [
      "one that keeps it",
      mirror({}, [{ ...owner, blockOwnerDeletion: true }]),
      'node "n" must not set blockOwnerDeletion on an owner reference',
    ],
    [
      "one of an earlier node",
      mirror({}, [{ ...owner, uid: "old" }]),
      "node n UID mismatch: expected old got uid-n",
    ],
    ["with an account", mirror({ serviceAccountName: "a" }), refers("serviceaccounts")],
    ["with a pull secret", mirror({ imagePullSecrets: [{ name: "s" }] }), refers("secrets")],
    [
      "with an environment",
      mirror({ containers: [{ envFrom: [{ configMapRef: { name: "c" } }] }] }),
      refers("configmaps"),
    ],
    [
      "with a claim",
      mirror(volume({ persistentVolumeClaim: { claimName: "c" } })),
      refers("persistentvolumeclaims"),
    ],
    [
      "with a token",
      mirror(volume(projected("a"))),
      refers("serviceaccounts (via projected volumes)"),
    ],
    ["with its own directory", mirror(volume({ hostPath: { path: "/" } })), undefined],
    [
      "with its own fields",
      mirror(volume({ projected: { sources: [{ downwardAPI: {} }] } })),
      undefined,
    ],
    [
      "with what nobody knows",
      mirror(volume({ projected: { sources: [{}] } })),
      'error checking mirror pod for API references: unknown source for projected volume "v"',
    ],
  ])("created: %s", async (_name, pod, refusal) => {
    expect(await admit("pods", { object: pod })).toBe(refusal);
  });

  const status = (more: object) => object("mine", { spec: { nodeName: "n" }, ...more });
  test.each<[string, string, Partial<AdmissionAttributes>, string | undefined]>([
    ["deletes its own", "", { operation: "DELETE", oldObject: PODS.mine }, undefined],
    [
      "deletes one that waits",
      "",
      { operation: "DELETE", oldObject: PODS.waiting },
      'node "n" can only delete pods with spec.nodeName set to itself',
    ],
    [
      "updates",
      "",
      { operation: "UPDATE", object: PODS.mine, oldObject: PODS.mine },
      'unexpected operation "UPDATE", node "n" can only create and delete mirror pods',
    ],
    ["evicts its own", "eviction", { name: "mine" }, undefined],
    [
      "evicts another's",
      "eviction",
      { name: "other" },
      "node n can only evict pods with spec.nodeName set to itself",
    ],
    ["evicts nothing", "eviction", { name: "ghost" }, 'pod "ghost" not found'],
    [
      "reports",
      "status",
      {
        operation: "UPDATE",
        object: status({ status: { phase: "Running" } }),
        oldObject: status({}),
      },
      undefined,
    ],
    [
      "labels through the status",
      "status",
      {
        operation: "UPDATE",
        object: status({ metadata: { labels: { a: "b" } } }),
        oldObject: status({}),
      },
      'node "n" cannot update labels through pod status',
    ],
    [
      "claims through the status",
      "status",
      {
        operation: "UPDATE",
        object: status({ status: { resourceClaimStatuses: [{ name: "c" }] } }),
        oldObject: status({}),
      },
      'node "n" cannot update resource claim statues',
    ],
    [
      "binds",
      "binding",
      { name: "waiting" },
      "unexpected pod subresource \"binding\", only 'status' and 'eviction' are allowed",
    ],
    ["has a shell", "exec", { operation: "CONNECT", name: "other" }, undefined],
  ])("%s", async (_name, subresource, more, refusal) => {
    expect(await admit("pods", { subresource, ...more })).toBe(refusal);
  });
});

describe("tokens", () => {
  const token = (pod: string, audiences?: readonly string[], more: object = {}) => ({
    subresource: "token",
    name: "app",
    object: object("app", {
      spec: {
        ...(audiences === undefined ? {} : { audiences }),
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name: pod, uid: `uid-${pod}`, ...more },
      },
    }),
  });
  const unbound = "node requested token not bound to a pod";
  const notFound = (audience: string) =>
    `audience "${audience}" not found in pod spec volume, system:node:n is not authorized to request tokens for this audience`;
  test.each<[string, Partial<AdmissionAttributes>, string | undefined]>([
    ["for the server", token("mine"), undefined],
    ["for the server, by an empty name", token("mine", [""]), undefined],
    ["for a projected audience", token("mine", ["vault"]), undefined],
    ["for two", token("mine", ["vault", ""]), "node may only request 0 or 1 audiences"],
    ["for one that the pod does not name", token("mine", ["bank"]), notFound("bank")],
    ["for the server, which the pod does not name", token("csi"), notFound("")],
    ["for one that a rule allows", token("mine", ["by-rule"]), undefined],
    ["for an inline driver", token("csi", ["inline-aud"]), undefined],
    ["for a claim's driver", token("csi", ["claimed-aud"]), undefined],
    ["for an ephemeral claim's driver", token("csi", ["scratch-aud"]), undefined],
    ["for the driver of an old disk", token("csi", ["disk-aud"]), undefined],
    [
      "when drivers and claims are missing",
      token("lost", ["x"]),
      'error validating audience "x": [csidriver.storage.k8s.io "unknown" not found, persistentvolumeclaim "none" not found]',
    ],
    ["bound to nothing", { ...token("mine"), object: object("app", { spec: {} }) }, unbound],
    ["bound to a secret", token("mine", undefined, { kind: "Secret" }), unbound],
    ["bound by another version", token("mine", undefined, { apiVersion: "v2" }), unbound],
    [
      "bound without a uid",
      token("mine", undefined, { uid: "" }),
      "node requested token with a pod binding without a uid",
    ],
    [
      "bound to an earlier pod",
      token("mine", undefined, { uid: "old" }),
      "the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then recreated",
    ],
    [
      "bound to a pod elsewhere",
      token("other"),
      "node requested token bound to a pod scheduled on a different node",
    ],
    ["bound to no pod", token("ghost"), 'pod "ghost" not found'],
  ])("%s", async (_name, more, refusal) => {
    expect(await admit("serviceaccounts", more)).toBe(refusal);
  });

  test("the authorizer is asked about the audience as a resource, by the account's name", async () => {
    questions.length = 0;
    await admit("serviceaccounts", token("mine", ["by-rule"]));
    expect(questions).toEqual([
      {
        user: NODE_USER,
        verb: "request-serviceaccounts-token-audience",
        resourceRequest: true,
        apiGroup: "",
        apiVersion: "v1",
        resource: "by-rule",
        subresource: "",
        name: "app",
        namespace: "ns",
        path: "",
      },
    ]);
  });
});

describe("the rest", () => {
  const lease = { group: "coordination.k8s.io", namespace: "kube-node-lease" };
  const slice = (nodeName?: string) => object("s", { spec: { nodeName } });
  const csr = (request: string, signerName = "kubernetes.io/kubelet-serving") => ({
    group: "certificates.k8s.io",
    object: object("c", { spec: { request, signerName } }),
  });
  const claim = (more: Record<string, unknown>) => object("c", more);
  test.each<[string, string, Partial<AdmissionAttributes>, string | undefined]>([
    ["its lease", "leases", { ...lease, object: object("n") }, undefined],
    [
      "another's lease",
      "leases",
      { ...lease, object: object("m") },
      "can only access node lease with the same name as the requesting node",
    ],
    [
      "a lease elsewhere",
      "leases",
      { ...lease, namespace: "ns", object: object("n") },
      'can only access leases in the "kube-node-lease" system namespace',
    ],
    ["its CSINode", "csinodes", { group: "storage.k8s.io", object: object("n") }, undefined],
    [
      "another's CSINode",
      "csinodes",
      { group: "storage.k8s.io", object: object("m") },
      "can only access CSINode with the same name as the requesting node",
    ],
    ["its slice", "resourceslices", { group: "resource.k8s.io", object: slice("n") }, undefined],
    [
      "a slice of all",
      "resourceslices",
      { group: "resource.k8s.io", object: slice() },
      "can only create ResourceSlice with the same NodeName as the requesting node",
    ],
    [
      "another's slice, deleted",
      "resourceslices",
      { group: "resource.k8s.io", operation: "DELETE", oldObject: slice("m") },
      "can only delete ResourceSlice with the same NodeName as the requesting node",
    ],
    ["a certificate of its own", "certificatesigningrequests", csr("system:node:n"), undefined],
    [
      "a certificate of another",
      "certificatesigningrequests",
      csr("system:node:m"),
      "can only create a node CSR with CN=system:node:n",
    ],
    [
      "a certificate of other use",
      "certificatesigningrequests",
      csr("x", "example.com/s"),
      undefined,
    ],
    [
      "no certificate request",
      "certificatesigningrequests",
      csr(""),
      "unable to parse csr: no PEM",
    ],
    ["a claim", "persistentvolumeclaims", { object: claim({}) }, "may only update PVC status"],
    [
      "a claim's size",
      "persistentvolumeclaims",
      {
        subresource: "status",
        operation: "UPDATE",
        object: claim({ status: { capacity: { storage: "2" } } }),
        oldObject: claim({ status: { phase: "" } }),
      },
      undefined,
    ],
    [
      "a claim's phase",
      "persistentvolumeclaims",
      {
        subresource: "status",
        operation: "UPDATE",
        object: claim({ status: { phase: "Bound" } }),
        oldObject: claim({}),
      },
      [
        'node "n" is not allowed to update fields other than status.quantity and status.conditions: @@ -17,7 +17,7 @@',
        '   "VolumeAttributesClassName": null',
        "  },",
        '  "Status": {',
        '-  "Phase": "",',
        '+  "Phase": "Bound",',
        '   "AccessModes": null,',
        '   "Capacity": null,',
        '   "Conditions": null,',
        "",
      ].join("\n"),
    ],
    ["an event", "events", { object: object("e") }, undefined],
  ])("%s", async (_name, resource, more, refusal) => {
    expect(await admit(resource, more)).toBe(refusal);
  });
});
