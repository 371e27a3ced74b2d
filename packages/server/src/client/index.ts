/**
 * A client of a Kubernetes API: typed resources, pages, watches, patches and server-side apply.
 *
 *     const access = await readKubeconfig("kubeconfig");
 *     await using transport = createHttpsTransport({ ...access, credential: () => access.credential, clock: realClock });
 *     const pods = await new Client(transport.send, { userAgent: "me" }).resource(PODS).list({ namespace: "default" });
 */
export { realClock } from "../runtime/clock.ts";
export {
  type ApplyOptions,
  Client,
  type DeleteOptions,
  type ListOptions,
  type ObjectList,
  type PatchType,
  type RequestOptions,
  ResourceClient,
  type Selection,
  type WatchOptions,
  type WriteOptions,
} from "./client.ts";
export {
  isAlreadyExists,
  isConflict,
  isExpired,
  isMethodNotSupported,
  isNotFound,
  isTransient,
} from "./errors.ts";
export {
  createHttpsTransport,
  type HttpsTransport,
  type HttpsTransportOptions,
} from "./node/https-transport.ts";
export {
  type ClusterAccess,
  type Credential,
  KubeconfigError,
  readKubeconfig,
} from "./node/kubeconfig.ts";
export * from "./resource-type.ts";
export type { Transport, TransportRequest, TransportResponse } from "./transport.ts";
export type { WatchEvent } from "./watch.ts";
