import type { CoreV1Api, KubeConfig } from "@kubernetes/client-node";

export interface ClientSession {
  /** The administrator's. */
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly namespace: string;
  /** For files. */
  readonly directory: string;
  check(name: string, body: () => Promise<void> | void): Promise<boolean>;
}

export interface ClientScenario {
  readonly name: string;
  run(session: ClientSession): Promise<void>;
}
