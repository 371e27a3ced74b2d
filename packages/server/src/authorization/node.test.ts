import { describe, expect, test } from "vitest";
import type { KubeObject } from "../api/object.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { AuthorizationAttributes } from "./authorizer.ts";
import { createNodeAuthorizer, type NodeAuthorizer, nodeNameOfUser } from "./node.ts";

function node(name: string, ...groups: string[]): UserInfo {
  return { username: `system:node:${name}`, uid: "", groups, extra: {} };
}

/** `verb group/resource[/subresource][#name][@namespace][?spec.nodeName=value]` */
function wish(text: string, user = node("n", "system:nodes")): AuthorizationAttributes {
  const match =
    /^(\S+) ([^/]*)\/([^/#@?]+)(?:\/([^#@?]+))?(?:#([^@?]+))?(?:@([^?]+))?(?:\?(.+))?$/.exec(text);
  if (match === null) throw new Error(text);
  const [
    ,
    verb = "",
    apiGroup = "",
    resource = "",
    subresource = "",
    name = "",
    namespace = "",
    selected,
  ] = match;
  const attributes = {
    user,
    verb,
    resourceRequest: true,
    apiGroup: apiGroup === "core" ? "" : apiGroup,
    apiVersion: "v1",
    resource,
    subresource,
    name,
    namespace,
    path: "",
  };
  if (selected === undefined) return attributes;
  const fieldSelector = [{ key: "spec.nodeName", operator: "=", values: [selected] }];
  return { ...attributes, fieldSelector };
}

function pod(name: string, nodeName: string, spec: object = {}, rest: object = {}): KubeObject {
  return { metadata: { name, namespace: "ns" }, spec: { nodeName, ...spec }, ...rest };
}

const NO_RELATION = "no relationship found between node 'n' and this object";

function withPod(): NodeAuthorizer {
  const authorizer = createNodeAuthorizer();
  authorizer.upsert(
    "pods",
    pod(
      "p",
      "n",
      {
        serviceAccountName: "app",
        imagePullSecrets: [{ name: "pull" }],
        initContainers: [{ env: [{ valueFrom: { secretKeyRef: { name: "env" } } }] }],
        containers: [
          { envFrom: [{ configMapRef: { name: "c1" } }, { secretRef: { name: "from" } }] },
        ],
        ephemeralContainers: [{ env: [{ valueFrom: { configMapKeyRef: { name: "c3" } } }] }],
        volumes: [
          { name: "v1", secret: { secretName: "s1" } },
          {
            name: "v2",
            projected: { sources: [{ configMap: { name: "root" } }, { secret: { name: "s2" } }] },
          },
          { name: "v3", persistentVolumeClaim: { claimName: "claim" } },
          { name: "v4", ephemeral: {} },
          { name: "v5", csi: { driver: "d", nodePublishSecretRef: { name: "csi" } } },
          { name: "v6", configMap: { name: "c2" } },
          { name: "v7", rbd: { secretRef: { name: "rbd" } } },
        ],
        resourceClaims: [
          { name: "a", resourceClaimName: "gpu" },
          { name: "b", resourceClaimTemplateName: "t" },
        ],
      },
      { status: { resourceClaimStatuses: [{ name: "b", resourceClaimName: "p-b-1" }] } },
    ),
  );
  authorizer.upsert("pods", pod("q", "m", { serviceAccountName: "other" }));
  authorizer.upsert("persistentvolumes", {
    metadata: { name: "pv" },
    spec: {
      claimRef: { namespace: "ns", name: "claim" },
      csi: {
        nodeStageSecretRef: { namespace: "storage", name: "stage" },
        controllerPublishSecretRef: { namespace: "storage", name: "controller" },
      },
    },
  });
  authorizer.upsert("persistentvolumes", {
    metadata: { name: "old" },
    spec: { claimRef: { namespace: "ns", name: "claim" }, cephfs: { secretRef: { name: "ceph" } } },
  });
  authorizer.upsert("volumeattachments", { metadata: { name: "va" }, spec: { nodeName: "n" } });
  authorizer.upsert("resourceslices", { metadata: { name: "slice" }, spec: { nodeName: "n" } });
  return authorizer;
}

describe("what a node may do", () => {
  const authorizer = withPod();
  test.each([
    "get core/secrets#s1@ns",
    "get core/secrets#s2@ns",
    "get core/secrets#pull@ns",
    "get core/secrets#env@ns",
    "get core/secrets#from@ns",
    "get core/secrets#csi@ns",
    "get core/secrets#rbd@ns",
    "get core/secrets#stage@storage",
    "get core/secrets#ceph@ns",
    "list core/secrets#s1@ns",
    "watch core/configmaps#c1@ns",
    "get core/configmaps#c2@ns",
    "get core/configmaps#c3@ns",
    "get core/configmaps#root@ns",
    "get core/persistentvolumeclaims#claim@ns",
    "get core/persistentvolumeclaims#p-v4@ns",
    "patch core/persistentvolumeclaims/status#claim@ns",
    "get core/persistentvolumes#pv",
    "get resource.k8s.io/resourceclaims#gpu@ns",
    "get resource.k8s.io/resourceclaims#p-b-1@ns",
    "get storage.k8s.io/volumeattachments#va",
    "update resource.k8s.io/resourceslices#slice",
    "create resource.k8s.io/resourceslices",
    "list resource.k8s.io/resourceslices?n",
    "get core/serviceaccounts#app@ns",
    "create core/serviceaccounts/token#app@ns",
    "get core/nodes#n",
    "watch core/nodes#n",
    "create core/nodes",
    "patch core/nodes/status#m",
    "get core/pods#p@ns",
    "list core/pods#p@ns",
    "list core/pods?n",
    "create core/pods@ns",
    "patch core/pods/status#q@ns",
    "create core/pods/eviction#p@ns",
    "create coordination.k8s.io/leases@kube-node-lease",
    "update coordination.k8s.io/leases#n@kube-node-lease",
    "delete storage.k8s.io/csinodes#n",
    "list core/services",
    "create core/events@ns",
    "create authentication.k8s.io/tokenreviews",
  ])("%s", (text) => {
    expect(authorizer.authorize(wish(text))).toEqual({ decision: "allow", reason: "" });
  });
  test.each([
    ["get core/secrets#other@ns", NO_RELATION],
    ["get core/secrets#s1@elsewhere", NO_RELATION],
    ["get core/secrets#controller@storage", NO_RELATION],
    ["list core/secrets@ns", "No Object name found"],
    ["list core/secrets#s1", "can only read namespaced object of this type"],
    ["delete core/secrets#s1@ns", "can only read resources of this type"],
    ["get core/secrets/x#s1@ns", "cannot read subresource"],
    ["get core/persistentvolumeclaims#x@ns", NO_RELATION],
    ["list core/persistentvolumeclaims@ns", "can only get individual resources of this type"],
    ["get core/persistentvolumeclaims/status#claim@ns", "can only get/update/patch this type"],
    ["get core/persistentvolumes/x#pv", "cannot get subresource"],
    ["get core/serviceaccounts#other@ns", NO_RELATION],
    ["create core/serviceaccounts/token#other@ns", NO_RELATION],
    ["list core/serviceaccounts@ns", "can only create tokens for individual service accounts"],
    [
      "create core/serviceaccounts/token@ns",
      "can only create tokens for individual service accounts",
    ],
    ["create core/serviceaccounts/x#app@ns", "can only create token subresource of serviceaccount"],
    ["get core/nodes#m", "node 'n' cannot read 'm', only its own Node object"],
    ["list core/nodes", "node 'n' cannot read all nodes, only its own Node object"],
    ["delete core/nodes#n", ""],
    ["get core/nodes/status#n", ""],
    ["get core/nodes/proxy#n", ""],
    ["get core/pods#q@ns", NO_RELATION],
    ["list core/pods@ns", "can only list/watch pods with spec.nodeName field selector"],
    ["list core/pods?m", "can only list/watch pods with spec.nodeName field selector"],
    ["patch core/pods#p@ns", ""],
    ["get core/pods/log#p@ns", ""],
    ["get core/pods/status#p@ns", ""],
    ["update core/pods/eviction#p@ns", ""],
    [
      "list coordination.k8s.io/leases@kube-node-lease",
      "can only get, create, update, patch, or delete a node lease",
    ],
    [
      "get coordination.k8s.io/leases#n@ns",
      'can only access leases in the "kube-node-lease" system namespace',
    ],
    [
      "get coordination.k8s.io/leases#m@kube-node-lease",
      "can only access node lease with the same name as the requesting node",
    ],
    ["watch storage.k8s.io/csinodes", "can only get, create, update, patch, or delete a CSINode"],
    ["get storage.k8s.io/csinodes/x#n", "cannot authorize CSINode subresources"],
    [
      "get storage.k8s.io/csinodes#m",
      "can only access CSINode with the same name as the requesting node",
    ],
    [
      "list resource.k8s.io/resourceslices",
      "can only list/watch/deletecollection resourceslices with nodeName field selector",
    ],
    ["get resource.k8s.io/resourceslices#x", NO_RELATION],
    ["get resource.k8s.io/resourceslices/x#slice", "cannot authorize ResourceSlice subresources"],
    [
      "bind resource.k8s.io/resourceslices#slice",
      "only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection",
    ],
    ["create certificates.k8s.io/podcertificaterequests@ns", ""],
    ["list rbac.authorization.k8s.io/roles@ns", ""],
  ])("not %s: %s", (text, reason) => {
    expect(authorizer.authorize(wish(text))).toEqual({ decision: "no-opinion", reason });
  });
});

describe("who is a node", () => {
  const authorizer = withPod();
  test("only members of the group", () => {
    expect(nodeNameOfUser(node("n"))).toBeUndefined();
    expect(nodeNameOfUser({ ...node("n", "system:nodes"), username: "n" })).toBeUndefined();
    const verdict = authorizer.authorize(wish("get core/secrets#s1@ns", node("n", "others")));
    expect(verdict).toEqual({ decision: "no-opinion", reason: "" });
  });
  test("one that does not say which", () => {
    const nameless = node("", "system:nodes");
    expect(authorizer.authorize(wish("create core/nodes", nameless)).reason).toBe(
      'unknown node for user "system:node:"',
    );
  });
  test("its rights are no list", () => {
    expect(authorizer.rulesFor(node("n", "system:nodes"), "ns")).toEqual({
      resourceRules: [],
      nonResourceRules: [],
      incomplete: true,
      error: "node authorizer does not support user rule resolution",
    });
    expect(authorizer.rulesFor(node("n"), "ns").incomplete).toBe(false);
  });
  test("paths are not its business", () => {
    const path = { ...wish("get core/nodes#n"), resourceRequest: false, path: "/metrics" };
    expect(authorizer.authorize(path)).toEqual({ decision: "no-opinion", reason: "" });
  });
});

describe("relations follow the objects", () => {
  const decide = (authorizer: NodeAuthorizer, text: string): string =>
    authorizer.authorize(wish(text)).decision;
  test("a pod that goes takes its own only", () => {
    const authorizer = withPod();
    authorizer.upsert("pods", pod("p2", "n", { serviceAccountName: "app" }));
    authorizer.remove("pods", "ns", "p");
    expect(decide(authorizer, "create core/serviceaccounts/token#app@ns")).toBe("allow");
    expect(decide(authorizer, "get core/secrets#s1@ns")).toBe("no-opinion");
    expect(decide(authorizer, "get core/secrets#stage@storage")).toBe("no-opinion");
    authorizer.remove("pods", "ns", "p2");
    expect(decide(authorizer, "create core/serviceaccounts/token#app@ns")).toBe("no-opinion");
  });
  test("a pod counts when it is bound, not before", () => {
    const authorizer = createNodeAuthorizer();
    authorizer.upsert("pods", pod("p", "", { serviceAccountName: "app" }));
    expect(decide(authorizer, "get core/serviceaccounts#app@ns")).toBe("no-opinion");
    authorizer.upsert("pods", pod("p", "n", { serviceAccountName: "app" }));
    expect(decide(authorizer, "get core/serviceaccounts#app@ns")).toBe("allow");
  });
  test("the same secret named twice by a pod is one relation", () => {
    const authorizer = createNodeAuthorizer();
    const twice = { imagePullSecrets: [{ name: "s" }], volumes: [{ secret: { secretName: "s" } }] };
    authorizer.upsert("pods", pod("p", "n", twice));
    authorizer.remove("pods", "ns", "p");
    expect(decide(authorizer, "get core/secrets#s@ns")).toBe("no-opinion");
  });
  test("a mirror pod gives nothing but itself", () => {
    const authorizer = createNodeAuthorizer();
    const mirror = pod("p", "n", { serviceAccountName: "app" });
    mirror.metadata.annotations = { "kubernetes.io/config.mirror": "x" };
    authorizer.upsert("pods", mirror);
    expect(decide(authorizer, "get core/pods#p@ns")).toBe("allow");
    expect(decide(authorizer, "get core/serviceaccounts#app@ns")).toBe("no-opinion");
  });
  test("a volume that is released or goes", () => {
    const authorizer = withPod();
    authorizer.upsert("persistentvolumes", { metadata: { name: "pv" }, spec: {} });
    authorizer.remove("persistentvolumes", "", "old");
    expect(decide(authorizer, "get core/persistentvolumes#pv")).toBe("no-opinion");
    expect(decide(authorizer, "get core/secrets#stage@storage")).toBe("no-opinion");
    expect(decide(authorizer, "get core/secrets#ceph@ns")).toBe("no-opinion");
  });
  test("an attachment that moves", () => {
    const authorizer = withPod();
    authorizer.upsert("volumeattachments", { metadata: { name: "va" }, spec: { nodeName: "m" } });
    expect(decide(authorizer, "get storage.k8s.io/volumeattachments#va")).toBe("no-opinion");
  });
});
