import { expect, test } from "vitest";
import { decodeDeleteOptions } from "./codec-delete-options.ts";

const SCHEME = 'in scheme "pkg/apis/meta/internalversion/scheme/register.go:27"';

const decode = (body: object) =>
  decodeDeleteOptions("application/json", new TextEncoder().encode(JSON.stringify(body)));

test.each([
  {},
  { apiVersion: "v1" },
  { apiVersion: "meta.k8s.io/" },
  { kind: "DeleteOptions", apiVersion: "any/v9" },
])("%j may come before the options", (said) => {
  expect(decode({ ...said, gracePeriodSeconds: 3 })).toMatchObject({ gracePeriodSeconds: 3 });
});

test.each([
  [{ kind: "X" }, `no kind "X" is registered for version "meta.k8s.io/v1" ${SCHEME}`],
  [{ kind: "X", apiVersion: "v1" }, `no kind "X" is registered for version "v1" ${SCHEME}`],
  [{ apiVersion: "b/" }, "Object 'apiVersion' is missing in '{\"apiVersion\":\"b/\"}'"],
  [
    { kind: "Status", apiVersion: "v1" },
    "converting (v1.Status) to (v1.DeleteOptions): unknown conversion",
  ],
  [
    { kind: "ListOptions" },
    "converting (v1.ListOptions) to (v1.DeleteOptions): unknown conversion",
  ],
  [
    { kind: "ListOptions", apiVersion: "v1" },
    `no kind "ListOptions" is registered for version "v1" ${SCHEME}`,
  ],
])("%j is not options", (body, text) => {
  expect(() => decode(body)).toThrow(text);
});
