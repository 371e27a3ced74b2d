import type { Node } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { NODES } from "../../client/resource-type.ts";
import { createInformer, type Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";

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
