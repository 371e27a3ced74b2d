import { describe, expect, it } from "vitest";
import { settleForStorage } from "./codec.ts";
import { applySchemaDefaults } from "./codec-defaults.ts";
import { decode, decodeJson, JsonTypeError } from "./decode.ts";
import { normalizeBase64 } from "./decode-base64.ts";
import { encodeJson } from "./encode-json.ts";

const POD = "core.v1.Pod";

function decoded(typeName: string, text: string): Record<string, unknown> {
  return decodeJson(typeName, text).value;
}

describe("canonical objects", () => {
  it.each([
    ["an empty object", "core.v1.ConfigMap", "{}", { metadata: {} }],
    ["null", "core.v1.ConfigMap", "null", { metadata: {} }],
    ["absent lists that are always written", "rbac.v1.Role", "{}", { metadata: {}, rules: null }],
    ["an empty list", "rbac.v1.Role", '{"rules":[]}', { metadata: {}, rules: [] }],
    [
      "empty values that are left out",
      "core.v1.ServiceAccount",
      '{"secrets":[],"metadata":{"name":"","labels":{},"generation":0}}',
      { metadata: {} },
    ],
    [
      "an empty list of managed fields, which asks for something",
      "core.v1.ConfigMap",
      '{"metadata":{"managedFields":[]}}',
      { metadata: { managedFields: [] } },
    ],
    [
      "false behind a pointer",
      "core.v1.ServiceAccount",
      '{"automountServiceAccountToken":false}',
      { metadata: {}, automountServiceAccountToken: false },
    ],
    [
      "a default behind a pointer",
      "core.v1.ServiceAccount",
      '{"automountServiceAccountToken":null}',
      { metadata: {} },
    ],
    [
      "nulls of a map",
      "core.v1.ConfigMap",
      '{"data":{"b":null,"a":"x"}}',
      { metadata: {}, data: { b: "", a: "x" } },
    ],
    [
      "bytes as numbers",
      "core.v1.Secret",
      '{"data":{"k":[104,105,null]}}',
      { metadata: {}, data: { k: "aGkA" } },
    ],
    [
      "null bytes of a map",
      "core.v1.Secret",
      '{"data":{"a":null,"b":""}}',
      { metadata: {}, data: { a: "", b: "" } },
    ],
    [
      "nulls of a list",
      "core.v1.ServiceAccount",
      '{"secrets":[null],"metadata":{"finalizers":[null]}}',
      { metadata: { finalizers: [""] }, secrets: [{}] },
    ],
    [
      "structs inside",
      POD,
      '{"spec":{"containers":[{"name":"c"}]}}',
      { metadata: {}, spec: { containers: [{ name: "c", resources: {} }] }, status: {} },
    ],
    ["an unset port", "core.v1.ServicePort", '{"port":80}', { port: 80, targetPort: 0 }],
    [
      "quantities",
      "core.v1.ResourceRequirements",
      '{"limits":{"cpu":1,"memory":"1024Mi","x":"0.5"}}',
      { limits: { cpu: "1", memory: "1Gi", x: "500m" } },
    ],
    [
      "a quantity that is a fraction",
      "core.v1.ResourceRequirements",
      '{"limits":{"cpu":1.5}}',
      { limits: { cpu: "1500m" } },
    ],
    [
      "times",
      "meta.v1.ObjectMeta",
      '{"creationTimestamp":"2026-01-01T01:00:00.5+01:00","deletionTimestamp":null}',
      { creationTimestamp: "2026-01-01T00:00:00Z" },
    ],
    ["the zero time", "meta.v1.ObjectMeta", '{"creationTimestamp":"0001-01-01T00:00:00Z"}', {}],
    [
      "times that are always written",
      "core.v1.Event",
      "{}",
      {
        metadata: {},
        involvedObject: {},
        source: {},
        firstTimestamp: null,
        lastTimestamp: null,
        eventTime: null,
        reportingComponent: "",
        reportingInstance: "",
      },
    ],
    [
      "64 bits",
      "meta.v1.ObjectMeta",
      '{"generation":9007199254740993}',
      { generation: 9007199254740993n },
    ],
    [
      "minus zero",
      "core.v1.PodSpec",
      '{"containers":[],"priority":-0}',
      { containers: [], priority: 0 },
    ],
    [
      "a member that is called __proto__",
      "core.v1.ConfigMap",
      '{"data":{"__proto__":"x"}}',
      { metadata: {}, data: JSON.parse('{"__proto__":"x"}') },
    ],
    [
      "inlined fields",
      "core.v1.Volume",
      '{"emptyDir":{"sizeLimit":"1Ki"},"name":"v"}',
      { name: "v", emptyDir: { sizeLimit: "1Ki" } },
    ],
    [
      "schema unions",
      "apiextensions.v1.JSONSchemaProps",
      '{"items":{"type":"string"},"additionalProperties":true,"dependencies":{"a":["b"]}}',
      { items: { type: "string" }, additionalProperties: true, dependencies: { a: ["b"] } },
    ],
  ])("%s", (_name, typeName, text, wanted) => {
    expect(decodeJson(typeName, text)).toEqual({ value: wanted, strictErrors: [] });
  });

  it("have their members in the order of the schema", () => {
    const value = decoded(
      POD,
      '{"status":{},"spec":{"nodeName":"n","containers":[]},"metadata":{"uid":"u","name":"n"},"kind":"Pod"}',
    );
    expect(JSON.stringify(value)).toBe(
      '{"kind":"Pod","metadata":{"name":"n","uid":"u"},"spec":{"containers":[],"nodeName":"n"},"status":{}}',
    );
  });

  it("do not pollute prototypes", () => {
    decoded("core.v1.ConfigMap", '{"data":{"__proto__":"x"},"__proto__":{"polluted":"x"}}');
    expect("polluted" in {}).toBe(false);
  });
});

