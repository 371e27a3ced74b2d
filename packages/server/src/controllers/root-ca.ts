import type { ConfigMap } from "../api/types.ts";
import type { Client } from "../client/client.ts";
import { isAlreadyExists, isNamespaceTerminating, isNotFound } from "../client/errors.ts";
import { type ApiObject, CONFIG_MAPS } from "../client/resource-type.ts";
import type { Informer } from "../informer/informer.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { Controller } from "./controller.ts";
import { identity, type ObservedNamespace } from "./observed.ts";
import { DONE, type Reconciler } from "./reconciler.ts";

/** @see kubernetes pkg/controller/certificates/rootcacertpublisher/publisher.go */
export const ROOT_CA_CONFIG_MAP = "kube-root-ca.crt";
const CA_KEY = "ca.crt";
const DESCRIPTION_ANNOTATION = "kubernetes.io/description";
/** Part of the protocol: clients see this very text. */
const DESCRIPTION =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/** A ConfigMap as it should be is kept without its contents; any other is kept whole. */
export interface ObservedRootCa extends ApiObject {
  /** Absent when it is as it should be. */
  readonly wrong?: ConfigMap;
}

/** @param ca - The bundle, PEM. */
export function observeRootCa(configMap: ConfigMap, ca: string): ObservedRootCa {
  const metadata = identity(configMap.metadata);
  return isRight(configMap, ca) ? { metadata } : { metadata, wrong: configMap };
}

function isRight({ metadata, data = {} }: ConfigMap, ca: string): boolean {
  return (
    data[CA_KEY] === ca &&
    Object.keys(data).length === 1 &&
    (metadata.annotations?.[DESCRIPTION_ANNOTATION] ?? "") !== ""
  );
}

/** The object with contents and description put right, and everything else as it was. */
function putRight(configMap: ConfigMap, ca: string): ConfigMap {
  const { metadata } = configMap;
  return {
    ...configMap,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [DESCRIPTION_ANNOTATION]: DESCRIPTION },
    },
    data: { [CA_KEY]: ca },
  };
}

export interface RootCaControllerOptions {
  readonly client: Client;
  readonly namespaces: Informer<ObservedNamespace>;
  readonly rootCas: Informer<ObservedRootCa>;
  /** The bundle, PEM. */
  readonly ca: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Upstream has one worker; many namespaces at once are served side by side. */
const WORKERS = 8;

/**
 * Keeps the authority that the API's certificate rests on in a ConfigMap of every namespace, for
 * pods to mount. Keys are names of namespaces.
 */
export function createRootCaController(options: RootCaControllerOptions): Controller<string> {
  const { client, namespaces, rootCas, ca, clock, logger } = options;
  const configMaps = client.resource(CONFIG_MAPS);
  const create = async (namespace: string, signal: AbortSignal): Promise<void> => {
    const metadata = { namespace, name: ROOT_CA_CONFIG_MAP };
    try {
      await configMaps.create(putRight({ metadata }, ca), { signal });
    } catch (error) {
      const expected = isNotFound(error) || isAlreadyExists(error) || isNamespaceTerminating(error);
      if (!expected) throw error;
    }
  };
  const reconciler: Reconciler<string> = {
    async reconcile(namespace, { signal }) {
      const found = rootCas.lister.get(namespace, ROOT_CA_CONFIG_MAP);
      if (found === undefined) await create(namespace, signal);
      else if (found.wrong !== undefined) {
        await configMaps.update(putRight(found.wrong, ca), { signal });
      }
      return DONE;
    },
  };
  const controller = new Controller<string>({
    name: "root-ca-certificate-publisher-controller",
    clock,
    logger,
    identify: (namespace) => namespace,
    informers: [namespaces, rootCas],
    reconciler,
    workers: WORKERS,
  });
  const addNamespace = ({ metadata, phase }: Readonly<ObservedNamespace>): void => {
    if (phase === "Active") controller.queue.add(metadata.name ?? "");
  };
  const addConfigMap = ({ metadata }: Readonly<ObservedRootCa>): void =>
    controller.queue.add(metadata.namespace ?? "");
  namespaces.addHandler({ added: addNamespace, updated: addNamespace });
  rootCas.addHandler({ added: addConfigMap, updated: addConfigMap, deleted: addConfigMap });
  return controller;
}
