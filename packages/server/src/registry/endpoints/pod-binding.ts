import type { KubeObject } from "../../api/object.ts";
import { kindOf } from "../../api/scheme.ts";
import {
  badRequest,
  bareError,
  conflict,
  printFieldErrors,
  type Status,
} from "../../api/status-error.ts";
import { negotiate } from "../../http/negotiation.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { changeStored } from "../change-stored.ts";
import { fillNamespace } from "../create.ts";
import { statusResponse } from "../representation.ts";
import type { EndpointHandler } from "../resource-handler.ts";
import type { ResourceStore } from "../resource-store.ts";
import { type Binding, bindPod, validateBinding } from "../resources/pod-binding.ts";
import type { RegistryDependencies } from "../write-context.ts";
import { parseWriteOptions } from "../write-options.ts";
import { readBody, writeContext } from "../write-requests.ts";

/** What a POST answers that made nothing to show. */
export const CREATED: Status = {
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Success",
  code: 201,
};

const BINDINGS = { group: "", resource: "pods/binding" } as const;

export type PodEndpointDependencies = Pick<
  RegistryDependencies,
  "storage" | "clock" | "admission"
> & { readonly pods: ResourceStore };

/**
 * POST of a Binding, which assigns a pod to a node: to `pods/<name>/binding`, or to the older
 * `bindings`, where the body alone names the pod.
 * @see kubernetes pkg/registry/core/pod/storage/storage.go (BindingREST)
 */
export function bindingEndpoint(dependencies: PodEndpointDependencies): EndpointHandler {
  return async (context, definition) => {
    const negotiated = negotiate(context.request, context.query, "untabled");
    const options = parseWriteOptions(context.query, "CreateOptions");
    const kind = kindOf("", "v1", "Binding");
    if (kind === undefined) throw new Error("no kind Binding");
    const binding = (await readBody(context, kind, options.fieldValidation)) as Binding;
    fillNamespace(dependencies.pods, binding, context.info.namespace);
    // The older endpoint does not take another's word for it.
    if (context.info.subresource === "") delete binding.metadata.uid;
    const write = writeContext(context, options);
    const name = write.name === "" ? (binding.metadata.name ?? "") : write.name;
    const attributes = {
      operation: "CREATE",
      group: "",
      version: "v1",
      resource: definition.resource,
      subresource: context.info.subresource,
      kind: "Binding",
      namespace: write.namespace,
      name,
      user: write.user,
      dryRun: write.dryRun,
      object: binding,
      oldObject: undefined,
      warn: write.warn,
    } as const;
    const mutated = dependencies.admission.mutate(attributes);
    if (mutated !== undefined) await mutated;
    checkBinding(binding, name);
    const validated = dependencies.admission.validate(attributes);
    if (validated !== undefined) await validated;
    if (name === "") throw badRequest("Name parameter required.");
    await assignPod(dependencies, context, binding, name, write.dryRun);
    return statusResponse(CREATED, negotiated);
  };
}

function checkBinding(binding: Binding, name: string): void {
  if ((binding.metadata.name ?? "") !== name) {
    throw badRequest("name in URL does not match name in Binding object");
  }
  const errors = validateBinding(binding);
  // Upstream does not wrap these.
  if (errors.length > 0) throw bareError(printFieldErrors(errors));
}

async function assignPod(
  { storage, clock, pods }: PodEndpointDependencies,
  { info }: RequestContext,
  binding: Binding,
  name: string,
  dryRun: boolean,
): Promise<void> {
  const key = pods.shownKey(info.namespace, name, dryRun);
  await changeStored(storage, pods, {
    namespace: info.namespace,
    name,
    dryRun,
    change: (pod) => {
      const failure = preconditionFailure(pod, binding);
      if (failure !== undefined) {
        const head = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0`;
        throw conflict(pods.groupResource, name, `${head}, AdditionalErrorMsg: ${failure}`);
      }
      const problem = bindPod(pod, binding, clock.now());
      if (problem !== undefined) throw conflict(BINDINGS, name, problem);
    },
  });
}

/** A binding may say which pod, and which version of it, it is about. */
function preconditionFailure(
  { metadata: pod }: Readonly<KubeObject>,
  { metadata: wanted }: Binding,
): string | undefined {
  for (const [field, name] of [
    ["uid", "UID"],
    ["resourceVersion", "ResourceVersion"],
  ] as const) {
    const value = wanted[field] ?? "";
    if (value === "" || value === pod[field]) continue;
    return `Precondition failed: ${name} in precondition: ${value}, ${name} in object meta: ${pod[field] ?? ""}`;
  }
  return undefined;
}
