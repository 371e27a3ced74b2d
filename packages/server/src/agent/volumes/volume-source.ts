import type { Pod } from "../../api/types.ts";
import type { ObjectSource } from "../object-source.ts";
import type { PodTokenRequest } from "../token-request.ts";
import type { FileOwner } from "./ownership.ts";

/** Gives tokens of pods. */
export interface TokenSource {
  get(request: PodTokenRequest, signal: AbortSignal): Promise<string>;
}

/** Amounts of the node that pods may use, by resource: `{ cpu: "2", memory: "4Gi" }`. */
export type NodeAllocatable = Readonly<Record<string, string>>;

/** What volumes are made of. */
export interface SourceContext {
  readonly pod: Readonly<Pod>;
  readonly owner: FileOwner;
  readonly objects: ObjectSource;
  readonly tokens: TokenSource;
  readonly allocatable: NodeAllocatable;
  readonly signal: AbortSignal;
}
