import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BodyMediaType,
  DecodeError,
  decodeBody,
  encodeObject,
  strictMessage,
  warningsOf,
} from "./codec.ts";
import { decodeDeleteOptions } from "./codec-delete-options.ts";
import {
  encodeListItem,
  encodeProtobuf,
  encodeWatchEvent,
  openProtobuf,
  protobufListFrame,
} from "./protobuf.ts";
import { type Kind, kindOf } from "./scheme.ts";

const JSON_TYPE = "application/json";
const YAML_TYPE = "application/yaml";
const PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf";
const LEGACY = 'in scheme "pkg/api/legacyscheme/scheme.go:30"';

function kind(group: string, version: string, name: string): Kind {
  const found = kindOf(group, version, name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

const configMap = kind("", "v1", "ConfigMap");
const encoder = new TextEncoder();

function body(text: string, mediaType: BodyMediaType = JSON_TYPE, of: Kind = configMap) {
  return decodeBody({ kind: of, mediaType, bytes: encoder.encode(text) });
}

describe("decodeBody", () => {
  it.each([
    ["nothing said", '{"metadata":{"name":"a"}}'],
    ["kind alone", '{"kind":"ConfigMap","metadata":{"name":"a"}}'],
    ["version alone", '{"apiVersion":"v1","metadata":{"name":"a"}}'],
    ["both", '{"metadata":{"name":"a"},"apiVersion":"v1","kind":"ConfigMap"}'],
  ])("takes a body with %s", (_name, text) => {
    const { object, strictErrors } = body(text);
    expect(JSON.stringify(object)).toBe(
      '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"}}',
    );
    expect(strictErrors).toEqual([]);
  });

  it("reads null as an empty object", () => {
    expect(body("null").object).toEqual({ kind: "ConfigMap", apiVersion: "v1", metadata: {} });
  });

  const GO_STRUCT =
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  const PARSE = "couldn't get version/kind; json parse error: ";
  it.each([
    ["", `${PARSE}unexpected end of JSON input (<empty>)`],
    ["5", `${PARSE}json: cannot unmarshal number into Go value of type ${GO_STRUCT} (35)`],
    ["[]", `${PARSE}json: cannot unmarshal array into Go value of type ${GO_STRUCT} (5b5d)`],
    ["hello", `${PARSE}invalid character 'h' looking for beginning of value (68656c6c6f)`],
    ["{} x", `${PARSE}invalid character 'x' after top-level value ({} x)`],
    [
      '{"kind":7,"apiVersion":"v1"}',
      `${PARSE}json: cannot unmarshal number into Go struct field .kind of type string ({"kind":7,"apiVersion":"v1"})`,
    ],
    [
      '{"apiVersion":"a/b/c","kind":"ConfigMap"}',
      'unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c","kind":" ...)',
    ],
  ])("does not recognise %j", (text, tail) => {
    expect(() => body(text)).toThrow(
      new DecodeError(`the object provided is unrecognized (must be of type ConfigMap): ${tail}`),
    );
  });

  it.each([
    [
      '{"apiVersion":"v1","kind":"Secret"}',
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    ],
    [
      '{"apiVersion":"v1","kind":"List"}',
      'List in version "v1" cannot be handled as a ConfigMap: converting (v1.List) to (core.ConfigMap): unknown conversion',
    ],
    [
      '{"apiVersion":"apps/v1","kind":"DeleteOptions"}',
      'DeleteOptions in version "v1" cannot be handled as a ConfigMap: converting (v1.DeleteOptions) to (core.ConfigMap): unknown conversion',
    ],
    [
      '{"apiVersion":"apps/v1beta1","kind":"Deployment"}',
      'Deployment in version "v1beta1" cannot be handled as a ConfigMap: converting (v1beta1.Deployment) to (core.ConfigMap): unknown conversion',
    ],
    [
      '{"kind":"Ghost"}',
      `Ghost in version "v1" cannot be handled as a ConfigMap: no kind "Ghost" is registered for version "v1" ${LEGACY}`,
    ],
    [
      '{"apiVersion":"v2"}',
      `ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" ${LEGACY}`,
    ],
    [
      '{"apiVersion":"apps/v1"}',
      `ConfigMap in version "v1" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "apps/v1" ${LEGACY}`,
    ],
    [
      '{"Kind":"Ghost"}',
      `Ghost in version "v1" cannot be handled as a ConfigMap: no kind "Ghost" is registered for version "v1" ${LEGACY}`,
    ],
    [
      '{"apiVersion":"apps/"}',
      `ConfigMap in version "" cannot be handled as a ConfigMap: Object 'apiVersion' is missing in '{"apiVersion":"apps/"}'`,
    ],
    [
      '{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition"}',
      `CustomResourceDefinition in version "v1" cannot be handled as a ConfigMap: no kind "CustomResourceDefinition" is registered for version "apiextensions.k8s.io/v1" ${LEGACY}`,
    ],
    [
      '{"apiVersion":"v1","kind":"Secret","data":5}',
      'Secret in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field Secret.data of type map[string][]uint8',
    ],
  ])("does not take %s for a ConfigMap", (text, message) => {
    expect(() => body(text)).toThrow(new DecodeError(message));
  });

  it.each([
    [kind("apps", "v1", "Deployment"), "apps/v1beta1", "apps/v1"],
    [kind("apps", "v1", "Deployment"), "extensions/v1beta1", "apps/v1"],
    [kind("", "v1", "Event"), "events.k8s.io/v1", "v1"],
    [kind("autoscaling", "v2", "HorizontalPodAutoscaler"), "autoscaling/v1", "autoscaling/v2"],
  ])("wants the version of the endpoint", (of, said, wanted) => {
    expect(() => body(`{"apiVersion":"${said}","kind":"${of.kind}"}`, JSON_TYPE, of)).toThrow(
      new DecodeError(
        `the API version in the data (${said}) does not match the expected API version (${wanted})`,
      ),
    );
  });

  it("takes defaults of another kind, where an endpoint has them", () => {
    const eviction = kind("policy", "v1", "Eviction");
    const bytes = encoder.encode('{"metadata":{"name":"p"}}');
    const { object } = decodeBody({ kind: eviction, mediaType: JSON_TYPE, bytes });
    expect(object.apiVersion).toBe("policy/v1");
    expect(() =>
      decodeBody({ kind: eviction, mediaType: JSON_TYPE, bytes, defaultsKind: configMap }),
    ).toThrow("converting (v1.ConfigMap) to (policy.Eviction): unknown conversion");
  });

  it("lists strict errors, and says them as Strict and Warn do", () => {
    const { object, strictErrors } = body('{"data":{"k":"v","k":"w"},"bogus":1}');
    expect(object).toMatchObject({ data: { k: "w" } });
    expect(strictMessage(configMap, strictErrors)).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.k", unknown field "bogus"',
    );
    expect(warningsOf(strictErrors)).toEqual(['duplicate field "data.k"', 'unknown field "bogus"']);
  });

  it("refuses what is nested too deep for anybody", () => {
    const deep = `${'{"not":'.repeat(9000)}{}${"}".repeat(9000)}`;
    const crd: Kind = {
      group: "apiextensions.k8s.io",
      version: "v1",
      kind: "CustomResourceDefinition",
      typeName: "apiextensions.v1.CustomResourceDefinition",
    };
    const text = `{"spec":{"versions":[{"schema":{"openAPIV3Schema":${deep}}}]}}`;
    expect(() => body(text, JSON_TYPE, crd)).toThrow("exceeded max depth");
    expect(() => body("[".repeat(20_000))).toThrow(
      "json parse error: invalid character '[' exceeded max depth",
    );
  });
});

describe("YAML bodies", () => {
  it("are read as JSON with their keys sorted", () => {
    const { object, strictErrors } = body("z: 1\nb: 2\ndata:\n  a: |\n    x\n", YAML_TYPE);
    expect(object).toMatchObject({ data: { a: "x\n" } });
    expect(strictErrors).toEqual(['unknown field "b"', 'unknown field "z"']);
  });

  it("tell of duplicates by lines, before everything else", () => {
    const text = "zzz: 1\nmetadata:\n  name: a\n  name: b\ndata: {}\ndata: {}\n";
    const { strictErrors } = body(text, YAML_TYPE);
    expect(strictMessage(configMap, strictErrors)).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n  line 4: key "name" already set in map\n  line 6: key "data" already set in map, unknown field "zzz"',
    );
    expect(warningsOf(strictErrors)).toEqual([
      'line 4: key "name" already set in map',
      'line 6: key "data" already set in map',
      'unknown field "zzz"',
    ]);
  });

  it.each([
    [
      "metadata: {name: y\n",
      "the object provided is unrecognized (must be of type ConfigMap): yaml: line 1: did not find expected ',' or '}' (6d657461646174613a207b6e616d653a20790a)",
    ],
    [
      "metadata: {name: a}\ndata: {a: 5}\n",
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
  ])("refuse %j", (text, message) => {
    expect(() => body(text, YAML_TYPE)).toThrow(new DecodeError(message));
  });

  it("may hold nothing", () => {
    expect(body("# nothing\n", YAML_TYPE).object).toEqual(body("{}").object);
  });
});

describe("protobuf bodies", () => {
  const object = { metadata: { name: "a" }, data: { k: "v" } };
  const decode = (bytes: Uint8Array, of: Kind = configMap) =>
    decodeBody({ kind: of, mediaType: PROTOBUF_TYPE, bytes });

  it("may leave version and kind open", () => {
    const bytes = encodeProtobuf({ ...configMap, version: "", kind: "" }, object);
    expect(openProtobuf(bytes)).toMatchObject({ apiVersion: "", kind: "" });
    expect(decode(bytes).object).toEqual({ kind: "ConfigMap", apiVersion: "v1", ...object });
  });

  it("must be of the endpoint's kind", () => {
    expect(() => decode(encodeProtobuf(configMap, object), kind("", "v1", "Secret"))).toThrow(
      "converting (v1.ConfigMap) to (core.Secret): unknown conversion",
    );
  });

  it.each([
    [[], "empty data (<empty>)"],
    [
      [0x7b, 0x7d],
      "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})",
    ],
    [[0x6b, 0x38, 0x73, 0x00], "empty body (6b387300)"],
    [[0x6b, 0x38, 0x73, 0x00, 0x0a], "unexpected EOF (6b3873000a)"],
  ])("refuse %j", (bytes, tail) => {
    expect(() => decode(Uint8Array.from(bytes))).toThrow(
      new DecodeError(`the object provided is unrecognized (must be of type ConfigMap): ${tail}`),
    );
  });
});

describe("encodeObject", () => {
  const object = { metadata: { name: "a" }, data: { n: "5", b: "x" } };
  it("writes kind and version, whether or not the object has them", () => {
    const json =
      '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"b":"x","n":"5"}}';
    expect(encodeObject(configMap, object, "json")).toBe(json);
    expect(encodeObject(configMap, JSON.parse(json), "json")).toBe(json);
    expect(encodeObject(configMap, object, "yaml")).toBe(
      'apiVersion: v1\ndata:\n  b: x\n  "n": "5"\nkind: ConfigMap\nmetadata:\n  name: a\n',
    );
    expect(openProtobuf(encodeObject(configMap, object, "protobuf"))).toMatchObject({
      apiVersion: "v1",
      kind: "ConfigMap",
    });
  });

  it("joins a list of kept messages into the bytes of the whole list", () => {
    const list = kind("", "v1", "ConfigMapList");
    const items = [object, { metadata: { name: "b" } }];
    const metadata = { resourceVersion: "7" };
    const encoded = Buffer.concat(items.map((item) => encodeListItem(configMap.typeName, item)));
    const { head, tail } = protobufListFrame(list, metadata, encoded.length);
    const joined = Buffer.concat([head, encoded, tail]);
    expect(Buffer.from(joined).toString("hex")).toBe(
      Buffer.from(encodeObject(list, { metadata, items }, "protobuf")).toString("hex"),
    );
  });

  it("puts whole objects into watch events, which have no envelope", () => {
    const inner = encodeObject(configMap, { metadata: {} }, "protobuf");
    const event = encodeWatchEvent("ADDED", inner);
    expect([...event.subarray(0, 9)]).toEqual([
      0x0a,
      5,
      ...encoder.encode("ADDED"),
      0x12,
      inner.length + 2,
    ]);
    expect([...event.subarray(-inner.length)]).toEqual([...inner]);
  });
});

describe("decodeDeleteOptions", () => {
  const decode = (text: string) => decodeDeleteOptions(JSON_TYPE, encoder.encode(text));

  it.each([
    '{"gracePeriodSeconds":5}',
    '{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":5}',
    '{"kind":"DeleteOptions","apiVersion":"made.up/v7","gracePeriodSeconds":5,"bogus":1}',
  ])("takes %s", (text) => {
    expect(decode(text)).toMatchObject({ gracePeriodSeconds: 5 });
  });

  it.each([
    [
      "[]",
      /^couldn't get version\/kind; json parse error: json: cannot unmarshal array into Go value of type struct/,
    ],
    ['{"', /^couldn't get version\/kind; json parse error: unexpected end of JSON input$/],
    [
      '{"gracePeriodSeconds":"x"}',
      /^json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64$/,
    ],
    [
      '{"kind":"ConfigMap","apiVersion":"v1"}',
      /^no kind "ConfigMap" is registered for version "v1" in scheme "pkg\/apis\/meta\/internalversion\/scheme\/register.go:27"$/,
    ],
  ])("refuses %s in bare words", (text, message) => {
    expect(() => decode(text)).toThrow(message);
  });
});

describe("whatever bytes come", () => {
  const service = kind("", "v1", "Service");
  const text =
    '{"kind":"Service","apiVersion":"v1","metadata":{"name":"s","labels":{"a":"b"},"creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"ports":[{"port":80,"targetPort":"http"},{"port":81,"targetPort":8081}],"selector":{"a":"b"}}}';
  const valid = decodeBody({ kind: service, mediaType: JSON_TYPE, bytes: encoder.encode(text) });
  const samples: Readonly<Record<BodyMediaType, Uint8Array>> = {
    [JSON_TYPE]: encoder.encode(text),
    [YAML_TYPE]: encoder.encode(encodeObject(service, valid.object, "yaml")),
    [PROTOBUF_TYPE]: encodeObject(service, valid.object, "protobuf"),
  };

  it.each(Object.entries(samples))("%s gives an object or a DecodeError", (mediaType, sample) => {
    const change = fc.record({
      at: fc.nat(sample.length - 1),
      cut: fc.integer({ min: 0, max: 3 }),
      put: fc.uint8Array({ maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let bytes = [...sample];
        for (const { at, cut, put } of changes) bytes.splice(at, cut, ...put);
        bytes = bytes.slice(0, 4096);
        const request = {
          kind: service,
          mediaType: mediaType as BodyMediaType,
          bytes: Uint8Array.from(bytes),
        };
        try {
          const { object } = decodeBody(request);
          expect(object.kind).toBe("Service");
          encodeObject(service, object, "yaml");
          encodeObject(service, object, "protobuf");
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
