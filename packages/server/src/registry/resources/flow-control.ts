/** @see kubernetes pkg/registry/flowcontrol/{flowschema,prioritylevelconfiguration}/strategy.go */
import type { FieldError } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import {
  type FlowSchemaSpec,
  type PriorityLevelSpec,
  validateFlowConditions,
  validateFlowSchema,
  validatePriorityLevel,
} from "../../api/validation/flow-control.ts";
import type { Strategy, UpdateHooks } from "../strategy.ts";
import { keepMetadata, keepSpec, keepStatus } from "./spec-and-status.ts";
import { specChanged } from "./workload-template.ts";

/** Defaults of pkg/apis/flowcontrol/v1/defaults.go. */
const MATCHING_PRECEDENCE = 1000;
const CONCURRENCY_SHARES = 30;
const QUEUES = 64;
const HAND_SIZE = 8;
const QUEUE_LENGTH = 50;

function flowSchemaSpec(object: KubeObject): FlowSchemaSpec {
  return (object.spec ?? {}) as FlowSchemaSpec;
}

function priorityLevelSpec(object: KubeObject): PriorityLevelSpec {
  return (object.spec ?? {}) as PriorityLevelSpec;
}

function validateStatus(object: KubeObject): FieldError[] {
  const { conditions } = (object.status ?? {}) as { conditions?: { type?: string }[] | null };
  return validateFlowConditions(conditions);
}

function emptyStatus(object: KubeObject): void {
  object.status = {};
}

const status: UpdateHooks = {
  prepareForUpdate: (object, old) => {
    keepSpec(object, old);
    keepMetadata(object, old);
  },
  updateChecks: ["own"],
  validateUpdate: validateStatus,
  resetFields: [["spec"], ["metadata"]],
};

function validateSchema(object: KubeObject): FieldError[] {
  const errors = validateFlowSchema(flowSchemaSpec(object), object.metadata.name ?? "");
  return [...errors, ...validateStatus(object)];
}

export const flowSchemasStrategy: Strategy = {
  group: "flowcontrol.apiserver.k8s.io",
  resource: "flowschemas",
  updateChecks: ["whole", "own"],
  defaults: (object) => {
    object.spec ??= {};
    flowSchemaSpec(object).matchingPrecedence ||= MATCHING_PRECEDENCE;
  },
  prepareForCreate: emptyStatus,
  validateCreate: validateSchema,
  prepareForUpdate: keepStatus,
  validateUpdate: validateSchema,
  changesGeneration: specChanged,
  resetFields: [["status"]],
  subresources: { status },
};

function defaultLevel(object: KubeObject): void {
  const { limited, exempt } = priorityLevelSpec(object);
  if (exempt != null) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (limited == null) return;
  limited.nominalConcurrencyShares ??= CONCURRENCY_SHARES;
  limited.lendablePercent ??= 0;
  const queuing = limited.limitResponse?.queuing;
  if (queuing == null) return;
  queuing.handSize ||= HAND_SIZE;
  queuing.queues ||= QUEUES;
  queuing.queueLengthLimit ||= QUEUE_LENGTH;
}

function validateLevel(object: KubeObject): FieldError[] {
  const errors = validatePriorityLevel(priorityLevelSpec(object), object.metadata.name ?? "");
  return [...errors, ...validateStatus(object)];
}

export const priorityLevelConfigurationsStrategy: Strategy = {
  group: "flowcontrol.apiserver.k8s.io",
  resource: "prioritylevelconfigurations",
  updateChecks: ["whole", "own"],
  defaults: defaultLevel,
  prepareForCreate: emptyStatus,
  validateCreate: validateLevel,
  prepareForUpdate: keepStatus,
  validateUpdate: validateLevel,
  changesGeneration: specChanged,
  resetFields: [["status"]],
  subresources: { status },
};
