import {
  BOOTSTRAP_TOKEN_PREFIX,
  bootstrapTokenData,
  bootstrapTokenLeftMs,
} from "../../api/bootstrap-token-secret.ts";
import type { ConfigMap, Secret } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { CONFIG_MAPS } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { detachedSignature } from "../../tokens/detached-signature.ts";
import { Controller } from "../controller.ts";
import { DONE, type Reconciler } from "../reconciler.ts";

/** What somebody who holds a token may believe of the cluster. */
export const CLUSTER_INFO = { namespace: "kube-public", name: "cluster-info" } as const;
const KUBECONFIG = "kubeconfig";
const SIGNATURE_PREFIX = "jws-kubeconfig-";
const NAME = new RegExp(`^${BOOTSTRAP_TOKEN_PREFIX}([a-z0-9]{6})$`);

export interface BootstrapSignerOptions {
  readonly client: Client;
  /** Secrets of bootstrap tokens in kube-system. */
  readonly tokens: Informer<Secret>;
  /** The ConfigMap `CLUSTER_INFO` alone. */
  readonly clusterInfo: Informer<ConfigMap>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Signs the kubeconfig that everybody may read with each bootstrap token that is meant for it, so that
 * a node that knows nothing but its token knows whom to believe. There is one key.
 * @see kubernetes pkg/controller/bootstrap/bootstrapsigner.go
 */
export function createBootstrapSigner(options: BootstrapSignerOptions): Controller<string> {
  const { client, tokens, clusterInfo, clock, logger } = options;
  const configMaps = client.resource(CONFIG_MAPS);
  const reconciler: Reconciler<string> = {
    async reconcile(_key, { signal }) {
      const found = clusterInfo.lister.get(CLUSTER_INFO.namespace, CLUSTER_INFO.name);
      const data = found && signedData(found.data ?? {}, [...tokens.lister.all()], clock.now());
      if (found !== undefined && data !== undefined) {
        await configMaps.update({ ...found, data }, { signal });
      }
      return DONE;
    },
  };
  const controller = new Controller<string>({
    name: "bootstrap-signer-controller",
    clock,
    logger,
    identify: (key) => key,
    informers: [tokens, clusterInfo],
    reconciler,
  });
  const sign = (): void => controller.queue.add(CLUSTER_INFO.name);
  tokens.addHandler({ added: sign, updated: sign, deleted: sign });
  clusterInfo.addHandler({ added: sign, updated: sign });
  return controller;
}

/**
 * The data with a signature for every token that signs, and no other. Undefined when that is what it
 * has already, or when there is nothing to sign.
 */
export function signedData(
  data: Readonly<Record<string, string>>,
  tokens: readonly Readonly<Secret>[],
  now: number,
): Record<string, string> | undefined {
  const content = data[KUBECONFIG];
  if (content === undefined) return undefined;
  const others = Object.entries(data).filter(([key]) => !key.startsWith(SIGNATURE_PREFIX));
  const signed = Object.fromEntries(others);
  for (const token of tokens) {
    const { id, secret } = signingToken(token, now) ?? {};
    if (id === undefined || secret === undefined) continue;
    signed[`${SIGNATURE_PREFIX}${id}`] = detachedSignature(content, id, secret);
  }
  const keys = new Set([...Object.keys(data), ...Object.keys(signed)]);
  return [...keys].every((key) => signed[key] === data[key]) ? undefined : signed;
}

/** @see kubernetes pkg/controller/bootstrap/util.go (validateSecretForSigning) */
function signingToken(
  token: Readonly<Secret>,
  now: number,
): { readonly id: string; readonly secret: string } | undefined {
  const [, id = ""] = NAME.exec(token.metadata.name ?? "") ?? [];
  const secret = bootstrapTokenData(token, "token-secret");
  const isMeant =
    id !== "" &&
    secret !== "" &&
    bootstrapTokenData(token, "token-id") === id &&
    bootstrapTokenData(token, "usage-bootstrap-signing") === "true" &&
    bootstrapTokenLeftMs(token, now) > 0;
  return isMeant ? { id, secret } : undefined;
}
