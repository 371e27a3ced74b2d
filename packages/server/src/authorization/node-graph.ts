import type { KubeObject } from "../api/object.ts";
import { podReferences, type Reference, type ReferenceKind } from "./pod-references.ts";
import { volumeClaim, volumeSecrets } from "./volume-references.ts";

/** Kinds of objects that make edges. */
export type NodeGraphResource =
  | "pods"
  | "persistentvolumes"
  | "volumeattachments"
  | "resourceslices";

function keyOf(kind: ReferenceKind, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

interface VolumeEdges {
  /** Key of the claim the volume is bound to. */
  readonly claim: string;
  readonly secrets: readonly string[];
}

interface NodeEdges {
  readonly node: string;
  readonly keys: readonly string[];
}

/**
 * Which objects have to do with which nodes:
 *
 *     secret, config map, account, claim, resource claim → pod → node
 *     volume attachment, resource slice → node
 *     secret → persistent volume → persistent volume claim → pod → node
 *
 * Pods point at their nodes directly here: for each object the nodes are counted that have a pod
 * (or attachment, or slice) with that object, so that a question is one lookup and a pod that goes
 * undoes exactly what it did. Only volumes take a second step. Finished pods count until they are
 * gone; mirror pods count for themselves alone.
 * @see kubernetes plugin/pkg/auth/authorizer/node/{graph,graph_populator}.go
 */
export class NodeGraph {
  /** Object → node → how many times. */
  readonly #nodes = new Map<string, Map<string, number>>();
  /** What each pod, attachment and slice has added. */
  readonly #added = new Map<string, NodeEdges>();
  readonly #volumes = new Map<string, VolumeEdges>();
  /** Secret → volumes that need it. */
  readonly #volumesOfSecret = new Map<string, Set<string>>();

  upsert(resource: NodeGraphResource, object: Readonly<KubeObject>): void {
    const { name = "", namespace = "" } = object.metadata;
    if (resource === "persistentvolumes") this.#putVolume(name, object);
    else this.#putEdges(keyOf(resource, namespace, name), edgesOf(resource, object));
  }

  remove(resource: NodeGraphResource, namespace: string, name: string): void {
    if (resource === "persistentvolumes") this.#removeVolume(name);
    else this.#removeEdges(keyOf(resource, namespace, name));
  }

  /** Whether an object has to do with a node. `namespace` is empty for cluster scoped kinds. */
  isRelated(node: string, kind: ReferenceKind, namespace: string, name: string): boolean {
    const key = keyOf(kind, namespace, name);
    if (this.#nodes.get(key)?.has(node) === true) return true;
    if (kind === "persistentvolumes") return this.#volumeReaches(name, node);
    if (kind !== "secrets") return false;
    for (const volume of this.#volumesOfSecret.get(key) ?? []) {
      if (this.#volumeReaches(volume, node)) return true;
    }
    return false;
  }

  #volumeReaches(volume: string, node: string): boolean {
    const edges = this.#volumes.get(volume);
    return edges !== undefined && this.#nodes.get(edges.claim)?.has(node) === true;
  }

  #putEdges(source: string, edges: NodeEdges | undefined): void {
    this.#removeEdges(source);
    if (edges === undefined) return;
    this.#added.set(source, edges);
    for (const key of edges.keys) {
      const counts = this.#nodes.get(key);
      if (counts === undefined) this.#nodes.set(key, new Map([[edges.node, 1]]));
      else counts.set(edges.node, (counts.get(edges.node) ?? 0) + 1);
    }
  }

  #removeEdges(source: string): void {
    const edges = this.#added.get(source);
    if (edges === undefined) return;
    this.#added.delete(source);
    for (const key of edges.keys) {
      const counts = this.#nodes.get(key);
      const count = counts?.get(edges.node) ?? 0;
      if (count > 1) counts?.set(edges.node, count - 1);
      else counts?.delete(edges.node);
      if (counts?.size === 0) this.#nodes.delete(key);
    }
  }

  #putVolume(name: string, volume: Readonly<KubeObject>): void {
    this.#removeVolume(name);
    const claim = volumeClaim(volume);
    if (claim === undefined) return;
    const secrets = volumeSecrets(volume, claim.namespace).map((secret) =>
      keyOf("secrets", secret.namespace, secret.name),
    );
    const claimKey = keyOf("persistentvolumeclaims", claim.namespace, claim.name);
    this.#volumes.set(name, { claim: claimKey, secrets });
    for (const secret of secrets) {
      const volumes = this.#volumesOfSecret.get(secret);
      if (volumes === undefined) this.#volumesOfSecret.set(secret, new Set([name]));
      else volumes.add(name);
    }
  }

  #removeVolume(name: string): void {
    for (const secret of this.#volumes.get(name)?.secrets ?? []) {
      const volumes = this.#volumesOfSecret.get(secret);
      volumes?.delete(name);
      if (volumes?.size === 0) this.#volumesOfSecret.delete(secret);
    }
    this.#volumes.delete(name);
  }
}

function nodeNameOf(object: Readonly<KubeObject>): string {
  const spec = object.spec as { readonly nodeName?: string } | undefined;
  return spec?.nodeName ?? "";
}

/** Undefined for what has to do with no node. */
function edgesOf(
  resource: Exclude<NodeGraphResource, "persistentvolumes">,
  object: Readonly<KubeObject>,
): NodeEdges | undefined {
  const node = nodeNameOf(object);
  if (node === "") return undefined;
  const { name = "", namespace = "" } = object.metadata;
  const references: readonly Reference[] = resource === "pods" ? podReferences(object) : [];
  const keys = new Set([keyOf(resource, namespace, name)]);
  for (const reference of references) keys.add(keyOf(reference.kind, namespace, reference.name));
  return { node, keys: [...keys] };
}
