import { describe, expect, test } from "vitest";
import { parseRequestInfo, RequestInfoError } from "./parse-request-info.ts";
import { pathSegmentProblem } from "./path-segment-name.ts";
import { Query } from "./query.ts";
import type { RequestInfo } from "./request-info.ts";

function parse(method: string, target: string): RequestInfo {
  const [path = "", raw = ""] = target.split(/\?(.*)/s);
  return parseRequestInfo(method, path, new Query(raw));
}

describe("resource requests", () => {
  test.each<[string, string, Partial<RequestInfo>]>([
    ["GET", "/api/v1/namespaces", { verb: "list", resource: "namespaces", namespace: "" }],
    ["constructor", "/api/v1/namespaces/x", { verb: "", resource: "namespaces", name: "x" }],
    [
      "GET",
      "/api/v1/namespaces/x",
      { verb: "get", resource: "namespaces", name: "x", namespace: "x" },
    ],
    [
      "PUT",
      "/api/v1/namespaces/x/status",
      { verb: "update", resource: "namespaces", name: "x", namespace: "x", subresource: "status" },
    ],
    [
      "PUT",
      "/api/v1/namespaces/x/finalize",
      { resource: "namespaces", name: "x", subresource: "finalize" },
    ],
    [
      "GET",
      "/api/v1/namespaces/x/pods",
      { verb: "list", resource: "pods", namespace: "x", name: "" },
    ],
    ["GET", "/api/v1/namespaces/x/pods/p", { verb: "get", resource: "pods", name: "p" }],
    [
      "GET",
      "/api/v1/namespaces/x/pods/p/proxy/a/b",
      {
        verb: "get",
        name: "p",
        subresource: "proxy",
        parts: ["pods", "p", "proxy", "a", "b"],
      },
    ],
    [
      "POST",
      "/api/v1/namespaces/ns/serviceaccounts/x/token",
      {
        verb: "create",
        apiPrefix: "api",
        apiGroup: "",
        apiVersion: "v1",
        namespace: "ns",
        resource: "serviceaccounts",
        name: "x",
        subresource: "token",
      },
    ],
    [
      "GET",
      "/apis/rbac.authorization.k8s.io/v1/clusterroles/a",
      {
        verb: "get",
        apiPrefix: "apis",
        apiGroup: "rbac.authorization.k8s.io",
        apiVersion: "v1",
        resource: "clusterroles",
        name: "a",
        namespace: "",
      },
    ],
    ["HEAD", "/api/v1/secrets", { verb: "list" }],
    ["HEAD", "/api/v1/namespaces/n/secrets/a", { verb: "get", name: "a" }],
    ["PATCH", "/api/v1/nodes/n", { verb: "patch" }],
    ["DELETE", "/api/v1/nodes/n", { verb: "delete" }],
    ["DELETE", "/api/v1/nodes", { verb: "deletecollection" }],
    ["OPTIONS", "/api/v1/nodes", { verb: "", isResourceRequest: true }],
    ["get", "/api/v1/nodes", { verb: "" }],
    ["GET", "/api/v1/nodes/", { verb: "list", resource: "nodes", path: "/api/v1/nodes/" }],
    ["GET", "//api/v1/nodes//", { verb: "list", resource: "nodes" }],
    [
      "GET",
      "/api/v1//namespaces/n/secrets",
      { resource: "", name: "namespaces", subresource: "n" },
    ],
    ["GET", "/api/v1/namespaces//secrets", { verb: "list", namespace: "", resource: "secrets" }],
    ["GET", "/api/v1/watch/namespaces/n/pods", { verb: "watch", namespace: "n", resource: "pods" }],
    ["GET", "/api/v1/watch/pods", { verb: "watch", resource: "pods", name: "" }],
    ["POST", "/api/v1/watch/pods/p", { verb: "watch", name: "p" }],
    [
      "GET",
      "/api/v1/proxy/namespaces/n/pods/p/log",
      { verb: "proxy", resource: "pods", name: "p", subresource: "", parts: ["pods", "p", "log"] },
    ],
  ])("%s %s", (method, target, expected) => {
    expect(parse(method, target)).toMatchObject({ isResourceRequest: true, ...expected });
  });

  test.each<[string, Partial<RequestInfo>]>([
    ["?watch=1", { verb: "watch" }],
    ["?watch=true&watch=false", { verb: "watch" }],
    ["?watch", { verb: "watch" }],
    ["?watch=0", { verb: "list" }],
    ["?watch=False", { verb: "list" }],
    ["?watch=maybe&limit=abc", { verb: "watch" }],
    ["?fieldSelector=metadata.name%3Dx", { name: "x", fieldSelector: "metadata.name=x" }],
    ["?fieldSelector=metadata.name=x,type=y", { name: "x" }],
    ["?fieldSelector=metadata.name!=x", { name: "" }],
    ["?fieldSelector=metadata.name=b,metadata.name=a", { name: "a" }],
    ["?fieldSelector=metadata.name=a%5C%2Cb", { name: "a,b" }],
    ["?fieldSelector=metadata.name=x&limit=abc", { name: "", fieldSelector: "metadata.name=x" }],
    ["?fieldSelector=metadata.name=x&timeoutSeconds=", { name: "" }],
    ["?fieldSelector=metadata.name=a/b", { name: "" }],
    ["?fieldSelector=metadata.name=a%2525b", { name: "" }],
    ["?fieldSelector=metadata.name=..", { name: "" }],
    ["?fieldSelector=metadata.name=x,oops", { name: "" }],
    ["?labelSelector=a%3Db&labelSelector=c", { labelSelector: "a=b" }],
  ])("a list with %s", (query, expected) => {
    expect(parse("GET", `/api/v1/namespaces/n/secrets${query}`)).toMatchObject(expected);
  });

  test.each<[string, string, Partial<RequestInfo>]>([
    ["GET", "/api/v1/nodes/n?watch=1", { verb: "get", name: "n" }],
    ["GET", "/api/v1/nodes/n?fieldSelector=a=b", { fieldSelector: "" }],
    ["GET", "/api/v1/watch/nodes?fieldSelector=metadata.name=x", { name: "", fieldSelector: "" }],
    [
      "DELETE",
      "/api/v1/nodes?fieldSelector=metadata.name=x&labelSelector=a",
      { verb: "deletecollection", name: "", fieldSelector: "metadata.name=x", labelSelector: "a" },
    ],
    ["POST", "/api/v1/nodes?watch=1&labelSelector=a", { verb: "create", labelSelector: "" }],
  ])("%s %s", (method, target, expected) => {
    expect(parse(method, target)).toMatchObject(expected);
  });
});

