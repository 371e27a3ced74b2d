import type { APIResourceDiscovery } from "../api/types.ts";
import type { Client, ResourceClient } from "../client/client.ts";
import { isMethodNotSupported, isNotFound } from "../client/errors.ts";
import { type ApiObject, PODS, type ResourceType } from "../client/resource-type.ts";
import { DISCOVERY_ROOTS, type DiscoveredGroup, readDiscovery } from "./aggregated-discovery.ts";

/** A kind of content that a namespace may have and that can be deleted. */
export interface DeletableResource extends ResourceType<ApiObject> {
  readonly verbs: readonly string[];
}

/** Kinds of content, and what kept some from being found. */
export interface DiscoveredContent {
  readonly resources: readonly DeletableResource[];
  readonly errors: readonly unknown[];
}

/** Asks discovery for everything that lives in namespaces and can be deleted, in preferred versions. */
export async function discoverContent(
  client: Client,
  signal: AbortSignal,
): Promise<DiscoveredContent> {
  const resources: DeletableResource[] = [];
  const errors: unknown[] = [];
  for (const root of DISCOVERY_ROOTS) {
    try {
      const { groups } = await readDiscovery(client, root, { signal });
      for (const group of groups) resources.push(...deletableOf(group, errors));
    } catch (error) {
      signal.throwIfAborted();
      errors.push(error);
    }
  }
  return { resources, errors };
}

function deletableOf(
  { metadata, versions = [] }: DiscoveredGroup,
  errors: unknown[],
): DeletableResource[] {
  const group = metadata.name ?? "";
  const found = new Map<string, DeletableResource>();
  for (const { version, resources = [], freshness } of versions) {
    if (freshness === "Stale") errors.push(new Error(`${group}/${version}: stale`));
    for (const resource of resources) {
      if (!isDeletable(resource) || found.has(resource.resource)) continue;
      found.set(resource.resource, {
        group,
        version,
        resource: resource.resource,
        namespaced: true,
        verbs: resource.verbs,
      });
    }
  }
  return [...found.values()];
}

function isDeletable({ scope, verbs }: APIResourceDiscovery): boolean {
  return scope === "Namespaced" && verbs.includes("delete");
}

/** What is left of one kind after an attempt to delete all of it. */
export interface Remainder {
  readonly count: number;
  /** How many objects wait for each finalizer. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** After so many seconds it may be gone; 0 when nobody knows. */
  readonly estimateSeconds: number;
}

const NOTHING: Remainder = { count: 0, finalizers: new Map(), estimateSeconds: 0 };
/** So long objects with finalizers are given. @see deletion (finalizerEstimateSeconds) */
const FINALIZER_ESTIMATE_SECONDS = 15;

export interface ContentOptions {
  readonly namespace: string;
  /** Seconds since the namespace was deleted. */
  readonly deletedForSeconds: number;
  readonly signal: AbortSignal;
}

/**
 * Deletes all objects of one kind in a namespace, in the background, and counts what is left.
 * @throws StatusError, and Error when objects are left although nothing holds them
 * @see kubernetes pkg/controller/namespace/deletion/namespaced_resources_deleter.go
 */
export async function deleteContent(
  client: Client,
  resource: DeletableResource,
  options: ContentOptions,
): Promise<Remainder> {
  const { namespace } = options;
  const objects = client.resource(resource);
  const estimateSeconds = isPods(resource) ? await estimatePods(client, options) : 0;
  if (!(await deleteAtOnce(objects, resource, options))) {
    await deleteOneByOne(objects, resource, options);
  }
  const left = await listLeft(objects, resource, options);
  if (left.length === 0) return NOTHING;
  const finalizers = countFinalizers(left);
  if (estimateSeconds > 0) return { count: left.length, finalizers, estimateSeconds };
  if (finalizers.size > 0) {
    return { count: left.length, finalizers, estimateSeconds: FINALIZER_ESTIMATE_SECONDS };
  }
  throw new RemainingError(namespace, resource, left.length);
}

/** Objects are left that should be gone. */
export class RemainingError extends Error {
  readonly count: number;
  constructor(namespace: string, { group, version, resource }: DeletableResource, count: number) {
    const what = `${group}/${version}, Resource=${resource}`;
    super(`unexpected items still remain in namespace: ${namespace} for gvr: ${what}`);
    this.name = "RemainingError";
    this.count = count;
  }
}

export function isPods({ group, resource }: ResourceType<ApiObject>): boolean {
  return group === "" && resource === PODS.resource;
}

/** The longest grace period of pods that still run, unless it must be over already. */
async function estimatePods(client: Client, options: ContentOptions): Promise<number> {
  const { namespace, deletedForSeconds, signal } = options;
  let longest = 0;
  for await (const { items } of client.resource(PODS).pages({ namespace, signal })) {
    for (const { spec, status } of items) {
      if (status?.phase === "Succeeded" || status?.phase === "Failed") continue;
      longest = Math.max(longest, Number(spec?.terminationGracePeriodSeconds ?? 0));
    }
  }
  return deletedForSeconds >= longest ? 0 : longest;
}

const BACKGROUND = { propagationPolicy: "Background" } as const;

/** False where the kind has no way to delete a collection. */
async function deleteAtOnce(
  objects: ResourceClient<ApiObject>,
  { verbs }: DeletableResource,
  { namespace, signal }: ContentOptions,
): Promise<boolean> {
  if (!verbs.includes("deletecollection")) return false;
  try {
    await objects.deleteCollection({ namespace }, { ...BACKGROUND, signal });
    return true;
  } catch (error) {
    if (isMethodNotSupported(error) || isNotFound(error)) return false;
    throw error;
  }
}

async function deleteOneByOne(
  objects: ResourceClient<ApiObject>,
  resource: DeletableResource,
  options: ContentOptions,
): Promise<void> {
  const { namespace, signal } = options;
  for (const { metadata } of await listLeft(objects, resource, options)) {
    try {
      const key = { namespace, name: metadata.name ?? "" };
      await objects.delete(key, { ...BACKGROUND, signal });
    } catch (error) {
      if (!isMethodNotSupported(error) && !isNotFound(error)) throw error;
    }
  }
}

async function listLeft(
  objects: ResourceClient<ApiObject>,
  { verbs }: DeletableResource,
  { namespace, signal }: ContentOptions,
): Promise<readonly ApiObject[]> {
  if (!verbs.includes("list")) return [];
  try {
    return (await objects.list({ namespace, signal })).items;
  } catch (error) {
    if (isMethodNotSupported(error) || isNotFound(error)) return [];
    throw error;
  }
}

function countFinalizers(objects: readonly ApiObject[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { metadata } of objects) {
    for (const finalizer of metadata.finalizers ?? []) {
      counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
    }
  }
  return counts;
}
