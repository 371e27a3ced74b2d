import {
  ATOMIC,
  definePackage,
  field,
  listOf,
  mergeMap,
  object,
  omitEmpty,
  optional,
  SET,
  struct,
  text,
} from "./define.ts";
import { flowcontrolV1Descriptions } from "./flowcontrol-v1-descriptions.ts";
import type { SchemaPackage } from "./language.ts";

export const flowcontrolV1: SchemaPackage = definePackage({
  name: "flowcontrol.v1",
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.api.flowcontrol.v1",
  structs: () => ({
    ExemptPriorityLevelConfiguration: struct([
      optional("nominalConcurrencyShares", "*int32", 1),
      optional("lendablePercent", "*int32", 2),
    ]),
    FlowDistinguisherMethod: struct([
      field("type", "flowcontrol.v1.FlowDistinguisherMethodType", 1),
    ]),
    FlowSchema: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("spec", "flowcontrol.v1.FlowSchemaSpec", 2),
      optional("status", "flowcontrol.v1.FlowSchemaStatus", 3),
    ]),
    FlowSchemaCondition: struct([
      omitEmpty("type", "flowcontrol.v1.FlowSchemaConditionType", 1),
      omitEmpty("status", "flowcontrol.v1.ConditionStatus", 2),
      omitEmpty("lastTransitionTime", "Time", 3),
      omitEmpty("reason", "string", 4),
      omitEmpty("message", "string", 5),
    ]),
    FlowSchemaList: listOf("flowcontrol.v1.FlowSchema"),
    FlowSchemaSpec: struct([
      field("priorityLevelConfiguration", "flowcontrol.v1.PriorityLevelConfigurationReference", 1),
      field("matchingPrecedence", "int32", 2, { optional: true }),
      optional("distinguisherMethod", "*flowcontrol.v1.FlowDistinguisherMethod", 3),
      optional("rules", "[]flowcontrol.v1.PolicyRulesWithSubjects", 4, ATOMIC),
    ]),
    FlowSchemaStatus: struct([
      optional("conditions", "[]flowcontrol.v1.FlowSchemaCondition", 1, mergeMap("type")),
    ]),
    GroupSubject: struct([field("name", "string", 1)]),
    LimitResponse: struct([
      field("type", "flowcontrol.v1.LimitResponseType", 1),
      optional("queuing", "*flowcontrol.v1.QueuingConfiguration", 2),
    ]),
    LimitedPriorityLevelConfiguration: struct([
      field("nominalConcurrencyShares", "*int32", 1, { optional: true }),
      omitEmpty("limitResponse", "flowcontrol.v1.LimitResponse", 2),
      optional("lendablePercent", "*int32", 3),
      optional("borrowingLimitPercent", "*int32", 4),
    ]),
    NonResourcePolicyRule: struct([
      field("verbs", "[]string", 1, SET),
      field("nonResourceURLs", "[]string", 6, SET),
    ]),
    PolicyRulesWithSubjects: struct([
      field("subjects", "[]flowcontrol.v1.Subject", 1, ATOMIC),
      optional("resourceRules", "[]flowcontrol.v1.ResourcePolicyRule", 2, ATOMIC),
      optional("nonResourceRules", "[]flowcontrol.v1.NonResourcePolicyRule", 3, ATOMIC),
    ]),
    PriorityLevelConfiguration: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("spec", "flowcontrol.v1.PriorityLevelConfigurationSpec", 2),
      optional("status", "flowcontrol.v1.PriorityLevelConfigurationStatus", 3),
    ]),
    PriorityLevelConfigurationCondition: struct([
      omitEmpty("type", "flowcontrol.v1.PriorityLevelConfigurationConditionType", 1),
      omitEmpty("status", "flowcontrol.v1.ConditionStatus", 2),
      omitEmpty("lastTransitionTime", "Time", 3),
      omitEmpty("reason", "string", 4),
      omitEmpty("message", "string", 5),
    ]),
    PriorityLevelConfigurationList: listOf("flowcontrol.v1.PriorityLevelConfiguration"),
    PriorityLevelConfigurationReference: struct([field("name", "string", 1)]),
    PriorityLevelConfigurationSpec: struct([
      field("type", "flowcontrol.v1.PriorityLevelEnablement", 1),
      optional("limited", "*flowcontrol.v1.LimitedPriorityLevelConfiguration", 2),
      optional("exempt", "*flowcontrol.v1.ExemptPriorityLevelConfiguration", 3),
    ]),
    PriorityLevelConfigurationStatus: struct([
      optional(
        "conditions",
        "[]flowcontrol.v1.PriorityLevelConfigurationCondition",
        1,
        mergeMap("type"),
      ),
    ]),
    QueuingConfiguration: struct([
      field("queues", "int32", 1, { optional: true }),
      field("handSize", "int32", 2, { optional: true }),
      field("queueLengthLimit", "int32", 3, { optional: true }),
    ]),
    ResourcePolicyRule: struct([
      field("verbs", "[]string", 1, SET),
      field("apiGroups", "[]string", 2, SET),
      field("resources", "[]string", 3, SET),
      optional("clusterScope", "bool", 4),
      field("namespaces", "[]string", 5, { ...SET, optional: true }),
    ]),
    ServiceAccountSubject: struct([field("namespace", "string", 1), field("name", "string", 2)]),
    Subject: struct([
      field("kind", "flowcontrol.v1.SubjectKind", 1),
      optional("user", "*flowcontrol.v1.UserSubject", 2),
      optional("group", "*flowcontrol.v1.GroupSubject", 3),
      optional("serviceAccount", "*flowcontrol.v1.ServiceAccountSubject", 4),
    ]),
    UserSubject: struct([field("name", "string", 1)]),
  }),
  aliases: () => ({
    ConditionStatus: text(),
    FlowDistinguisherMethodType: text(),
    FlowSchemaConditionType: text(),
    LimitResponseType: text(),
    PriorityLevelConfigurationConditionType: text(),
    PriorityLevelEnablement: text(),
    SubjectKind: text(),
  }),
  descriptions: [flowcontrolV1Descriptions],
});
