import { expect, test } from "vitest";
import type { AuthorizationAttributes } from "./authorizer.ts";
import { forbiddenRequest } from "./forbidden-message.ts";

function wish(parts: Partial<AuthorizationAttributes>): AuthorizationAttributes {
  return {
    user: { username: "jane", uid: "", groups: [], extra: {} },
    verb: "list",
    resourceRequest: true,
    apiGroup: "",
    apiVersion: "v1",
    resource: "pods",
    subresource: "",
    name: "",
    namespace: "",
    path: "",
    ...parts,
  };
}

test.each([
  [
    { namespace: "ns" },
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "ns"',
    { kind: "pods" },
  ],
  [
    { verb: "get", namespace: "ns", name: "p" },
    'pods "p" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "ns"',
    { name: "p", kind: "pods" },
  ],
  [
    {},
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope',
    { kind: "pods" },
  ],
  [
    {
      verb: "get",
      apiGroup: "apps",
      resource: "deployments",
      subresource: "scale",
      name: "d",
      namespace: "ns",
    },
    'deployments.apps "d" is forbidden: User "jane" cannot get resource "deployments/scale" in API group "apps" in the namespace "ns"',
    { name: "d", group: "apps", kind: "deployments" },
  ],
  [
    { resourceRequest: false, resource: "", verb: "post", path: "/metrics" },
    'forbidden: User "jane" cannot post path "/metrics"',
    {},
  ],
  [
    { resourceRequest: false, resource: "", verb: "get", path: "/<b>&" },
    'forbidden: User "jane" cannot get path "/&lt;b&gt;&amp;"',
    {},
  ],
  [
    { verb: "", name: "a\tb" },
    'pods "a\\tb" is forbidden: User "jane" cannot  resource "pods" in API group "" at the cluster scope',
    { name: "a\tb", kind: "pods" },
  ],
])("%j", (parts, message, details) => {
  expect(forbiddenRequest(wish(parts), "").status).toEqual({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason: "Forbidden",
    details,
    code: 403,
  });
});

test("the reason follows, as it is", () => {
  const error = forbiddenRequest(wish({}), 'RBAC: role "<x>" not found');
  expect(error.message).toBe(
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope: RBAC: role "<x>" not found',
  );
});
