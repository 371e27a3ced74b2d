import type { Client } from "../../client/client.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { ObjectCache } from "../object-cache.ts";
import { createTokenChecker } from "../token-checker.ts";
import { TokenManager } from "../token-manager.ts";
import { createTokenRequester } from "../token-request.ts";
import type { HostPathPolicy } from "./host-path.ts";
import { prepareMemoryDirectory } from "./memory-directory.ts";
import { createMounter, type Mounter } from "./mounter.ts";
import type { IdMapping } from "./ownership.ts";
import { createPodVolumes, type OwnedPodVolumes } from "./pod-volumes.ts";
import type { NodeAllocatable } from "./volume-source.ts";

export interface NodeVolumesOptions {
  /** Of the node: `system:node:…`. */
  readonly client: Client;
  /** The agent's own directory. Containers must not see it, nor what `memory` then names. */
  readonly root: string;
  /** Used where this user may not mount, and made: `/dev/shm/countersign-1000/node-1`. */
  readonly memoryFallback: string;
  readonly hostPaths: HostPathPolicy;
  /** What the node has for pods. */
  readonly allocatable: () => NodeAllocatable;
  /** @default the same ids inside and outside of containers */
  readonly ids?: IdMapping;
  /** @default the programs of util-linux */
  readonly mounter?: Mounter;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Volumes, tokens and objects of a node's pods, joined. `run` keeps tokens young. */
export interface NodeVolumes extends Runnable, AsyncDisposable {
  readonly volumes: OwnedPodVolumes;
  readonly tokens: TokenManager;
  readonly objects: ObjectCache;
  /** The directory in memory that holds tokens and secrets of all pods. */
  readonly memory: string;
}

/** @throws MountError; Error when there is no place in memory */
export async function createNodeVolumes(options: NodeVolumesOptions): Promise<NodeVolumes> {
  const { client, root, memoryFallback: fallback, clock, random, logger } = options;
  const mounter = options.mounter ?? createMounter();
  const memory = await prepareMemoryDirectory({ root, mounter, fallback, logger });
  const requestToken = createTokenRequester(client);
  const tokens = new TokenManager({ requestToken, clock, logger });
  const objects = new ObjectCache({ client, clock, random, logger });
  const volumes = createPodVolumes({ ...options, memory, mounter, tokens, objects });
  const checker = createTokenChecker({ client, tokens, clock, logger });
  return {
    volumes,
    tokens,
    objects,
    memory: memory.path,
    run: (context) => runTogether([tokens, checker], context),
    [Symbol.asyncDispose]: async () => {
      await objects[Symbol.asyncDispose]();
      await memory[Symbol.asyncDispose]();
    },
  };
}
