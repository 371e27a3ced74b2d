import { entriesOfScale, entriesOfScaled } from "../../api/field-management/scale-owners.ts";
import { copyObject, type KubeObject } from "../../api/object.ts";
import type { ResourceDefinition } from "../../api/schema/language.ts";
import { notFound } from "../../api/status-error.ts";
import type { Scale } from "../../api/types.ts";
import type { ApiResponse } from "../../http/exchange.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { readApply } from "../apply.ts";
import { NO_RESETS, trackOwnership } from "../ownership.ts";
import { patchTypeOf, readPatch } from "../patch.ts";
import { readEntry, representationOf } from "../read-requests.ts";
import { type Representation, singleResponse } from "../representation.ts";
import type { EndpointHandler } from "../resource-handler.ts";
import { ResourceStore } from "../resource-store.ts";
import { updateObject } from "../update.ts";
import type { RegistryDependencies, WriteContext } from "../write-context.ts";
import { parseWriteOptions, type WriteOptions } from "../write-options.ts";
import { checkNames, MAX_BODY_BYTES, readBody, writeContext } from "../write-requests.ts";
import { applyScale, scaleOf } from "./scale.ts";

type ChangeScale = (scale: KubeObject) => KubeObject;

/**
 * GET, PUT and PATCH of `…/scale`: what is read, sent and patched is a Scale; what is written is the
 * workload, by its own rules.
 * @see kubernetes pkg/registry/apps/deployment/storage/storage.go (ScaleREST)
 */
export function scaleEndpoint(
  dependencies: RegistryDependencies,
  workloads: ResourceStore,
): EndpointHandler {
  const requests = new ScaleRequests(dependencies, workloads);
  return (context) => {
    switch (context.request.method) {
      case "PUT":
        return requests.update(context);
      case "PATCH":
        return requests.patch(context);
      default:
        return requests.get(context);
    }
  };
}

class ScaleRequests {
  readonly #dependencies: RegistryDependencies;
  readonly #workloads: ResourceStore;
  readonly #scales: ResourceStore;

  constructor(dependencies: RegistryDependencies, workloads: ResourceStore) {
    this.#dependencies = dependencies;
    this.#workloads = workloads;
    const { definition } = workloads;
    const shown: ResourceDefinition = {
      ...definition,
      group: "autoscaling",
      version: "v1",
      // By which its columns are found.
      resource: "scale",
      kind: "Scale",
    };
    this.#scales = new ResourceStore(
      shown,
      { group: definition.group, resource: definition.resource },
      { freeze: false },
    );
  }

  async get(context: RequestContext): Promise<ApiResponse> {
    const representation = representationOf(this.#dependencies, context, "object");
    const entry = await readEntry(this.#dependencies, context, this.#workloads);
    return this.#answer(this.#workloads.peek(entry), representation);
  }

  async update(context: RequestContext): Promise<ApiResponse> {
    const representation = representationOf(this.#dependencies, context, "object");
    const options = parseWriteOptions(context.query, "UpdateOptions");
    const scale = await readBody(context, this.#scales.kind, options.fieldValidation);
    checkNames(this.#scales, scale, context);
    const write = writeContext(context, options);
    return await this.#write(write, representation, scale.metadata.uid ?? "", () => scale);
  }

  async patch(context: RequestContext): Promise<ApiResponse> {
    const representation = representationOf(this.#dependencies, context, "object");
    const type = patchTypeOf(context.request.headers["content-type"]);
    const bytes = await context.request.body(MAX_BODY_BYTES);
    const options = parseWriteOptions(context.query, "PatchOptions", type === "apply");
    const write = writeContext(context, options);
    if (type === "apply") {
      const apply = this.#applying(bytes, write, options);
      const change = this.#named(context, apply);
      return await this.#write(write, representation, "", change, "applied");
    }
    const patch = readPatch(this.#scales, type, bytes, {
      fieldValidation: options.fieldValidation,
      applyDefaults: () => {},
      warn: (text) => context.warn(text),
    });
    return await this.#write(write, representation, "", this.#named(context, patch));
  }

  /** What is patched still has to be of the workload's name. */
  #named(context: RequestContext, change: ChangeScale): ChangeScale {
    return (scale) => {
      const changed = change(scale);
      checkNames(this.#scales, changed, context);
      return changed;
    };
  }

  #applying(bytes: Uint8Array, write: WriteContext, options: WriteOptions): ChangeScale {
    return readApply(this.#scales, bytes, {
      fieldValidation: options.fieldValidation,
      force: options.force,
      manager: write.fieldManager,
      name: write.name,
      namespace: write.namespace,
      subresource: "scale",
      resetFields: NO_RESETS,
      now: () => this.#dependencies.clock.now(),
      applyDefaults: () => {},
      warn: (text) => write.warn(text),
    });
  }

  /** @param owners - `applied` when the changed scale tells whose it is. */
  async #write(
    write: WriteContext,
    representation: Representation,
    preconditionUid: string,
    change: ChangeScale,
    owners: "tracked" | "applied" = "tracked",
  ): Promise<ApiResponse> {
    const { object } = await updateObject(this.#dependencies, this.#workloads, write, {
      subresource: "scale",
      transform: (workload) => {
        if (workload === undefined) throw notFound(this.#workloads.groupResource, write.name);
        return this.#scaled(workload, write, change, owners);
      },
      preconditionUid,
      mayCreate: false,
      // Owners are told by way of the scale.
      source: "apply",
    });
    return this.#answer(object, representation);
  }

  /** A workload with the number that the changed scale wants. */
  #scaled(
    workload: Readonly<KubeObject>,
    write: WriteContext,
    change: ChangeScale,
    owners: "tracked" | "applied",
  ): KubeObject {
    const { groupResource, apiVersion } = this.#workloads;
    const entries = workload.metadata.managedFields;
    const scale = scaleOf(groupResource, workload) as KubeObject;
    scale.metadata.managedFields = entriesOfScale(entries, apiVersion);
    const changed = change(scale);
    if (owners === "tracked") {
      const about = { live: scale, subresource: "scale" };
      trackOwnership(this.#dependencies, this.#scales, write, changed, about);
    }
    const scaled = applyScale(groupResource, copyObject(workload), changed as unknown as Scale);
    const managedFields = entriesOfScaled(entries, changed.metadata.managedFields, apiVersion);
    if (managedFields === undefined) delete scaled.metadata.managedFields;
    else scaled.metadata.managedFields = managedFields;
    return scaled;
  }

  #answer(workload: Readonly<KubeObject>, representation: Representation): ApiResponse {
    const scale = scaleOf(this.#workloads.groupResource, workload) as KubeObject;
    return singleResponse(200, this.#scales, scale, representation);
  }
}
