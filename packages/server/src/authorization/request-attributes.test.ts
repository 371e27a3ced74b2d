import { expect, test } from "vitest";
import type { RequestInfo } from "../request/request-info.ts";
import { requestAttributes } from "./request-attributes.ts";

const user = { username: "u", uid: "", groups: [], extra: {} };

function list(fieldSelector: string, labelSelector = ""): RequestInfo {
  return {
    isResourceRequest: true,
    path: "/apis/apps/v1/namespaces/ns/deployments",
    verb: "list",
    apiPrefix: "apis",
    apiGroup: "apps",
    apiVersion: "v1",
    namespace: "ns",
    resource: "deployments",
    subresource: "",
    name: "",
    parts: ["deployments"],
    fieldSelector,
    labelSelector,
  };
}

test("what a request wants, without selectors where it has none", () => {
  expect(requestAttributes(list(""), user)).toEqual({
    user,
    verb: "list",
    resourceRequest: true,
    apiGroup: "apps",
    apiVersion: "v1",
    resource: "deployments",
    subresource: "",
    name: "",
    namespace: "ns",
    path: "/apis/apps/v1/namespaces/ns/deployments",
  });
});

test.each([
  ["spec.nodeName==n,=", "a in (b)", [["spec.nodeName", "=", "n"]], [["a", "in", "b"]]],
  ["spec.nodeName!=n", "", [["spec.nodeName", "!=", "n"]], undefined],
  ["unreadable", "!a", undefined, [["a", "!"]]],
  ["", "a b", undefined, undefined],
])("selectors %j and %j", (fields, labels, fieldSelector, labelSelector) => {
  const attributes = requestAttributes(list(fields, labels), user);
  const flat = (requirements = attributes.fieldSelector): string[][] | undefined =>
    requirements?.map(({ key, operator, values }) => [key, operator, ...values]);
  expect(flat()).toEqual(fieldSelector);
  expect(
    attributes.labelSelector === undefined ? undefined : flat(attributes.labelSelector),
  ).toEqual(labelSelector);
});
