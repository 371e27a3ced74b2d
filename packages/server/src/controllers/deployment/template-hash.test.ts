import { describe, expect, it } from "vitest";
import { normalizeQuantity } from "../../api/quantity.ts";
import { aliasOf, structOf } from "../../api/scheme.ts";
import type { PodTemplateSpec } from "../../api/types.ts";
import { templateHash } from "./template-hash.ts";

/** What no template of a deployment holds. */
const NEVER = new Set(["Time", "FieldsV1", "meta.v1.ManagedFieldsEntry"]);

/** A value of a type with every field set: texts are the fields' names, numbers their protobuf numbers. */
function populate(type: string, name: string, number: number): unknown {
  if (type.startsWith("*")) return populate(type.slice(1), name, number);
  if (type.startsWith("[]")) return [populate(type.slice(2), name, number)];
  if (type.startsWith("map[string]")) return { [name]: populate(type.slice(11), name, number) };
  const alias = aliasOf(type);
  if (alias !== undefined) return populate(alias.type, name, number);
  if (type === "string" || type === "IntOrString") return name;
  if (type === "bool") return true;
  if (type === "Quantity") return `${number}Mi`;
  if (/^(?:int|float)/.test(type)) return number;
  const value: Record<string, unknown> = {};
  for (const field of structOf(type).fields) {
    if (NEVER.has(field.type.replace(/^(?:\*|\[\])/, ""))) continue;
    const inner = populate(field.type, field.name, field.number);
    if (field.name === "") Object.assign(value, inner);
    else value[field.name] = inner;
  }
  return value;
}

const PLAIN: PodTemplateSpec = {
  metadata: { labels: { app: "web" } },
  spec: {
    containers: [
      {
        name: "nginx",
        image: "nginx:1",
        resources: {},
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
        imagePullPolicy: "IfNotPresent",
      },
    ],
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
  },
};

/** What upstream holds in 64 bits, what it prints anew, and what it holds exactly. */
const QUANTITIES = [
  ...[
    "100m",
    "0",
    "1Gi",
    "8Mi",
    "1536Mi",
    "1e3",
    "20e3",
    "-5",
    "1500m",
    "1k",
    "1Ki",
    "16Ki",
    "8Ei",
  ],
  ...[
    "100n",
    "123456789012345678",
    "1234567890123456789",
    "12345678901234567890",
    "1M",
    "3T",
    "7u",
  ],
  ...["12E", "1e12", "100e18", "2Ti", "3Pi", "500m", "1n", "7680"],
];

function limiting(quantities: readonly string[]): PodTemplateSpec {
  // As they are stored.
  const texts = quantities.map(normalizeQuantity);
  const limits = Object.fromEntries(texts.map((text, index) => [`x.y/r${index}`, text]));
  return { spec: { containers: [{ name: "c", resources: { limits } }] } };
}

const MIXED: PodTemplateSpec = {
  metadata: { labels: { a: "b" }, annotations: { b: "2", a: "1\n ü😀" } },
  spec: {
    containers: [
      {
        name: "c",
        livenessProbe: { httpGet: { port: "http", httpHeaders: [{ name: "a", value: "b" }] } },
        readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 3 },
        env: [
          {
            name: "A",
            valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "0" } },
          },
          { name: "B", value: "x" },
        ],
      },
    ],
    volumes: [
      { name: "v", emptyDir: { sizeLimit: "1Gi" } },
      {
        name: "w",
        projected: {
          sources: [
            { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
            { configMap: { name: "c", items: [{ key: "a", path: "b", mode: 0 }] } },
          ],
          defaultMode: 420,
        },
      },
    ],
    enableServiceLinks: false,
    shareProcessNamespace: true,
  },
};

const POPULATED = populate("core.v1.PodTemplateSpec", "", 0) as PodTemplateSpec;

/** Expected: what ComputeHash of Kubernetes 1.36.2 answers for the same JSON, sent over protobuf. */
describe("the hash of a pod template", () => {
  it.each<[string, PodTemplateSpec, string, string]>([
    ["of an ordinary deployment", PLAIN, "889dd49f5", "7d7744548"],
    ["with every field there is", POPULATED, "594d464876", "6cf64b44dc"],
    ["with quantities of all kinds", limiting(QUANTITIES), "846fbfcdbc", "677f9fc95b"],
    ["with probes, volumes and texts", MIXED, "7485b5bd95", "d4bd8f54d"],
    ["without anything", {}, "85748b7f68", "5cc6759bbc"],
  ])("%s is Kubernetes' own", (_case, template, hash, afterSevenCollisions) => {
    expect(templateHash(template)).toBe(hash);
    expect(templateHash(template, 7)).toBe(afterSevenCollisions);
  });

  it("does not change with the order of keys", () => {
    const reversed = { spec: PLAIN.spec, metadata: PLAIN.metadata } as PodTemplateSpec;
    expect(templateHash(reversed)).toBe(templateHash(PLAIN));
    expect(templateHash(PLAIN, 0)).not.toBe(templateHash(PLAIN));
  });
});
