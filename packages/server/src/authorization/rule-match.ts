import type { AuthorizationAttributes } from "./authorizer.ts";
import type { PolicyRule } from "./policy-rule.ts";

/**
 * Whether a rule allows what somebody wants to do. Pure; every comparison is exact but for these:
 * `*` among verbs, groups, resources and URLs is everything; a resource that is a star, a slash and
 * a subresource is that subresource of everything (`pods/*` is no wildcard); a URL's trailing stars
 * stand for any rest.
 * @see kubernetes pkg/apis/rbac/v1/evaluation_helpers.go
 */

const STARS = /\*+$/;

function isListed(list: readonly string[], value: string): boolean {
  return list.includes(value) || list.includes("*");
}

function isSubresourceOfAll(entry: string, subresource: string): boolean {
  return (
    entry.length === subresource.length + 2 && entry.startsWith("*/") && entry.endsWith(subresource)
  );
}

function resourceListed(list: readonly string[], resource: string, subresource: string): boolean {
  if (subresource === "") return isListed(list, resource);
  for (const entry of list) {
    if (entry === "*" || isSubresourceOfAll(entry, subresource)) return true;
    // The same as comparing with `resource/subresource`, without building it.
    if (
      entry.length === resource.length + 1 + subresource.length &&
      entry.startsWith(resource) &&
      entry.charCodeAt(resource.length) === 47 &&
      entry.endsWith(subresource)
    ) {
      return true;
    }
  }
  return false;
}

/** Whether a URL of a rule covers a path: `/healthz`, `/healthz/*`, `*`. */
export function urlCovers(pattern: string, path: string): boolean {
  if (pattern === path || pattern === "*") return true;
  return pattern.endsWith("*") && path.startsWith(pattern.replace(STARS, ""));
}

function urlListed(list: readonly string[], path: string): boolean {
  for (const pattern of list) {
    if (urlCovers(pattern, path)) return true;
  }
  return false;
}

/** A rule without names allows every name, one with names none but these, so never a request without a name. */
export function ruleAllows(rule: PolicyRule, attributes: AuthorizationAttributes): boolean {
  if (!isListed(rule.verbs, attributes.verb)) return false;
  if (!attributes.resourceRequest) return urlListed(rule.nonResourceURLs, attributes.path);
  return (
    isListed(rule.apiGroups, attributes.apiGroup) &&
    resourceListed(rule.resources, attributes.resource, attributes.subresource) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(attributes.name))
  );
}
