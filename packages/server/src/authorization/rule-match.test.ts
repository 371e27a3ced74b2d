import { describe, expect, test } from "vitest";
import type { AuthorizationAttributes } from "./authorizer.ts";
import type { PolicyRule } from "./policy-rule.ts";
import { ruleAllows, urlCovers } from "./rule-match.ts";

const user = { username: "u", uid: "", groups: [], extra: {} };

/** `verb group/resource[/subresource][#name]`, or `verb path`. */
function wish(text: string): AuthorizationAttributes {
  const [verb = "", what = ""] = text.split(" ");
  const path = what.startsWith("/");
  const [whole = "", name = ""] = what.split("#");
  const [apiGroup = "", resource = "", subresource = ""] = whole.split("/");
  return {
    user,
    verb,
    resourceRequest: !path,
    apiGroup: path ? "" : apiGroup === "core" ? "" : apiGroup,
    apiVersion: "v1",
    resource: path ? "" : resource,
    subresource: path ? "" : subresource,
    name,
    namespace: "",
    path: path ? what : "",
  };
}

function rule(parts: Partial<PolicyRule>): PolicyRule {
  const empty = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };
  return { ...empty, ...parts };
}

const pods = rule({ verbs: ["get", "list"], apiGroups: [""], resources: ["pods"] });
const named = rule({
  verbs: ["*"],
  apiGroups: [""],
  resources: ["configmaps", "serviceaccounts/token"],
  resourceNames: ["one", "two"],
});
const scale = rule({ verbs: ["get"], apiGroups: ["*"], resources: ["*/scale", "pods/*"] });
const everything = rule({ verbs: ["*"], apiGroups: ["*"], resources: ["*"] });
const paths = rule({ verbs: ["get"], nonResourceURLs: ["/logs", "/debug/*", "/st*r*"] });

describe("rules over resources", () => {
  test.each([
    [pods, "get core/pods", true],
    [pods, "get core/pods#p", true],
    [pods, "delete core/pods", false],
    [pods, "* core/pods", false],
    [pods, "GET core/pods", false],
    [pods, "get apps/pods", false],
    [pods, "get core/pods/log", false],
    [pods, "get core/podsx", false],
    [named, "delete core/configmaps#one", true],
    [named, "delete core/configmaps#three", false],
    [named, "create core/configmaps", false],
    [named, "create core/serviceaccounts/token#two", true],
    [named, "create core/serviceaccounts#two", false],
    [scale, "get apps/deployments/scale#d", true],
    [scale, "get apps/deployments", false],
    [scale, "get apps/deployments/xscale", false],
    [scale, "get core/pods/log", false],
    [scale, "get core/pods/*", true],
    [everything, "escalate any.group/things/sub#n", true],
    [everything, "get /healthz", false],
    [paths, "get core/pods", false],
  ] as const)("%#: %s %s", (one, text, allowed) => {
    expect(ruleAllows(one, wish(text))).toBe(allowed);
  });
});

describe("rules over paths", () => {
  test.each([
    ["get /logs", true],
    ["get /logs/", false],
    ["post /logs", false],
    ["get /debug/", true],
    ["get /debug/pprof/heap", true],
    ["get /debug", false],
    ["get /star", false],
    ["get /st*rlight", true],
  ])("%s: %s", (text, allowed) => {
    expect(ruleAllows(paths, wish(text))).toBe(allowed);
  });
  test.each([
    ["*", "", true],
    ["*", "/x", true],
    ["/x**", "/xy", true],
    ["/x", "/x*", false],
    ["/*", "/*", true],
  ])("%s covers %s: %s", (pattern, path, covered) => {
    expect(urlCovers(pattern, path)).toBe(covered);
  });
});
