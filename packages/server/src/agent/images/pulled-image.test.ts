import { describe, expect, it } from "vitest";
import type { RegistryCredential } from "../registry-credential.ts";
import {
  compareCredentials,
  credentialsOf,
  type PullCredentials,
  withCredentials,
  withoutTagAndDigest,
} from "./pulled-image.ts";

function ofSecret(name: string, password: string): RegistryCredential {
  const source = { kind: "secret", namespace: "ns", name, uid: `uid-of-${name}` } as const;
  return { username: "anna", password, source };
}

function ofAccount(name: string): RegistryCredential {
  const source = { kind: "service-account", namespace: "ns", name, uid: `uid-of-${name}` } as const;
  return { username: "token", password: `token of ${name}`, source };
}

const OF_NODE: RegistryCredential = { username: "node", password: "x" };

describe("names of images", () => {
  it.each([
    ["r.example:5000/app", "r.example:5000/app"],
    ["r.example:5000/app:1", "r.example:5000/app"],
    ["app:1@sha256:abc", "app"],
    ["app@sha256:abc", "app"],
    ["localhost/app", "localhost/app"],
  ])("%s is %s", (image, name) => {
    expect(withoutTagAndDigest(image)).toBe(name);
  });
});

describe("an image that was pulled", () => {
  it.each<[string, RegistryCredential | undefined, readonly RegistryCredential[], string]>([
    ["without credentials is anybody's", undefined, [], "known"],
    ["with the node's own is anybody's", OF_NODE, [], "known"],
    ["with a secret is nobody's who has none", ofSecret("a", "1"), [], "unknown"],
    ["with a secret is not the node's", ofSecret("a", "1"), [OF_NODE], "unknown"],
    ["with a secret is theirs who have it", ofSecret("a", "1"), [ofSecret("a", "1")], "known"],
    [
      "with a secret is theirs who have its content elsewhere",
      ofSecret("a", "1"),
      [ofSecret("b", "2"), ofSecret("c", "1")],
      "learnt",
    ],
    [
      "with a secret is theirs when it has changed",
      ofSecret("a", "1"),
      [ofSecret("a", "2")],
      "learnt",
    ],
    ["with a secret is not another's", ofSecret("a", "1"), [ofSecret("b", "2")], "unknown"],
    ["for an account is that account's", ofAccount("x"), [ofAccount("x")], "known"],
    ["for an account is not another's", ofAccount("x"), [ofAccount("y")], "unknown"],
    [
      "for an account is the first one's of several",
      ofAccount("x"),
      [ofAccount("y"), ofAccount("x")],
      "unknown",
    ],
  ])("%s", (_what, pulledWith, ofPod, verdict) => {
    expect(compareCredentials(credentialsOf(pulledWith), ofPod).kind).toBe(verdict);
  });

  it("keeps no credential", () => {
    expect(JSON.stringify(credentialsOf(ofSecret("a", "hunter2")))).not.toContain("hunter2");
  });
});

describe("a record", () => {
  const merge = (...credentials: readonly (RegistryCredential | undefined)[]): PullCredentials => {
    let image = { imageRef: "sha256:1", credentialMapping: {} };
    for (const each of credentials) image = withCredentials(image, "app", credentialsOf(each));
    return image.credentialMapping["app" as never];
  };

  it("holds all secrets and accounts, each once, with their newest content", () => {
    const { kubernetesSecrets, kubernetesServiceAccounts } = merge(
      ofSecret("b", "1"),
      ofAccount("x"),
      ofSecret("a", "1"),
      ofSecret("b", "2"),
      ofAccount("x"),
    );
    expect(kubernetesSecrets?.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(kubernetesSecrets?.[1]).toEqual(
      credentialsOf(ofSecret("b", "2")).kubernetesSecrets?.[0],
    );
    expect(kubernetesServiceAccounts?.map(({ name }) => name)).toEqual(["x"]);
  });

  it("is anybody's once anybody could pull it", () => {
    expect(merge(ofSecret("a", "1"), undefined, ofSecret("b", "1"))).toEqual({
      nodePodsAccessible: true,
    });
  });

  it("is the same where there is nothing new", () => {
    const credentials = credentialsOf(ofSecret("a", "1"));
    const image = withCredentials({ imageRef: "i", credentialMapping: {} }, "app", credentials);
    expect(withCredentials(image, "app", credentials)).toBe(image);
  });
});
