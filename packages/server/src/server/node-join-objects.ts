import { BOOTSTRAPPERS } from "../authentication/bootstrap-token.ts";
import type { SystemObject } from "./system-objects.ts";

const GROUP = "rbac.authorization.k8s.io";
const CLUSTER_BINDINGS = `/apis/${GROUP}/v1/clusterrolebindings`;
const NODES = "system:nodes";

/**
 * The rights that nodes join with, which no cluster has by itself: kubeadm and others make them. Made
 * where nodes are expected, with the names that Kubernetes' own documentation gives them.
 * @see kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping
 */
export function nodeJoinObjects(): readonly SystemObject[] {
  const requests = "system:certificates.k8s.io:certificatesigningrequests";
  return [
    clusterBinding("create-csrs-for-bootstrapping", "system:node-bootstrapper", BOOTSTRAPPERS),
    clusterBinding("auto-approve-csrs-for-group", `${requests}:nodeclient`, BOOTSTRAPPERS),
    clusterBinding("auto-approve-renewals-for-nodes", `${requests}:selfnodeclient`, NODES),
    // A node has to know whose certificates to believe when it is called.
    {
      url: `/apis/${GROUP}/v1/namespaces/kube-system/rolebindings`,
      name: "nodes-read-client-authorities",
      object: binding(
        "nodes-read-client-authorities",
        { kind: "Role", name: "extension-apiserver-authentication-reader" },
        NODES,
      ),
    },
  ];
}

function clusterBinding(name: string, role: string, group: string): SystemObject {
  const object = binding(name, { kind: "ClusterRole", name: role }, group);
  return { url: CLUSTER_BINDINGS, name, object };
}

function binding(
  name: string,
  role: { readonly kind: string; readonly name: string },
  group: string,
): Record<string, unknown> {
  return {
    metadata: { name },
    roleRef: { apiGroup: GROUP, ...role },
    subjects: [{ apiGroup: GROUP, kind: "Group", name: group }],
  };
}
