import { describe, expect, it } from "vitest";
import type { Container, Pod } from "../../api/types.ts";
import { makeEnvironment } from "./environment.ts";

const DATA: Readonly<Record<string, Record<string, string>>> = {
  "configmap/settings": { COLOR: "blue", SIZE: "$(COLOR)" },
  "secret/keys": { KEY: "s3cret", COLOR: "red" },
};

const reads: string[] = [];

async function environmentOf(container: Partial<Container>): Promise<Record<string, string>> {
  reads.length = 0;
  const read = (kind: string, name: string) => {
    reads.push(name);
    return DATA[`${kind}/${name}`];
  };
  const encode = (data: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
    );
  const pod: Pod = { metadata: { name: "p", namespace: "ns" }, status: { podIP: "10.0.0.1" } };
  const variables = await makeEnvironment(
    pod,
    { name: "c", ...container },
    {
      objects: {
        configMap: async (_namespace, name) => {
          const data = read("configmap", name);
          return data === undefined ? undefined : { metadata: { name }, data };
        },
        secret: async (_namespace, name) => {
          const data = read("secret", name);
          return data === undefined ? undefined : { metadata: { name }, data: encode(data) };
        },
      },
      services: new Map([["WEB_SERVICE_HOST", "10.0.0.9"]]),
      allocatable: { cpu: "2" },
      volumes: [],
      signal: new AbortController().signal,
    },
  );
  return Object.fromEntries(variables);
}

const SERVICES = { WEB_SERVICE_HOST: "10.0.0.9" };

describe("an environment", () => {
  it.each<[string, Partial<Container>, Record<string, string>]>([
    ["is what services say", {}, SERVICES],
    [
      "expands what stands before",
      {
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "$(A)-$(WEB_SERVICE_HOST)-$(C)-$$(A)" },
          { name: "C", value: "later" },
        ],
      },
      { A: "1", B: "1-10.0.0.9-$(C)-$(A)", C: "later", ...SERVICES },
    ],
    [
      "takes whole objects, later ones over earlier ones, env over all",
      {
        envFrom: [
          { configMapRef: { name: "settings" } },
          { secretRef: { name: "keys" } },
          { prefix: "P_", secretRef: { name: "keys" } },
        ],
        env: [{ name: "KEY", value: "own" }],
      },
      {
        COLOR: "red",
        SIZE: "$(COLOR)",
        KEY: "own",
        P_KEY: "s3cret",
        P_COLOR: "red",
        ...SERVICES,
      },
    ],
    [
      "takes single values",
      {
        env: [
          { name: "K", valueFrom: { secretKeyRef: { name: "keys", key: "KEY" } } },
          { name: "S", valueFrom: { configMapKeyRef: { name: "settings", key: "SIZE" } } },
          { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
          { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
        ],
      },
      { K: "s3cret", S: "$(COLOR)", IP: "10.0.0.1", CPU: "2", ...SERVICES },
    ],
    [
      "leaves out what may be missing",
      {
        envFrom: [{ secretRef: { name: "none", optional: true } }],
        env: [
          { name: "K", valueFrom: { secretKeyRef: { name: "none", key: "k", optional: true } } },
          {
            name: "S",
            valueFrom: { configMapKeyRef: { name: "settings", key: "k", optional: true } },
          },
        ],
      },
      SERVICES,
    ],
    [
      "is its own where a service has the same name",
      { env: [{ name: "WEB_SERVICE_HOST", value: "mine" }] },
      { WEB_SERVICE_HOST: "mine" },
    ],
    ["may be empty", { env: [{ name: "EMPTY" }] }, { EMPTY: "", ...SERVICES }],
  ])("%s", async (_what, container, variables) => {
    expect(await environmentOf(container)).toEqual(variables);
  });

  it.each<[string, Partial<Container>]>([
    [`secret "none" not found`, { envFrom: [{ secretRef: { name: "none" } }] }],
    [`configmap "none" not found`, { envFrom: [{ configMapRef: { name: "none" } }] }],
    [
      "couldn't find key k in Secret ns/keys",
      { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "keys", key: "k" } } }] },
    ],
    [
      "couldn't find key k in ConfigMap ns/settings",
      { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "settings", key: "k" } } }] },
    ],
  ])("fails: %s", async (message, container) => {
    await expect(environmentOf(container)).rejects.toThrow(message);
  });

  it("reads each object once", async () => {
    const env = ["KEY", "COLOR"].map((key) => ({
      name: key,
      valueFrom: { secretKeyRef: { name: "keys", key } },
    }));
    await environmentOf({ env, envFrom: [{ secretRef: { name: "keys" } }] });
    expect(reads).toEqual(["keys"]);
  });
});
