import { copyObject, type KubeObject } from "../../api/object.ts";
import type { ResourceDefinition } from "../../api/schema/language.ts";
import { badRequest, notFound } from "../../api/status-error.ts";
import type { Scale } from "../../api/types.ts";
import { yamlToJson } from "../../api/yaml-parser.ts";
import type { ApiResponse } from "../../http/exchange.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { readApply } from "../apply.ts";
import { patchTypeOf, readPatch } from "../patch.ts";
import { readEntry, representationOf } from "../read-requests.ts";
import { type Representation, singleResponse } from "../representation.ts";
import type { EndpointHandler } from "../resource-handler.ts";
import { ResourceStore } from "../resource-store.ts";
import { updateObject } from "../update.ts";
import type { RegistryDependencies, WriteContext } from "../write-context.ts";
import { parseWriteOptions, type WriteOptions } from "../write-options.ts";
import {
  applyDefaults,
  checkNames,
  MAX_BODY_BYTES,
  readBody,
  writeContext,
} from "../write-requests.ts";
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
    return await this.#write(
      write,
      representation,
      "body",
      this.#replacing(() => scale),
    );
  }

  async patch(context: RequestContext): Promise<ApiResponse> {
    const representation = representationOf(this.#dependencies, context, "object");
    const type = patchTypeOf(context.request.headers["content-type"]);
    const bytes = await context.request.body(MAX_BODY_BYTES);
    const options = parseWriteOptions(context.query, "PatchOptions", type === "apply");
    const write = writeContext(context, options);
    if (type === "apply") {
      const apply = this.#applying(bytes, write, options);
      return await this.#write(write, representation, "apply", apply);
    }
    const patch = readPatch(this.#scales, type, bytes, {
      fieldValidation: options.fieldValidation,
      applyDefaults: () => {},
      warn: (text) => context.warn(text),
    });
    const change: ChangeScale = (scale) => {
      const patched = patch(scale);
      checkNames(this.#scales, patched, context);
      return patched;
    };
    return await this.#write(write, representation, "patch", this.#replacing(change));
  }

  /** A workload with the number that the changed scale wants. */
  #replacing(change: ChangeScale): (workload: Readonly<KubeObject>) => KubeObject {
    const owner = this.#workloads.groupResource;
    return (workload) => {
      const scale = change(scaleOf(owner, workload) as KubeObject);
      return applyScale(owner, copyObject(workload), scale as unknown as Scale);
    };
  }

  /** Applying a scale is applying the one member of the workload that it stands for. */
  #applying(
    bytes: Uint8Array,
    write: WriteContext,
    options: WriteOptions,
  ): (workload: Readonly<KubeObject>) => KubeObject {
    const applied = JSON.parse(yamlToJson(bytes).json) as Partial<Scale> | null;
    const { apiVersion = "", kind = "", metadata, spec } = applied ?? {};
    if (apiVersion !== "autoscaling/v1" || kind !== "Scale") {
      throw badRequest(`invalid object type: ${apiVersion}, Kind=${kind}`);
    }
    const { kind: own, apiVersion: version } = {
      kind: this.#workloads.kind.kind,
      apiVersion: this.#workloads.apiVersion,
    };
    const body = { apiVersion: version, kind: own, metadata, spec: { replicas: spec?.replicas } };
    return readApply(this.#workloads, Buffer.from(JSON.stringify(body)), {
      fieldValidation: options.fieldValidation,
      force: options.force,
      manager: write.fieldManager,
      name: write.name,
      namespace: write.namespace,
      subresource: "scale",
      resetFields: this.#workloads.strategy.resetFields ?? [],
      now: () => this.#dependencies.clock.now(),
      applyDefaults: (object) => applyDefaults(this.#workloads, object),
      warn: (text) => write.warn(text),
    });
  }

  async #write(
    write: WriteContext,
    representation: Representation,
    source: "body" | "patch" | "apply",
    transform: (workload: Readonly<KubeObject>) => KubeObject,
  ): Promise<ApiResponse> {
    const { object } = await updateObject(this.#dependencies, this.#workloads, write, {
      subresource: "scale",
      transform: (workload) => {
        if (workload === undefined) throw notFound(this.#workloads.groupResource, write.name);
        return transform(workload);
      },
      preconditionUid: "",
      mayCreate: false,
      source,
    });
    return this.#answer(object, representation);
  }

  #answer(workload: Readonly<KubeObject>, representation: Representation): ApiResponse {
    const scale = scaleOf(this.#workloads.groupResource, workload) as KubeObject;
    return singleResponse(200, this.#scales, scale, representation);
  }
}
