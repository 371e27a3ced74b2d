import { describe, expect, it } from "vitest";
import { type BoundTokenFacts, buildBoundClaims, buildLegacyClaims } from "./claims.ts";

const facts: BoundTokenFacts = {
  issuer: "https://issuer.example",
  namespace: "shop",
  serviceAccount: { name: "till", uid: "u-1" },
  audiences: ["b", "a"],
  now: Date.UTC(2026, 0, 1) + 999,
  expiresAfterSeconds: 600,
  tokenId: "id-1",
};
const head =
  '{"aud":["b","a"],"exp":1767226200,"iat":1767225600,"iss":"https://issuer.example","jti":"id-1",';
const tail = '"nbf":1767225600,"sub":"system:serviceaccount:shop:till"}';
const account = '"serviceaccount":{"name":"till","uid":"u-1"}';

describe("buildBoundClaims", () => {
  it.each([
    ["nothing", {}, `"kubernetes.io":{"namespace":"shop",${account}},`],
    [
      "a pod",
      { pod: { name: "p", uid: "u-2" } },
      `"kubernetes.io":{"namespace":"shop","pod":{"name":"p","uid":"u-2"},${account}},`,
    ],
    [
      "a pod on a node, extended",
      { pod: { name: "p", uid: "u-2" }, node: { uid: "u-3", name: "n" }, warnAfterSeconds: 3607 },
      `"kubernetes.io":{"namespace":"shop","node":{"name":"n","uid":"u-3"},"pod":{"name":"p","uid":"u-2"},${account},"warnafter":1767229207},`,
    ],
    [
      "a pod on a node that is not there",
      { pod: { name: "p", uid: "u-2" }, node: { name: "n" } },
      `"kubernetes.io":{"namespace":"shop","node":{"name":"n"},"pod":{"name":"p","uid":"u-2"},${account}},`,
    ],
    [
      "a secret",
      { secret: { name: "s", uid: "u-4" } },
      `"kubernetes.io":{"namespace":"shop","secret":{"name":"s","uid":"u-4"},${account}},`,
    ],
  ])("orders the members of a token bound to %s", (_what, bound, kubernetes) => {
    expect(JSON.stringify(buildBoundClaims({ ...facts, ...bound }))).toBe(head + kubernetes + tail);
  });

  it.each(["pod", "node"] as const)("refuses a secret together with a %s", (other) => {
    const reference = { name: "x", uid: "y" };
    expect(() => buildBoundClaims({ ...facts, secret: reference, [other]: reference })).toThrow(
      "token can only be bound to one object type",
    );
  });
});

describe("buildLegacyClaims", () => {
  it("orders the members", () => {
    expect(JSON.stringify(buildLegacyClaims("shop", { name: "till", uid: "u-1" }, "s"))).toBe(
      '{"iss":"kubernetes/serviceaccount","kubernetes.io/serviceaccount/namespace":"shop",' +
        '"kubernetes.io/serviceaccount/secret.name":"s",' +
        '"kubernetes.io/serviceaccount/service-account.name":"till",' +
        '"kubernetes.io/serviceaccount/service-account.uid":"u-1",' +
        '"sub":"system:serviceaccount:shop:till"}',
    );
  });
});
