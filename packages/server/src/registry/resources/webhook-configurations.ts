/** @see kubernetes pkg/registry/admissionregistration/{mutating,validating}webhookconfiguration */
import type { FieldError } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { validateWebhooks, type Webhook } from "../../api/validation/webhooks.ts";
import type { Strategy } from "../strategy.ts";

const TIMEOUT_SECONDS = 10;
const PORT = 443;

function webhooksOf(object: KubeObject): readonly Webhook[] | null | undefined {
  return object.webhooks as Webhook[] | null | undefined;
}

function applyDefaults(object: KubeObject): void {
  for (const hook of webhooksOf(object) ?? []) {
    hook.failurePolicy ??= "Fail";
    hook.matchPolicy ??= "Equivalent";
    hook.namespaceSelector ??= {};
    hook.objectSelector ??= {};
    hook.timeoutSeconds ??= TIMEOUT_SECONDS;
    const service = hook.clientConfig?.service;
    if (service != null) service.port ??= PORT;
    for (const rule of hook.rules ?? []) rule.scope ??= "*";
  }
}

/** Mutating webhooks may be called a second time, when others changed the object after them. */
function applyMutatingDefaults(object: KubeObject): void {
  applyDefaults(object);
  for (const hook of webhooksOf(object) ?? []) hook.reinvocationPolicy ??= "Never";
}

function validate(object: KubeObject): FieldError[] {
  return validateWebhooks(webhooksOf(object));
}

function strategyOf(resource: string, defaults: (object: KubeObject) => void): Strategy {
  return {
    group: "admissionregistration.k8s.io",
    resource,
    requiresResourceVersion: true,
    metadataRules: { anyFinalizer: true },
    updateChecks: ["whole", "own"],
    defaults,
    validateCreate: validate,
    validateUpdate: validate,
    changesGeneration: (object, old) => !semanticEqual(object.webhooks, old.webhooks),
  };
}

export const mutatingWebhookConfigurationsStrategy: Strategy = strategyOf(
  "mutatingwebhookconfigurations",
  applyMutatingDefaults,
);

export const validatingWebhookConfigurationsStrategy: Strategy = strategyOf(
  "validatingwebhookconfigurations",
  applyDefaults,
);
