import { join } from "node:path";
import type { NodeAgentConfig, NodeAgentDependencies } from "./node-agent-options.ts";
import type { PodRuntime } from "./pod-runtime.ts";

export interface OpenRuntimeOptions extends NodeAgentDependencies {
  readonly config: NodeAgentConfig;
  /** Of the node, which pods without a network of their own share. */
  readonly addresses: () => readonly string[];
  /** Directories that hold secrets of the node, and of others. */
  readonly maskedPaths: readonly string[];
}

/** Makes the runtime that was chosen; the code of the others is not loaded. @throws RuntimeError */
export async function openRuntime(options: OpenRuntimeOptions): Promise<PodRuntime> {
  const { config, clock, random, logger, addresses, maskedPaths } = options;
  switch (config.runtime.kind) {
    case "process": {
      const { createProcessRuntime } = await import("./process/create-process-runtime.ts");
      return await createProcessRuntime({
        stateDirectory: join(config.rootDirectory, "process"),
        images: config.runtime.images,
        clock,
        random,
        logger,
        addresses,
        maskedPaths,
      });
    }
    case "cri": {
      const { createCriRuntime } = await import("./cri/create-cri-runtime.ts");
      return await createCriRuntime({
        endpoint: config.runtime.endpoint,
        owner: config.nodeName,
        // Where a kubelet has them, below its own directory.
        seccompDirectory: join(config.rootDirectory, "seccomp"),
        ...{ clock, logger, addresses },
      });
    }
  }
}
