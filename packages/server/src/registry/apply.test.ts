import { expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { resourceOf } from "../api/schema/resources.ts";
import { readApply } from "./apply.ts";
import { ResourceStore } from "./resource-store.ts";

function storeOf(group: string, resource: string): ResourceStore {
  const definition = resourceOf(group, "v1", resource);
  if (definition === undefined) throw new Error(`no ${resource}`);
  return new ResourceStore(definition, { group, resource }, { freeze: true });
}

function apply(store: ResourceStore, text: string, current?: KubeObject): KubeObject {
  const merge = readApply(store, Buffer.from(text), {
    fieldValidation: "Strict",
    force: false,
    manager: "m",
    name: "a",
    namespace: "n",
    subresource: "",
    resetFields: [],
    now: () => 0,
    applyDefaults: () => {},
    warn: () => {},
  });
  return merge(current);
}

/** Words of a real kube-apiserver 1.36.2. */
it.each([
  [
    "",
    "configmaps",
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", creationTimestamp: "x" } },
    'failed to convert new object (/a; /v1, Kind=ConfigMap) to proper version: unable to convert unstructured object to /v1, Kind=ConfigMap: parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
  ],
  [
    "",
    "pods",
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a", namespace: "n" },
      status: { startTime: 5 },
    },
    "failed to convert new object (n/a; /v1, Kind=Pod) to proper version: unable to convert unstructured object to /v1, Kind=Pod: json: cannot unmarshal number into Go value of type string",
  ],
  [
    "",
    "secrets",
    { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data: { a: "%" } },
    "failed to convert new object (/a; /v1, Kind=Secret) to proper version: unable to convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 0",
  ],
  [
    "coordination.k8s.io",
    "leases",
    {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "a" },
      spec: { renewTime: "x" },
    },
    'failed to convert new object (/a; coordination.k8s.io/v1, Kind=Lease) to proper version: unable to convert unstructured object to coordination.k8s.io/v1, Kind=Lease: parsing time "x" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "x" as "2006"',
  ],
])(
  "a value that the schema of apply takes and the type does not is told of: %s/%s",
  (group, resource, applied, message) => {
    expect(() => apply(storeOf(group, resource), JSON.stringify(applied))).toThrowError(
      expect.objectContaining({ message, status: expect.objectContaining({ code: 500, message }) }),
    );
  },
);

it("integers beyond their fields become what Go makes of them", () => {
  const applied = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "n", generation: 1e30 },
  };
  const object = apply(storeOf("", "configmaps"), JSON.stringify(applied));
  expect(object.metadata).toMatchObject({ name: "a", generation: -(2n ** 63n) });
});
