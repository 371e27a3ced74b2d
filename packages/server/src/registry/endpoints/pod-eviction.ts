import { invalidValue, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { kindOf } from "../../api/scheme.ts";
import { type ApiLabelSelector, matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import {
  badRequest,
  bareError,
  forbidden,
  invalid,
  notFound,
  type Status,
  StatusError,
  tooManyRequests,
} from "../../api/status-error.ts";
import type { Pod } from "../../api/validation/pod-shapes.ts";
import { negotiate } from "../../http/negotiation.ts";
import { formatTime } from "../../runtime/clock.ts";
import { changeStored } from "../change-stored.ts";
import { fillNamespace } from "../create.ts";
import { checkPreconditions, deleteObject } from "../delete.ts";
import {
  checkDeleteOptions,
  type DeleteOptions,
  deleteOptionsOf,
  type RawDeleteOptions,
} from "../delete-options.ts";
import { statusResponse } from "../representation.ts";
import type { EndpointHandler } from "../resource-handler.ts";
import type { ResourceStore } from "../resource-store.ts";
import { setPodCondition } from "../resources/pod-binding.ts";
import {
  chargeBudget,
  checkBudget,
  type DisruptionBudget,
  decideEviction,
  type EvictionDecision,
} from "../resources/pod-eviction.ts";
import type { RegistryDependencies, WriteContext } from "../write-context.ts";
import { parseWriteOptions } from "../write-options.ts";
import { readBody, writeContext } from "../write-requests.ts";
import { CREATED } from "./pod-binding.ts";

export interface EvictionDependencies extends RegistryDependencies {
  readonly pods: ResourceStore;
  readonly budgets: ResourceStore;
}

interface Eviction extends KubeObject {
  deleteOptions?: RawDeleteOptions | null;
}

/** With the options as they were sent. */
interface EvictionOptions extends DeleteOptions {
  readonly raw: RawDeleteOptions;
}

/** Bodies of this version are as good, and the one thing that is left of it. */
const OLDER_VERSIONS = ["policy/v1beta1"];
/** How often an eviction is decided anew when the pod or its budget changed meanwhile. */
const ATTEMPTS = 20;
/** Deleting is part of the eviction that has been admitted. */
const ADMITTED: RegistryDependencies["admission"] = { mutate: () => {}, validate: () => {} };

/**
 * POST of an Eviction: a delete that disruption budgets may forbid.
 * @see kubernetes pkg/registry/core/pod/storage/eviction.go
 */
export function evictionEndpoint(dependencies: EvictionDependencies): EndpointHandler {
  return async (context) => {
    const negotiated = negotiate(context.request, context.query, "untabled");
    const options = parseWriteOptions(context.query, "CreateOptions");
    const kind = kindOf("policy", "v1", "Eviction");
    if (kind === undefined) throw new Error("no kind Eviction");
    const body = await readBody(context, kind, options.fieldValidation, OLDER_VERSIONS);
    const eviction = body as Eviction;
    fillNamespace(dependencies.pods, eviction, context.info.namespace);
    const write = writeContext(context, options);
    const attributes = {
      operation: "CREATE",
      group: "",
      version: "v1",
      resource: "pods",
      subresource: "eviction",
      kind: "Eviction",
      namespace: write.namespace,
      name: write.name,
      user: write.user,
      dryRun: write.dryRun,
      object: eviction,
      oldObject: undefined,
      warn: write.warn,
    } as const;
    const mutated = dependencies.admission.mutate(attributes);
    if (mutated !== undefined) await mutated;
    if (eviction.metadata.name !== write.name) {
      throw badRequest("name in URL does not match name in Eviction object");
    }
    const raw = eviction.deleteOptions ?? {};
    checkOptions(write.name, raw, context.query.all("dryRun"));
    const validated = dependencies.admission.validate(attributes);
    if (validated !== undefined) await validated;
    const wanted = { ...deleteOptionsOf(raw), raw };
    const dryRun = write.dryRun || wanted.dryRun;
    const status = await evict(dependencies, { ...write, dryRun }, wanted);
    return statusResponse(status, negotiated);
  };
}

/** What an eviction cannot ask for. @param dryRun - as the request has it, besides the body */
function checkOptions(name: string, raw: RawDeleteOptions, dryRun: readonly string[]): void {
  if (raw.ignoreStoreReadErrorWithClusterBreakingPotential === true) {
    const field = root("deleteOptions", "ignoreStoreReadErrorWithClusterBreakingPotential");
    const detail = "can not be set for pod eviction, try after removing the option";
    const kind = { group: "policy", kind: "Eviction" };
    throw invalid(kind, name, [invalidValue(field, true, detail)]);
  }
  const wanted = raw.dryRun ?? [];
  if (wanted.length === 0 || dryRun.length === 0 || wanted.join() === dryRun.join()) return;
  throw bareError(
    `Non-matching dry-run options in request and content: ${printStrings(dryRun)} and ${printStrings(wanted)}`,
  );
}

function printStrings(texts: readonly string[]): string {
  return `[${texts.join(" ")}]`;
}

async function evict(
  dependencies: EvictionDependencies,
  context: WriteContext,
  options: EvictionOptions,
): Promise<Status> {
  for (let attempt = 1; ; attempt++) {
    const pod = currentPod(dependencies, context);
    const decision = decideEviction(pod, budgetsOf(dependencies, pod));
    if (decision.action === "fail") return bareError(decision.message).status;
    try {
      await carryOut(dependencies, context, options, pod, decision);
      return CREATED;
    } catch (error) {
      const raced = error instanceof StatusError && error.reason === "Conflict";
      const mayRetry = options.preconditionResourceVersion === undefined;
      if (!raced || !mayRetry || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function carryOut(
  dependencies: EvictionDependencies,
  context: WriteContext,
  options: EvictionOptions,
  pod: Readonly<KubeObject>,
  decision: EvictionDecision,
): Promise<void> {
  const pinned = decision.action === "evict" && decision.pinned;
  if (decision.action === "count") await charge(dependencies, context, decision.budget);
  else if (decision.action !== "evict") throw refusal(decision);
  await markAndDelete(dependencies, context, {
    ...options,
    ...(pinned && options.preconditionResourceVersion === undefined
      ? { preconditionResourceVersion: pod.metadata.resourceVersion }
      : {}),
  });
}

function currentPod(
  { storage, pods }: EvictionDependencies,
  { namespace, name }: WriteContext,
): Readonly<KubeObject> {
  const entry = storage.getForUpdate(pods.key(namespace, name));
  if (entry === undefined) throw notFound(pods.groupResource, name);
  return pods.decode(entry);
}

/** Budgets of the pod's namespace that select it; one whose selector makes no sense selects nothing. */
function budgetsOf(
  { storage, budgets }: EvictionDependencies,
  { metadata }: Readonly<KubeObject>,
): readonly DisruptionBudget[] {
  const { entries } = storage.list(budgets.collectionPrefix(metadata.namespace ?? ""));
  return entries
    .map((entry) => budgets.decode(entry) as DisruptionBudget)
    .filter(({ spec }) => {
      const { selector } = (spec ?? {}) as { readonly selector?: ApiLabelSelector | null };
      try {
        const parsed = selectorFromApi(selector);
        return parsed !== undefined && matchesLabels(parsed, metadata.labels);
      } catch (error) {
        if (error instanceof StatusError) return false;
        throw error;
      }
    });
}

/** Takes one disruption out of the budget, unless it has none left by now. */
async function charge(
  { storage, budgets, clock }: EvictionDependencies,
  { namespace, name, dryRun }: WriteContext,
  budget: DisruptionBudget,
): Promise<void> {
  await changeStored(storage, budgets, {
    namespace,
    name: budget.metadata.name ?? "",
    dryRun,
    change: (object) => {
      const decision = checkBudget(object as DisruptionBudget);
      if (decision.action !== "count") throw refusal(decision);
      object.status = chargeBudget(object as DisruptionBudget, name, formatTime(clock.now()));
    },
  });
}

function refusal(decision: EvictionDecision): StatusError {
  switch (decision.action) {
    case "wait": {
      const { message, cause, retryAfterSeconds } = decision;
      return tooManyRequests(message, {
        causes: [{ reason: "DisruptionBudget", message: cause }],
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      });
    }
    case "forbid": {
      const resource = { group: "policy", resource: "poddisruptionbudget" };
      return forbidden(resource, decision.budget, decision.message);
    }
    default:
      throw new Error(`an eviction is not refused by ${decision.action}`);
  }
}

/** Says on the pod why it goes, then deletes it. */
async function markAndDelete(
  dependencies: EvictionDependencies,
  context: WriteContext,
  options: EvictionOptions,
): Promise<void> {
  const { pods, clock, storage } = dependencies;
  let expected = options.preconditionResourceVersion;
  if (!context.dryRun) {
    const marked = await changeStored(storage, pods, {
      ...context,
      change: (object) => {
        checkPreconditions(pods, context, options, object);
        const pod = object as KubeObject & Pod;
        pod.status = { ...pod.status };
        setPodCondition(
          pod.status,
          {
            type: "DisruptionTarget",
            status: "True",
            reason: "EvictionByEvictionAPI",
            message: "Eviction API: evicting",
          },
          clock.now(),
        );
      },
    });
    if (expected !== undefined) expected = marked.metadata.resourceVersion;
  }
  // By now the pod says why it goes, even if it does not.
  checkDeleteOptions(options.raw);
  await deleteObject({ ...dependencies, admission: ADMITTED }, pods, context, {
    ...options,
    preconditionResourceVersion: expected,
  });
}
