import { BOOTSTRAP_TOKEN_TYPE } from "../api/bootstrap-token-secret.ts";
import type { Secret } from "../api/types.ts";
import { CONFIG_MAPS, SECRETS } from "../client/resource-type.ts";
import {
  CLUSTER_INFO,
  createBootstrapSigner,
} from "../controllers/bootstrap-tokens/bootstrap-signer.ts";
import { createTokenCleaner } from "../controllers/bootstrap-tokens/token-cleaner.ts";
import { createInformer, type Informer } from "../informer/informer.ts";
import { runTogether } from "../runtime/task-group.ts";
import type { ControllerParts, ControllerRow } from "./controller-row.ts";

/** Of bootstrap tokens. They are off unless they are named, and follow what nobody else looks at. */
export const BOOTSTRAP_TOKEN_CONTROLLERS: Readonly<
  Record<"bootstrap-signer-controller" | "token-cleaner-controller", ControllerRow>
> = {
  "bootstrap-signer-controller": {
    account: "bootstrap-signer",
    make: (parts) => {
      const tokens = bootstrapTokens(parts);
      const clusterInfo = createInformer({
        ...parts,
        client: parts.manager.resource(CONFIG_MAPS),
        selection: {
          namespace: CLUSTER_INFO.namespace,
          fieldSelector: `metadata.name=${CLUSTER_INFO.name}`,
        },
        transform: (configMap) => configMap,
      });
      const signer = createBootstrapSigner({ ...parts, tokens, clusterInfo });
      return { run: (context) => runTogether([tokens, clusterInfo, signer], context) };
    },
  },
  "token-cleaner-controller": {
    account: "token-cleaner",
    make: (parts) => {
      const tokens = bootstrapTokens(parts);
      const cleaner = createTokenCleaner({ ...parts, tokens });
      return { run: (context) => runTogether([tokens, cleaner], context) };
    },
  },
};

function bootstrapTokens(parts: ControllerParts): Informer<Secret> {
  return createInformer({
    ...parts,
    client: parts.manager.resource(SECRETS),
    selection: { namespace: "kube-system", fieldSelector: `type=${BOOTSTRAP_TOKEN_TYPE}` },
    transform: (secret) => secret,
  });
}
