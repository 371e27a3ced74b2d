import type { KubeObject } from "../api/object.ts";

/**
 * The objects that tokens rest on, as they are at this moment. Answers come at once, from indexes or
 * shared informer copies, and are not to be changed. A getter that lags behind the store lets a
 * deleted object's tokens live for as long.
 */
export interface ServiceAccountObjects {
  serviceAccount(namespace: string, name: string): Readonly<KubeObject> | undefined;
  pod(namespace: string, name: string): Readonly<KubeObject> | undefined;
  secret(namespace: string, name: string): Readonly<KubeObject> | undefined;
  node(name: string): Readonly<KubeObject> | undefined;
}