describe("duplicates", () => {
  it("of structs and maps are merged, of lists replaced, as Go's decoder does", () => {
    const text =
      '{"metadata":{"name":"a","labels":{"x":"1"}},"metadata":{"uid":"u","labels":{"y":"2"}},"data":{"k":"v","k":"w"}}';
    expect(decodeJson("core.v1.ConfigMap", text)).toEqual({
      value: { metadata: { name: "a", uid: "u", labels: { x: "1", y: "2" } }, data: { k: "w" } },
      strictErrors: ['duplicate field "metadata"', 'duplicate field "data.k"'],
    });
  });

  it("are found behind escapes, and among numbers", () => {
    expect(
      decodeJson("core.v1.ConfigMap", '{"data":{"k":"v","\\u006b":"w"}}').strictErrors,
    ).toEqual(['duplicate field "data.k"']);
    expect(
      decodeJson("core.v1.ConfigMap", '{"data":{"1":"v","0":"x","1":"w"},"a":1}').strictErrors,
    ).toEqual(['duplicate field "data.1"', 'unknown field "a"']);
  });

  it("inside values of no schema do not count", () => {
    const text = '{"data":{"a":1,"a":2},"revision":1}';
    expect(decodeJson("apps.v1.ControllerRevision", text)).toEqual({
      value: { metadata: {}, data: { a: 2 }, revision: 1 },
      strictErrors: [],
    });
  });
});

describe("unknown fields", () => {
  it("come in the order of the text, with exact paths, each once", () => {
    const text =
      '{"z":1,"spec":{"containers":[{"name":"a","nope":{"x":1}},{"env":[{"valu":1,"valu":2}]}],"Volumes":[]},"metadata":{"a\\"b":1},"1":1}';
    expect(decodeJson(POD, text).strictErrors).toEqual([
      'unknown field "z"',
      'unknown field "spec.containers[0].nope"',
      'unknown field "spec.containers[1].env[0].valu"',
      'unknown field "spec.Volumes"',
      'unknown field "metadata.a\\"b"',
      'unknown field "1"',
    ]);
  });

  it("are counted up to a hundred", () => {
    const members = Array.from({ length: 150 }, (_, index) => `"u${index}":1`).join(",");
    expect(decodeJson(POD, `{${members}}`).strictErrors).toHaveLength(100);
  });
});