describe("other requests", () => {
  test.each([
    ["GET", "/", "get"],
    ["GET", "/api", "get"],
    ["GET", "/api/v1", "get"],
    ["GET", "/api/v1/", "get"],
    ["POST", "/apis", "post"],
    ["GET", "/apis/apps", "get"],
    ["GET", "/apis/apps/v1", "get"],
    ["GET", "/apis/apps/v1/", "get"],
    ["PUT", "/healthz", "put"],
    ["FOO", "/openid/v1/jwks", "foo"],
    ["GET", "/API/v1/nodes", "get"],
    ["GET", "*", "get"],
  ])("%s %s", (method, path, verb) => {
    expect(parse(method, path)).toMatchObject({
      isResourceRequest: false,
      path,
      verb,
      resource: "",
      name: "",
      parts: [],
    });
  });
});

test.each([
  ["/api/v1/watch", "/api/v1/watch"],
  ["/api/v1/watch/?a=b", "/api/v1/watch/?a=b"],
  ["/apis/apps/v1/proxy", "/apis/apps/v1/proxy"],
])("%s names nothing", (target, url) => {
  expect(() => parse("GET", target)).toThrow(
    new RequestInfoError(`unable to determine kind and namespace from url, ${url}`),
  );
});

test.each([
  ["a", undefined],
  ["a b", undefined],
  ["", undefined],
  [".", "may not be '.'"],
  ["..", "may not be '..'"],
  ["...", undefined],
  ["a%b", "may not contain '%'"],
  ["a/b", "may not contain '/'"],
  ["/%", "may not contain '/';may not contain '%'"],
])("pathSegmentProblem of %j", (name, problem) => {
  expect(pathSegmentProblem(name)).toBe(problem);
});
