import type { ConfigMap, Secret } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import {
  type ApiObject,
  CONFIG_MAPS,
  printKey,
  type ResourceType,
  SECRETS,
} from "../../client/resource-type.ts";

/** Reads what pods refer to. A node may read no other secrets and config maps. */
export interface ReferencedObjects {
  /** Undefined when there is none. @throws StatusError, or what the transport throws */
  secret(namespace: string, name: string): Promise<Secret | undefined>;
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
}

/** Asks the server each time; who asks for the same at the same time shares an answer. */
export function createReferencedObjects(client: Client): ReferencedObjects {
  return { secret: reader(client, SECRETS), configMap: reader(client, CONFIG_MAPS) };
}

function reader<T extends ApiObject>(
  client: Client,
  type: ResourceType<T>,
): (namespace: string, name: string) => Promise<T | undefined> {
  const resource = client.resource(type);
  const asked = new Map<string, Promise<T | undefined>>();
  return (namespace, name) => {
    const key = printKey({ namespace, name });
    let answer = asked.get(key);
    if (answer === undefined) {
      answer = read(resource, namespace, name).finally(() => asked.delete(key));
      asked.set(key, answer);
    }
    return answer;
  };
}

async function read<T extends ApiObject>(
  resource: ResourceClient<T>,
  namespace: string,
  name: string,
): Promise<T | undefined> {
  try {
    return await resource.get({ namespace, name });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