describe("wrong types", () => {
  const json = (what: string, field: string, type: string): string =>
    `json: cannot unmarshal ${what} into Go struct field ${field} of type ${type}`;

  it.each([
    ["core.v1.ConfigMap", "[]", "json: cannot unmarshal array into Go value of type v1.ConfigMap"],
    ["core.v1.ConfigMap", '{"data":"x"}', json("string", "ConfigMap.data", "map[string]string")],
    [
      "core.v1.PersistentVolumeClaim",
      '{"status":{"allocatedResourceStatuses":5}}',
      json(
        "number",
        "PersistentVolumeClaimStatus.status.allocatedResourceStatuses",
        "map[v1.ResourceName]v1.ClaimResourceStatus",
      ),
    ],
    [
      "resource.v1.ResourceSlice",
      '{"spec":{"devices":[{"capacity":{"a":5}}]}}',
      json("number", "Device.spec.devices.capacity", "v1.DeviceCapacity"),
    ],
    [
      "resource.v1.ResourceSlice",
      '{"spec":{"devices":[{"capacity":5}]}}',
      json("number", "Device.spec.devices.capacity", "map[v1.QualifiedName]v1.DeviceCapacity"),
    ],
    ["core.v1.ConfigMap", '{"data":{"k":5}}', json("number", "ConfigMap.data", "string")],
    ["core.v1.ConfigMap", '{"data":{"k":{}}}', json("object", "ConfigMap.data", "string")],
    ["core.v1.ConfigMap", '{"metadata":[]}', json("array", "ConfigMap.metadata", "v1.ObjectMeta")],
    [
      "core.v1.ConfigMap",
      '{"metadata":{"labels":[1]}}',
      json("array", "ObjectMeta.metadata.labels", "map[string]string"),
    ],
    [
      "core.v1.ConfigMap",
      '{"metadata":{"generation":1.5}}',
      json("number 1.5", "ObjectMeta.metadata.generation", "int64"),
    ],
    [
      "core.v1.ConfigMap",
      '{"metadata":{"generation":9223372036854775808}}',
      json("number 9223372036854775808", "ObjectMeta.metadata.generation", "int64"),
    ],
    [
      "core.v1.ConfigMap",
      '{"metadata":{"uid":5}}',
      json("number", "ObjectMeta.metadata.uid", "types.UID"),
    ],
    [
      "core.v1.ConfigMap",
      '{"metadata":{"creationTimestamp":5}}',
      json("number", "ObjectMeta.metadata.creationTimestamp", "string"),
    ],
    ["core.v1.ConfigMap", '{"immutable":"x"}', json("string", "ConfigMap.immutable", "bool")],
    ["core.v1.Secret", '{"data":{"k":5}}', json("number", "Secret.data", "[]uint8")],
    ["core.v1.Secret", '{"data":{"k":["x"]}}', json("string", "Secret.data", "uint8")],
    ["core.v1.Secret", '{"data":{"k":[256]}}', json("number 256", "Secret.data", "uint8")],
    ["core.v1.Secret", '{"type":5}', json("number", "Secret.type", "v1.SecretType")],
    [
      "core.v1.Service",
      '{"spec":{"ports":[{"targetPort":1.5}]}}',
      json("number 1.5", "ServicePort.spec.ports.targetPort", "int32"),
    ],
    [
      "core.v1.Service",
      '{"spec":{"ports":[{"targetPort":true}]}}',
      json("bool", "ServicePort.spec.ports.targetPort", "int32"),
    ],
    [
      "core.v1.Service",
      '{"spec":{"ports":{}}}',
      json("object", "ServiceSpec.spec.ports", "[]v1.ServicePort"),
    ],
    [
      "apps.v1.Deployment",
      '{"spec":{"replicas":2.0}}',
      json("number 2.0", "DeploymentSpec.spec.replicas", "int32"),
    ],
    [
      "apps.v1.Deployment",
      '{"spec":{"replicas":4294967296}}',
      json("number 4294967296", "DeploymentSpec.spec.replicas", "int32"),
    ],
    [
      POD,
      '{"spec":{"volumes":[{"emptyDir":[]}]}}',
      json("array", "Volume.spec.volumes.VolumeSource.emptyDir", "v1.EmptyDirVolumeSource"),
    ],
    [
      POD,
      '{"spec":{"containers":[{"resources":{"limits":[]}}]}}',
      json("array", "ResourceRequirements.spec.containers.resources.limits", "v1.ResourceList"),
    ],
    [
      POD,
      '{"spec":{"containers":[{"resources":{"limits":{"cpu":"x"}}}]}}',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      "apiextensions.v1.JSONSchemaProps",
      '{"additionalProperties":1}',
      "boolean or JSON schema expected",
    ],
    [
      "apiextensions.v1.JSONSchemaProps",
      '{"additionalProperties":{"type":1}}',
      json("number", "JSONSchemaProps.additionalProperties.type", "string"),
    ],
  ])("%s %s", (typeName, text, message) => {
    expect(() => decodeJson(typeName, text)).toThrow(new JsonTypeError(message));
  });

  it("the first one is told, unless a value that decodes itself fails later", () => {
    const first = '{"immutable":1,"data":{"k":5}}';
    expect(() => decodeJson("core.v1.ConfigMap", first)).toThrow("ConfigMap.immutable");
    const later = '{"immutable":1,"metadata":{"creationTimestamp":"x"}}';
    expect(() => decodeJson("core.v1.ConfigMap", later)).toThrow('parsing time "x"');
  });

  it("plain values are told of in the same words", () => {
    expect(() => decode("core.v1.ConfigMap", { data: { k: 1.5 } })).toThrow(
      "json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
    );
    expect(decode("core.v1.ConfigMap", { data: { k: "v" }, bogus: 1, gone: undefined })).toEqual({
      value: { metadata: {}, data: { k: "v" } },
      strictErrors: ['unknown field "bogus"'],
    });
  });
});

