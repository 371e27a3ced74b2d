import { coreAliases } from "./core-v1-aliases.ts";
import { containerStructs } from "./core-v1-container.ts";
import { coreV1ContainerDescriptions } from "./core-v1-container-descriptions.ts";
import { coreV1Descriptions } from "./core-v1-descriptions.ts";
import { nodeStructs } from "./core-v1-node.ts";
import { coreV1NodeDescriptions } from "./core-v1-node-descriptions.ts";
import { persistentVolumeStructs } from "./core-v1-persistent-volume.ts";
import { coreV1PersistentVolumeDescriptions } from "./core-v1-persistent-volume-descriptions.ts";
import { podStructs } from "./core-v1-pod.ts";
import { coreV1PodDescriptions } from "./core-v1-pod-descriptions.ts";
import { quotaStructs } from "./core-v1-quota.ts";
import { coreV1QuotaDescriptions } from "./core-v1-quota-descriptions.ts";
import { serviceStructs } from "./core-v1-service.ts";
import { coreV1ServiceDescriptions } from "./core-v1-service-descriptions.ts";
import { volumeStructs } from "./core-v1-volume.ts";
import { coreV1VolumeDescriptions } from "./core-v1-volume-descriptions.ts";
import {
  ATOMIC,
  definePackage,
  field,
  listOf,
  mergeMap,
  object,
  omitEmpty,
  optional,
  struct,
} from "./define.ts";
import type { SchemaPackage } from "./language.ts";

/** The core group: rows of its central kinds here, the others by theme beside. */
export const coreV1: SchemaPackage = definePackage({
  name: "core.v1",
  group: "",
  version: "v1",
  openApiPrefix: "io.k8s.api.core.v1",
  structs: () => ({
    ...containerStructs(),
    ...nodeStructs(),
    ...persistentVolumeStructs(),
    ...podStructs(),
    ...quotaStructs(),
    ...serviceStructs(),
    ...volumeStructs(),
    ComponentCondition: struct([
      field("type", "core.v1.ComponentConditionType", 1),
      field("status", "core.v1.ConditionStatus", 2),
      optional("message", "string", 3),
      optional("error", "string", 4),
    ]),
    ComponentStatus: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("conditions", "[]core.v1.ComponentCondition", 2, mergeMap("type")),
    ]),
    ComponentStatusList: listOf("core.v1.ComponentStatus"),
    ConfigMap: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("immutable", "*bool", 4),
      optional("data", "map[string]string", 2),
      optional("binaryData", "map[string]bytes", 3),
    ]),
    ConfigMapList: listOf("core.v1.ConfigMap"),
    Event: object([
      field("metadata", "meta.v1.ObjectMeta", 1),
      field("involvedObject", "core.v1.ObjectReference", 2),
      optional("reason", "string", 3),
      optional("message", "string", 4),
      optional("source", "core.v1.EventSource", 5),
      optional("firstTimestamp", "Time", 6),
      optional("lastTimestamp", "Time", 7),
      optional("count", "int32", 8),
      optional("type", "string", 9),
      optional("eventTime", "MicroTime", 10),
      optional("series", "*core.v1.EventSeries", 11),
      optional("action", "string", 12),
      optional("related", "*core.v1.ObjectReference", 13),
      field("reportingComponent", "string", 14, { optional: true }),
      field("reportingInstance", "string", 15, { optional: true }),
    ]),
    EventList: listOf("core.v1.Event"),
    EventSeries: struct([
      omitEmpty("count", "int32", 1),
      omitEmpty("lastObservedTime", "MicroTime", 2),
    ]),
    EventSource: struct([optional("component", "string", 1), optional("host", "string", 2)]),
    LocalObjectReference: struct([optional("name", "string", 1, { default: "" })]),
    Namespace: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("spec", "core.v1.NamespaceSpec", 2),
      optional("status", "core.v1.NamespaceStatus", 3),
    ]),
    NamespaceCondition: struct([
      field("type", "core.v1.NamespaceConditionType", 1),
      field("status", "core.v1.ConditionStatus", 2),
      optional("lastTransitionTime", "Time", 4),
      optional("reason", "string", 5),
      optional("message", "string", 6),
    ]),
    NamespaceList: listOf("core.v1.Namespace"),
    NamespaceSpec: struct([optional("finalizers", "[]core.v1.FinalizerName", 1, ATOMIC)]),
    NamespaceStatus: struct([
      optional("phase", "core.v1.NamespacePhase", 1),
      optional("conditions", "[]core.v1.NamespaceCondition", 2, mergeMap("type")),
    ]),
    ObjectReference: struct([
      optional("kind", "string", 1),
      optional("namespace", "string", 2),
      optional("name", "string", 3),
      optional("uid", "string", 4),
      optional("apiVersion", "string", 5),
      optional("resourceVersion", "string", 6),
      optional("fieldPath", "string", 7),
    ]),
    Preconditions: struct([optional("uid", "*string", 1)]),
    RangeAllocation: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      field("range", "string", 2),
      field("data", "bytes", 3),
    ]),
    Secret: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("immutable", "*bool", 5),
      optional("data", "map[string]bytes", 2),
      optional("stringData", "map[string]string", 4),
      optional("type", "core.v1.SecretType", 3),
    ]),
    SecretList: listOf("core.v1.Secret"),
    SerializedReference: object([optional("reference", "core.v1.ObjectReference", 1)]),
    ServiceAccount: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("secrets", "[]core.v1.ObjectReference", 2, mergeMap("name")),
      optional("imagePullSecrets", "[]core.v1.LocalObjectReference", 3, ATOMIC),
      optional("automountServiceAccountToken", "*bool", 4),
    ]),
    ServiceAccountList: listOf("core.v1.ServiceAccount"),
    TypedLocalObjectReference: struct([
      field("apiGroup", "*string", 1, { optional: true }),
      field("kind", "string", 2),
      field("name", "string", 3),
    ]),
    TypedObjectReference: struct([
      field("apiGroup", "*string", 1, { optional: true }),
      field("kind", "string", 2),
      field("name", "string", 3),
      optional("namespace", "*string", 4),
    ]),
  }),
  aliases: coreAliases,
  descriptions: [
    coreV1Descriptions,
    coreV1VolumeDescriptions,
    coreV1ServiceDescriptions,
    coreV1QuotaDescriptions,
    coreV1PodDescriptions,
    coreV1PersistentVolumeDescriptions,
    coreV1NodeDescriptions,
    coreV1ContainerDescriptions,
  ],
});
