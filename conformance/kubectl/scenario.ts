import type { KubectlSession } from "../kubectl-session.ts";

/** A story told with kubectl, in a namespace made for it, once with each kubectl. */
export interface KubectlScenario {
  readonly name: string;
  /** It is about pods that run. */
  readonly needsNode?: boolean;
  run(session: KubectlSession): Promise<void>;
}
