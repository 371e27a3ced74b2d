import type { Descriptions } from "./define.ts";

export const coreV1Descriptions = (): Descriptions => ({
  ComponentCondition: {
    "": "Health of a component. Obsolete.",
    error: "Error code of the check.",
  },
  ComponentStatus: {
    "": "Health of a part of the control plane. Obsolete.",
    conditions: "Whether the component is healthy, and what it says.",
  },
  ConfigMap: {
    "": "Configuration for pods: keys with text or bytes.",
    immutable: "Data can no longer be changed; only the object deleted. Cannot be taken back.",
    data: "Text by key. Keys hold letters, digits, `-`, `_` and `.`.",
    binaryData: "Bytes by key, none of which `data` has too.",
  },
  Event: {
    "": "A report of something that happened to an object. It may be dropped or repeated; nothing should depend on it.",
    involvedObject: "The object it happened to.",
    reason: "What happened, as one word in CamelCase.",
    message: "What happened, for people.",
    source: "Who reports it, in the old form.",
    firstTimestamp: "When it was first seen.",
    lastTimestamp: "When it was last seen.",
    count: "How often it was seen.",
    type: "`Normal` or `Warning`.",
    eventTime: "When it was first seen, to the microsecond.",
    series: "Present when the event repeats.",
    action: "What was done about the object, or failed.",
    related: "A second object, for events that involve two.",
    reportingComponent: "Name of the controller that reports it, `example.com/name`.",
    reportingInstance: "Instance of that controller.",
  },
  EventSeries: {
    "": "Repetition of an event.",
    count: "How often it has been seen so far.",
    lastObservedTime: "When it was last seen.",
  },
  EventSource: {
    "": "Who reports an event.",
    component: "Component that reports it.",
    host: "Node on which the component runs.",
  },
  LocalObjectReference: {
    "": "Names an object of the same namespace.",
    name: "Name of the object.",
  },
  Namespace: {
    "": "A scope for names: most objects live in exactly one.",
  },
  NamespaceCondition: {
    "": "One aspect of a namespace's end.",
  },
  NamespaceSpec: {
    "": "What has to be done before the namespace may go.",
    finalizers: "Entries that keep the namespace; removed through the `finalize` subresource.",
  },
  NamespaceStatus: {
    "": "Where the namespace is in its life.",
    phase: "`Active` or `Terminating`.",
    conditions: "Findings about its deletion.",
  },
  ObjectReference: {
    "": "Names an object, anywhere.",
    kind: "Kind of the object.",
    namespace: "Namespace of the object.",
    name: "Name of the object.",
    uid: "UID of the object.",
    apiVersion: "Group version of the object.",
    resourceVersion: "The version of the object that is meant.",
    fieldPath: "A part of the object, such as `spec.containers{name}`.",
  },
  Preconditions: {
    "": "What must hold for a change to be made. Obsolete.",
    uid: "The UID that the object must have.",
  },
  RangeAllocation: {
    "": "What has been handed out of a range. Not served.",
    range: "The range, a network or `first-last`.",
    data: "A bit for each entry.",
  },
  Secret: {
    "": "Confidential data, such as a password, a token or a key.",
    immutable: "Data can no longer be changed; only the object deleted. Cannot be taken back.",
    data: "Bytes by key, as base64. Keys hold letters, digits, `-`, `_` and `.`.",
    stringData: "Text by key, for writing only: it goes into `data`, before what stands there.",
    type: "What the data is for; some types demand certain keys. `Opaque` when absent. Cannot be changed.",
  },
  SerializedReference: {
    "": "A reference, as it is written into annotations.",
    reference: "The object.",
  },
  ServiceAccount: {
    "": "An identity for processes: pods run as one, and tokens are issued for it.",
    secrets:
      "Secrets that pods of this account may use, if the account is annotated to enforce that. Tokens are no longer kept here.",
    imagePullSecrets:
      "Secrets with registry credentials that its pods get, when they name none of their own.",
    automountServiceAccountToken:
      "Whether its pods get a token by default; a pod may say otherwise. Yes when absent.",
  },
  TypedLocalObjectReference: {
    "": "Names an object of some kind in the same namespace.",
    apiGroup: "Group of the object; core when absent.",
    kind: "Kind of the object.",
    name: "Name of the object.",
  },
  TypedObjectReference: {
    "": "Names an object of some kind, perhaps in another namespace.",
    apiGroup: "Group of the object; core when absent.",
    kind: "Kind of the object.",
    name: "Name of the object.",
    namespace: "Namespace of the object, when it is another.",
  },
});
