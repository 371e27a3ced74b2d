import { describe, expect, it } from "vitest";
import type { Secret } from "../../api/types.ts";
import { matchCredentials, pullCredentials, registryEntries } from "./pull-secrets.ts";

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
  const users = (registries: readonly string[], image: string): string[] =>
    matchCredentials(
      registries.map((registry) => ({ registry, username: registry, password: "" })),
      image,
    ).map(({ username }) => username);

  it.each<[string, readonly string[], readonly string[]]>([
    ["r.example/team/app:1", ["r.example", "other.example"], ["r.example"]],
    ["r.example/team/app", ["r.example", "r.example/team"], ["r.example/team", "r.example"]],
    ["r.example/team2/app", ["r.example/team"], []],
    ["r.example:5000/app", ["r.example", "r.example:5000"], ["r.example:5000"]],
    [
      "busybox",
      ["https://index.docker.io/v1/", "docker.io"],
      ["https://index.docker.io/v1/", "docker.io"],
    ],
    ["docker.io/library/busybox", ["https://index.docker.io/v1/"], ["https://index.docker.io/v1/"]],
    ["a.r.example/app", ["*.r.example"], ["*.r.example"]],
    ["a.b.r.example/app", ["*.r.example"], []],
    ["r.example/app@sha256:abc", ["r.example/app"], ["r.example/app"]],
  ])("%s among %j", (image, registries, found) => {
    expect(users(registries, image)).toEqual(found);
  });

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
    expect(credentials).toEqual([ANNA]);
    expect(events).toEqual([
      "Warning FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets (none); attempting to pull the image may not succeed.",
    ]);
  });
});
