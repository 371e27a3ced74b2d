import { describe, expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { bootstrapTokenAuthenticator } from "./bootstrap-token.ts";

const clock = new FakeClock();
const SILENT = { warn: () => {}, annotate: () => {} };
const TOKEN = "abcdef.0123456789abcdef";

const DATA = {
  "token-id": "abcdef",
  "token-secret": "0123456789abcdef",
  "usage-bootstrap-authentication": "true",
};

function secret(data: Readonly<Record<string, string>>, more: object = {}): KubeObject {
  const encoded = Object.entries(data).map(([key, text]) => [
    key,
    Buffer.from(text).toString("base64"),
  ]);
  return {
    metadata: { namespace: "kube-system", name: "bootstrap-token-abcdef" },
    type: "bootstrap.kubernetes.io/token",
    data: Object.fromEntries(encoded),
    ...more,
  };
}

/** Groups of the user that the token stands for; undefined for nobody. */
function groupsOf(found: KubeObject | undefined, token = TOKEN): readonly string[] | undefined {
  const asked: string[] = [];
  const authenticator = bootstrapTokenAuthenticator({
    clock,
    secretOf: (name) => {
      asked.push(name);
      return name === "bootstrap-token-abcdef" ? found : undefined;
    },
  });
  const result = authenticator.authenticateToken(token, [], SILENT);
  if (result instanceof Promise || result.outcome !== "authenticated") return undefined;
  expect(result.user.username).toBe("system:bootstrap:abcdef");
  expect(asked).toEqual(["bootstrap-token-abcdef"]);
  return result.user.groups;
}

const at = (seconds: number): string => new Date(clock.now() + seconds * 1000).toISOString();

describe("a bootstrap token", () => {
  it.each<[string, Record<string, string>, readonly string[]]>([
    ["is of a bootstrapper", {}, ["system:bootstrappers"]],
    ["lives until its end", { expiration: at(1) }, ["system:bootstrappers"]],
    [
      "may be in more groups",
      { "auth-extra-groups": "system:bootstrappers:z,system:bootstrappers:a:b" },
      ["system:bootstrappers", "system:bootstrappers:a:b", "system:bootstrappers:z"],
    ],
  ])("%s", (_what, more, groups) => {
    expect(groupsOf(secret({ ...DATA, ...more }))).toEqual(groups);
  });

  it.each<[string, KubeObject | undefined]>([
    ["no Secret", undefined],
    ["another type", secret(DATA, { type: "Opaque" })],
    ["no data", secret({})],
    ["another password", secret({ ...DATA, "token-secret": "0123456789abcdeg" })],
    ["a part of the password", secret({ ...DATA, "token-secret": "0123456789abcde" })],
    ["another id", secret({ ...DATA, "token-id": "abcdeg" })],
    ["an end that has come", secret({ ...DATA, expiration: at(0) })],
    ["an end that nobody can read", secret({ ...DATA, expiration: "tomorrow" })],
    ["an end that is no RFC 3339", secret({ ...DATA, expiration: "2999" })],
    ["an end without a zone", secret({ ...DATA, expiration: "2999-01-01T00:00:00" })],
    ["the end of no time at all", secret({ ...DATA, expiration: "0001-01-01T00:00:00Z" })],
    ["another purpose", secret({ ...DATA, "usage-bootstrap-authentication": "yes" })],
    ["a group of others", secret({ ...DATA, "auth-extra-groups": "system:masters" })],
    ["an empty group", secret({ ...DATA, "auth-extra-groups": "system:bootstrappers:a," })],
    [
      "a Secret that is being deleted",
      secret(DATA, { metadata: { name: "bootstrap-token-abcdef", deletionTimestamp: at(0) } }),
    ],
  ])("with %s is nobody's", (_what, found) => {
    expect(groupsOf(found)).toBeUndefined();
  });

  it.each(["abcdef", "ABCDEF.0123456789abcdef", `${TOKEN}0`, `x${TOKEN}`, `${TOKEN}\n`, ""])(
    "is not %j",
    (token) => {
      expect(groupsOf(secret(DATA), token)).toBeUndefined();
    },
  );
});