describe("normalizeBase64", () => {
  it.each([
    ["", ""],
    ["YWE=", "YWE="],
    ["YWFh\nYmJi", "YWFhYmJi"],
    ["YQ\r\n==\n", "YQ=="],
    ["YR==", "YQ=="],
    ["YWF=", "YWE="],
  ])("%j is %s", (text, wanted) => {
    expect(normalizeBase64(text)).toBe(wanted);
  });

  it.each([
    ["not base64!", 3],
    ["YWE", 0],
    ["YWFhYg", 4],
    ["_-8=", 0],
    ["YQ=", 3],
    ["YQ=x", 2],
    ["YWE=YWE=", 4],
    ["Y===", 1],
    ["====", 0],
    ["YWFh YmJi", 4],
  ])("%j fails at byte %i", (text, at) => {
    expect(() => normalizeBase64(text)).toThrow(`illegal base64 data at input byte ${at}`);
  });
});

describe("defaults of the tables", () => {
  it("are filled in where something is unset, and nowhere else", () => {
    const service = { spec: { ports: [{ port: 1 }, { port: 2, protocol: "UDP" }] } };
    expect(applySchemaDefaults("core.v1.Service", service)).toEqual({
      spec: {
        ports: [
          { port: 1, protocol: "TCP" },
          { port: 2, protocol: "UDP" },
        ],
      },
    });
    const pod = {
      spec: {
        containers: [
          {
            name: "c",
            ports: [{ containerPort: 1 }],
            livenessProbe: { grpc: { port: 1, service: null } },
          },
        ],
      },
    };
    expect(applySchemaDefaults(POD, pod)).toEqual({
      spec: {
        containers: [
          {
            name: "c",
            ports: [{ containerPort: 1, protocol: "TCP" }],
            livenessProbe: { grpc: { port: 1, service: "" } },
          },
        ],
      },
    });
  });

  it("round the quantities of resource lists, those of quotas excepted", () => {
    const limits = { cpu: "1.500", memory: "1u" };
    const pod = { spec: { containers: [{ name: "c", resources: { limits } }] } };
    expect(applySchemaDefaults(POD, structuredClone(pod))).toEqual({
      spec: { containers: [{ name: "c", resources: { limits: { cpu: "1500m", memory: "1m" } } }] },
    });
    const quota = { spec: { hard: limits } };
    expect(applySchemaDefaults("core.v1.ResourceQuota", structuredClone(quota))).toEqual(quota);
  });
});

