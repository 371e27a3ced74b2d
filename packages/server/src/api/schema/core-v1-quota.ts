import { ATOMIC, field, listOf, object, optional, struct } from "./define.ts";
import type { StructDefinition } from "./language.ts";

/** Quota types of core/v1. */
export const quotaStructs = (): Record<string, StructDefinition> => ({
  LimitRange: object([
    optional("metadata", "meta.v1.ObjectMeta", 1),
    optional("spec", "core.v1.LimitRangeSpec", 2),
  ]),
  LimitRangeItem: struct([
    field("type", "core.v1.LimitType", 1),
    optional("max", "core.v1.ResourceList", 2),
    optional("min", "core.v1.ResourceList", 3),
    optional("default", "core.v1.ResourceList", 4),
    optional("defaultRequest", "core.v1.ResourceList", 5),
    optional("maxLimitRequestRatio", "core.v1.ResourceList", 6),
  ]),
  LimitRangeList: listOf("core.v1.LimitRange"),
  LimitRangeSpec: struct([field("limits", "[]core.v1.LimitRangeItem", 1, ATOMIC)]),
  ResourceQuota: object([
    optional("metadata", "meta.v1.ObjectMeta", 1),
    optional("spec", "core.v1.ResourceQuotaSpec", 2),
    optional("status", "core.v1.ResourceQuotaStatus", 3),
  ]),
  ResourceQuotaList: listOf("core.v1.ResourceQuota"),
  ResourceQuotaSpec: struct([
    optional("hard", "core.v1.ResourceList", 1),
    optional("scopes", "[]core.v1.ResourceQuotaScope", 2, ATOMIC),
    optional("scopeSelector", "*core.v1.ScopeSelector", 3),
  ]),
  ResourceQuotaStatus: struct([
    optional("hard", "core.v1.ResourceList", 1),
    optional("used", "core.v1.ResourceList", 2),
  ]),
  ScopeSelector: struct([
    optional("matchExpressions", "[]core.v1.ScopedResourceSelectorRequirement", 1, ATOMIC),
  ]),
  ScopedResourceSelectorRequirement: struct([
    field("scopeName", "core.v1.ResourceQuotaScope", 1),
    field("operator", "core.v1.ScopeSelectorOperator", 2),
    optional("values", "[]string", 3, ATOMIC),
  ]),
});
