import type { Descriptions } from "./define.ts";

export const coreV1QuotaDescriptions = (): Descriptions => ({
  LimitRange: {
    "": "Bounds and defaults for resources of single objects in a namespace.",
  },
  LimitRangeItem: {
    "": "Bounds and defaults for one kind of object.",
    type: "`Pod`, `Container` or `PersistentVolumeClaim`.",
    max: "The most that one may ask for, by resource.",
    min: "The least that one has to ask for, by resource.",
    default: "Limits where none are given.",
    defaultRequest: "Requests where none are given.",
    maxLimitRequestRatio: "The greatest ratio of limit to request.",
  },
  LimitRangeSpec: {
    "": "The bounds.",
    limits: "One entry for each kind of object.",
  },
  ResourceQuota: {
    "": "Bounds for all objects of a namespace together.",
  },
  ResourceQuotaSpec: {
    "": "The bounds.",
    hard: "The most, by resource.",
    scopes: "Only objects that all of these scopes hold.",
    scopeSelector: "Only objects that match.",
  },
  ResourceQuotaStatus: {
    "": "What is used.",
    hard: "The bounds in force.",
    used: "What is used, by resource.",
  },
  ScopeSelector: {
    "": "Requirements on scopes, all of which must hold.",
    matchExpressions: "The requirements.",
  },
  ScopedResourceSelectorRequirement: {
    "": "A requirement on a scope.",
    scopeName: "The scope.",
    operator: "`In`, `NotIn`, `Exists` or `DoesNotExist`.",
    values: "The values; none for `Exists` and `DoesNotExist`.",
  },
});
