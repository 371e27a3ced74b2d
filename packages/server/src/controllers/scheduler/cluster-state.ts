import type { Node } from "../../api/types.ts";
import { NodeInfo, type PlacedPod } from "./node-info.ts";

/**
 * All nodes with what their pods take, kept by small steps. A pod is on one node at most: the one that
 * it is bound to, or, until that is known, the one that it was given.
 */
export class ClusterState {
  readonly #infos = new Map<string, NodeInfo>();
  readonly #placeOf = new Map<string, NodeInfo>();
  /** Those whose node is known; undefined when they have to be gathered anew. */
  #nodes: readonly NodeInfo[] | undefined;

  /** The nodes that there are. */
  get nodes(): readonly NodeInfo[] {
    this.#nodes ??= [...this.#infos.values()].filter(({ node }) => node !== undefined);
    return this.#nodes;
  }

  setNode(node: Readonly<Node>): NodeInfo {
    const info = this.#info(node.metadata.name ?? "");
    if (info.node === undefined) this.#nodes = undefined;
    info.node = node;
    return info;
  }

  deleteNode(name: string): void {
    const info = this.#infos.get(name);
    if (info === undefined) return;
    info.node = undefined;
    this.#nodes = undefined;
    this.#forgetIfEmpty(info);
  }

  /** Puts the pod there, and takes it away from where it was. */
  place(pod: PlacedPod, nodeName: string): void {
    const info = this.#info(nodeName);
    if (this.#placeOf.get(pod.uid) !== info) this.remove(pod.uid);
    info.put(pod);
    this.#placeOf.set(pod.uid, info);
  }

  /** Where the pod was. */
  remove(uid: string): NodeInfo | undefined {
    const info = this.#placeOf.get(uid);
    if (info === undefined) return undefined;
    this.#placeOf.delete(uid);
    info.delete(uid);
    this.#forgetIfEmpty(info);
    return info;
  }

  has(uid: string): boolean {
    return this.#placeOf.has(uid);
  }

  infoOf(uid: string): NodeInfo | undefined {
    return this.#placeOf.get(uid);
  }

  #info(name: string): NodeInfo {
    let info = this.#infos.get(name);
    if (info === undefined) {
      info = new NodeInfo(name);
      this.#infos.set(name, info);
    }
    return info;
  }

  #forgetIfEmpty(info: NodeInfo): void {
    if (info.node === undefined && info.podCount === 0) this.#infos.delete(info.name);
  }
}
