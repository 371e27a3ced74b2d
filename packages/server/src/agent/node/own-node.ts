import type { Node, ObjectReference } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { NODES } from "../../client/resource-type.ts";
import { createInformer, type Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";

/** Of the node in events: where its own uid stands, kubelets put its name, as they tell of it before it has one. */
export function nodeReference(name: string): ObjectReference {
  return { apiVersion: "v1", kind: "Node", name, uid: name };
}

/** Follows the agent's own node, the only one it may see. */
export function followOwnNode(
  client: Client,
  name: string,
  dependencies: ReflectorDependencies,
): Informer<Node> {
  return createInformer({
    ...dependencies,
    client: client.resource(NODES),
    selection: { fieldSelector: `metadata.name=${name}` },
    transform: (node: Node) => node,
  });
}
