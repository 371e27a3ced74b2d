import type {
  APIResourceList,
  Deployment,
  OwnerReference,
  ReplicaSet,
  Scale as ScaleObject,
  StatefulSet,
} from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import type { ApiObject } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import { controllerOf } from "../controller-ref.ts";
import type { Scale } from "./expected-pods.ts";

export interface ScaleFinderOptions {
  readonly client: Client;
  readonly deployments: Informer<Deployment>;
  readonly replicaSets: Informer<ReplicaSet>;
  /** In the shape of ReplicaSets. */
  readonly replicationControllers: Informer<ReplicaSet>;
  readonly statefulSets: Informer<StatefulSet>;
}

/**
 * How many pods a controller wants: from the informers for the kinds that there are, from the
 * `scale` subresource for others.
 * @see kubernetes pkg/controller/disruption/disruption.go (finders)
 */
export class ScaleFinder {
  readonly #options: ScaleFinderOptions;

  constructor(options: ScaleFinderOptions) {
    this.#options = options;
  }

  /**
   * The scale of a controller, or of the deployment that controls it; undefined when it is gone.
   * @throws Error when its kind is not served, or has no scale
   */
  async find(controller: OwnerReference, namespace: string): Promise<Scale | undefined> {
    const { replicaSets, replicationControllers, statefulSets } = this.#options;
    switch (`${groupOf(controller)}/${controller.kind}`) {
      case "/ReplicationController": {
        const owner = find(replicationControllers, controller, namespace);
        if (owner !== undefined) return scaleOf(owner);
        break;
      }
      case "apps/ReplicaSet":
      case "extensions/ReplicaSet": {
        const owner = find(replicaSets, controller, namespace);
        const scale = owner === undefined ? undefined : this.#ofReplicaSet(owner);
        if (scale !== undefined) return scale;
        break;
      }
      case "apps/StatefulSet": {
        const owner = find(statefulSets, controller, namespace);
        if (owner !== undefined) return scaleOf(owner);
        break;
      }
    }
    return await this.#ask(controller, namespace);
  }

  #ofReplicaSet(replicaSet: Readonly<ReplicaSet>): Scale | undefined {
    const controller = controllerOf(replicaSet);
    if (controller?.kind !== "Deployment") return scaleOf(replicaSet);
    const { namespace = "" } = replicaSet.metadata;
    const isKnown = ["apps", "extensions"].includes(groupOf(controller));
    const owner = isKnown ? find(this.#options.deployments, controller, namespace) : undefined;
    return owner === undefined ? undefined : scaleOf(owner);
  }

  async #ask(controller: OwnerReference, namespace: string): Promise<Scale | undefined> {
    const { apiVersion, kind, name, uid } = controller;
    const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resources = (await this.#get<APIResourceList>(base))?.resources ?? [];
    const served = resources.find((each) => each.kind === kind && !each.name.includes("/"));
    if (served === undefined) {
      throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
    }
    if (!resources.some((each) => each.name === `${served.name}/scale`)) {
      const group = groupOf(controller);
      const resource = group === "" ? served.name : `${served.name}.${group}`;
      throw new Error(`${resource} does not implement the scale subresource`);
    }
    const place = served.namespaced ? `/namespaces/${namespace}` : "";
    const url = `${base}${place}/${served.name}/${name}/scale`;
    const scale = await this.#get<ScaleObject>(url);
    if (scale === undefined || scale.metadata.uid !== uid) return undefined;
    return { uid, replicas: scale.spec?.replicas ?? 0 };
  }

  async #get<T>(url: string): Promise<T | undefined> {
    try {
      const response = await this.#options.client.send("GET", url);
      return JSON.parse(await response.text()) as T;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

function groupOf({ apiVersion }: OwnerReference): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

/** What has the controller's name and is it. */
function find<T extends ApiObject>(
  { lister }: Informer<T>,
  { name, uid }: OwnerReference,
  namespace: string,
): Readonly<T> | undefined {
  const found = lister.get(namespace, name);
  return found?.metadata.uid === uid ? found : undefined;
}

function scaleOf({ metadata, spec }: Readonly<Deployment | ReplicaSet | StatefulSet>): Scale {
  return { uid: metadata.uid ?? "", replicas: spec?.replicas ?? 1 };
}
