import { writeAnyJson } from "../api/encode-json-text.ts";
import type { KubeObject } from "../api/object.ts";
import type { ConfigMap } from "../api/types.ts";
import { bootstrapPolicy } from "../authorization/bootstrap-policy.ts";
import {
  type PlannedAction,
  reconcileBootstrapPolicy,
} from "../authorization/bootstrap-reconcile.ts";
import { createInProcessTransport, type InProcessRequest } from "../client/in-process.ts";
import type { ApiResponse, Handler, TrustedUser } from "../http/exchange.ts";
import { createObjectReader } from "../registry/object-reader.ts";
import type { ResourceStore } from "../registry/resource-store.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Storage } from "../storage/storage.ts";
import { flowControlObjects } from "./flow-control-objects.ts";
import { nodeJoinObjects } from "./node-join-objects.ts";
import type { Stores } from "./stores.ts";
import {
  type SystemAddresses,
  type SystemObject,
  systemNamespaces,
  systemObjects,
} from "./system-objects.ts";

/** The server itself, to whom nothing is forbidden. */
export const SERVER_USER: TrustedUser = {
  username: "system:apiserver",
  groups: ["system:masters", "system:authenticated"],
};

const JSON_HEADERS = { "content-type": "application/json", "user-agent": "kube-apiserver" };
const RBAC = "rbac.authorization.k8s.io";

export interface BootstrapOptions extends SystemAddresses {
  /** Whether nodes are expected to join. */
  readonly joinsNodes: boolean;
  /** Told of what admission refuses. */
  readonly logger: Logger;
}

type Send = (request: InProcessRequest) => Promise<ApiResponse>;

/**
 * Makes what every cluster has, as far as it is missing, through the API itself: system namespaces,
 * the default policy, priority classes, flow schemas, the service of the API.
 * @throws Error when something could not be made
 * @see kubernetes pkg/controlplane/instance.go (post start hooks)
 */
export async function bootstrap(
  handler: Handler,
  storage: Storage,
  stores: Stores,
  { joinsNodes, logger, ...addresses }: BootstrapOptions,
): Promise<void> {
  const transport = createInProcessTransport(handler, SERVER_USER);
  const send: Send = async (request) => {
    const response = await transport(request);
    if (response.status === 403) {
      logger.warn({ url: request.url, why: String(response.body) }, "cannot set up an object");
    }
    return response;
  };
  await Promise.all(systemNamespaces().map((each) => ensure(send, storage, stores, each)));
  await Promise.all([
    ...planPolicy(storage, stores).map((action) => carryOut(send, action)),
    ...[...systemObjects(addresses), ...flowControlObjects()].map((each) =>
      ensure(send, storage, stores, each),
    ),
  ]);
  // Whoever binds a role must hold its rights, which the policy has brought.
  if (joinsNodes) {
    await Promise.all(nodeJoinObjects().map((each) => ensure(send, storage, stores, each)));
  }
}

function planPolicy(storage: Storage, stores: Stores): readonly PlannedAction[] {
  return reconcileBootstrapPolicy((resource, namespace, name) => {
    const store = stores.of(RBAC, "v1", resource);
    if (store === undefined) throw new Error(`${resource} are not served`);
    return createObjectReader(storage, store).get(namespace, name);
  }, bootstrapPolicy());
}

async function carryOut(send: Send, action: PlannedAction): Promise<void> {
  const { resource, operation, object } = action;
  const { name = "", namespace } = object.metadata;
  const scope = namespace === undefined ? "" : `/namespaces/${namespace}`;
  const url = `/apis/${RBAC}/v1${scope}/${resource}`;
  if (operation === "recreate")
    await send({ method: "DELETE", url: `${url}/${encodeURIComponent(name)}` });
  const create = operation !== "update";
  const response = await send({
    method: create ? "POST" : "PUT",
    url: create ? url : `${url}/${encodeURIComponent(name)}`,
    headers: JSON_HEADERS,
    body: Buffer.from(writeAnyJson(object)),
  });
  checkDone(response, `${resource} ${name}`);
}

async function ensure(
  send: Send,
  storage: Storage,
  stores: Stores,
  each: SystemObject,
): Promise<void> {
  const { url, name, object, keepsData = false } = each;
  const { store, namespace } = placeOf(stores, url);
  const stored = () => createObjectReader(storage, store).get(namespace, name);
  const known = stored();
  if (known === undefined) {
    const response = await send({
      method: "POST",
      url,
      headers: JSON_HEADERS,
      body: Buffer.from(JSON.stringify(object)),
    });
    checkDone(response, `${url}/${name}`);
  } else if (keepsData) await putDataRight(send, each, known as ConfigMap);
  if (each.condition !== undefined) await tellCondition(send, store, each, stored());
}

async function tellCondition(
  send: Send,
  { definition, kind }: ResourceStore,
  { url, name, condition }: SystemObject,
  stored: Readonly<KubeObject> | undefined,
): Promise<void> {
  // What another server has just made, and is not seen here yet, that server tells about.
  if (condition === undefined || stored === undefined) return;
  const { conditions = [] } = (stored.status ?? {}) as {
    conditions?: readonly { type?: string }[];
  };
  if (conditions.some(({ type }) => type === condition.type)) return;
  const { fieldManager, ...told } = condition;
  const body = {
    apiVersion: `${definition.group}/${definition.version}`,
    kind: kind.kind,
    metadata: { name },
    status: { conditions: [{ ...told, lastTransitionTime: stored.metadata.creationTimestamp }] },
  };
  const response = await send({
    method: "PATCH",
    url: `${url}/${name}/status?force=true&fieldManager=${fieldManager}`,
    headers: { ...JSON_HEADERS, "content-type": "application/apply-patch+yaml" },
    body: Buffer.from(JSON.stringify(body)),
  });
  checkDone(response, `${url}/${name}/status`);
}

async function putDataRight(
  send: Send,
  { url, name, object }: SystemObject,
  { data = {} }: ConfigMap,
): Promise<void> {
  const wanted = object.data as Readonly<Record<string, string>>;
  if (Object.entries(wanted).every(([key, value]) => data[key] === value)) return;
  const response = await send({
    method: "PATCH",
    url: `${url}/${name}`,
    headers: { ...JSON_HEADERS, "content-type": "application/merge-patch+json" },
    body: Buffer.from(JSON.stringify({ data: wanted })),
  });
  checkDone(response, `${url}/${name}`);
}

/** Where the objects of a collection are. */
function placeOf(
  stores: Stores,
  url: string,
): { readonly store: ResourceStore; readonly namespace: string } {
  const parts = url.split("/").filter((part) => part !== "");
  const group = parts[0] === "apis" ? (parts[1] ?? "") : "";
  const resource = parts.at(-1) ?? "";
  const store = stores.of(group, "v1", resource);
  if (store === undefined) throw new Error(`${resource} are not served`);
  return { store, namespace: parts.at(-3) === "namespaces" ? (parts.at(-2) ?? "") : "" };
}

/**
 * Somebody else may have made it in the meantime. Where admission refuses it (a quota of the namespace
 * `default`), only a server that runs can be told of something better.
 */
function checkDone({ status, body }: ApiResponse, what: string): void {
  if (status < 300 || status === 409 || status === 403) return;
  throw new Error(`cannot set up ${what}: ${status} ${String(body)}`);
}