describe("settleForStorage", () => {
  it("makes empty lists that are always written null, as protobuf does", () => {
    expect(settleForStorage("rbac.v1.Role", { rules: [] })).toEqual({ rules: null });
    expect(settleForStorage("rbac.v1.Role", { rules: [{ verbs: [] }] })).toEqual({
      rules: [{ verbs: null }],
    });
    expect(settleForStorage("core.v1.ConfigMap", { data: {} })).toEqual({ data: {} });
  });
});

describe("encodeJson", () => {
  it.each([
    [
      "the order of the schema",
      "core.v1.ConfigMap",
      { data: { b: "2", a: "1" }, kind: "ConfigMap", metadata: { uid: "u", name: "n" } },
      '{"kind":"ConfigMap","metadata":{"name":"n","uid":"u"},"data":{"a":"1","b":"2"}}',
    ],
    [
      "keys in the order of their bytes",
      "core.v1.ConfigMap",
      { data: { "\uffff": "", "😀": "", "10": "", "9": "", a: "", Z: "" } },
      '{"metadata":{},"data":{"10":"","9":"","Z":"","a":"","\uffff":"","😀":""}}',
    ],
    [
      "HTML escapes",
      "core.v1.ConfigMap",
      { data: { "<k>": 'a&b\u2028\u2029\u0001"\\é' } },
      '{"metadata":{},"data":{"\\u003ck\\u003e":"a\\u0026b\\u2028\\u2029\\u0001\\"\\\\é"}}',
    ],
    [
      "long texts",
      "core.v1.ConfigMap",
      { data: { k: `${"x".repeat(100)}<` } },
      `{"metadata":{},"data":{"k":"${"x".repeat(100)}\\u003c"}}`,
    ],
    [
      "lone surrogates",
      "core.v1.ConfigMap",
      { data: { k: "\ud800" } },
      '{"metadata":{},"data":{"k":"\ufffd"}}',
    ],
    [
      "bigints",
      "meta.v1.ObjectMeta",
      { generation: 2n ** 62n },
      '{"generation":4611686018427387904}',
    ],
    [
      "lists with nothing in them",
      "rbac.v1.RoleList",
      { items: [], metadata: {} },
      '{"metadata":{},"items":[]}',
    ],
    ["what is always written", "rbac.v1.Role", {}, '{"metadata":{},"rules":null}'],
    ["nothing unknown", "core.v1.ConfigMap", { bogus: 1 }, '{"metadata":{}}'],
    [
      "values of no schema",
      "apps.v1.ControllerRevision",
      { data: { z: 1, a: ["<", null, 2n] }, revision: 1 },
      '{"metadata":{},"data":{"z":1,"a":["\\u003c",null,2]},"revision":1}',
    ],
  ])("writes %s", (_name, typeName, value, wanted) => {
    expect(encodeJson(typeName, value)).toBe(wanted);
  });
});
