import { describe, expect, it } from "vitest";
import type { Secret } from "../../api/types.ts";
import { pullCredentials, registryEntries } from "./pull-secrets.ts";

function base64(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64");
}

function secret(auths: Record<string, unknown>): Secret {
  return {
    metadata: { name: "s" },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": base64({ auths }) },
  };
}

const ANNA = { username: "anna", password: "a" };

describe("entries of a pull secret", () => {
  it.each<[string, Secret, unknown]>([
    [
      "with a name and a password",
      secret({ "r.example": ANNA }),
      [{ registry: "r.example", ...ANNA }],
    ],
    [
      "with both in one",
      secret({ "r.example": { auth: base64("anna:a:b") } }),
      [{ registry: "r.example", username: "anna", password: "a:b" }],
    ],
    [
      "of the old type",
      {
        metadata: { name: "s" },
        type: "kubernetes.io/dockercfg",
        data: { ".dockercfg": base64({ "r.example": ANNA }) },
      },
      [{ registry: "r.example", ...ANNA }],
    ],
    ["that is damaged", { ...secret({}), data: { ".dockerconfigjson": base64("{") } }, []],
    ["of another type", { metadata: { name: "s" }, type: "Opaque" }, []],
    ["with an entry that says nothing", secret({ "r.example": { auth: base64("anna") } }), []],
  ])("%s", (_what, from, entries) => {
    expect(registryEntries(from)).toEqual(entries);
  });
});

describe("credentials for an image", () => {
  it("are asked for of all secrets, and of those that are missing it is told", async () => {
    const events: string[] = [];
    const credentials = await pullCredentials(
      {
        metadata: { name: "p", namespace: "ns" },
        spec: { containers: [], imagePullSecrets: [{ name: "s" }, { name: "none" }, {}] },
      },
      "r.example/app",
      {
        objects: {
          configMap: async () => undefined,
          secret: async (_namespace, name) =>
            name === "s" ? secret({ "r.example": ANNA }) : undefined,
        },
        events: {
          record: (_about, type, reason, text) => events.push(`${type} ${reason} ${text}`),
        },
        signal: new AbortController().signal,
      },
    );
    const source = { kind: "secret", namespace: "ns", name: "s", uid: "" };
    expect(credentials).toEqual([{ ...ANNA, source }]);
    expect(events).toEqual([
      "Warning FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets (none); attempting to pull the image may not succeed.",
    ]);
  });
});
