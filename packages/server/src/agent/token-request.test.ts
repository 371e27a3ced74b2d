import { describe, expect, it } from "vitest";
import { notFound } from "../api/status-error.ts";
import { Client } from "../client/client.ts";
import { type ScriptedAnswer, ScriptedTransport } from "../client/scripted-transport.fixture.ts";
import { createTokenRequester, type PodTokenRequest, tokenRequestKey } from "./token-request.ts";

const REQUEST: PodTokenRequest = {
  namespace: "ns",
  name: "builder",
  audiences: [],
  expirationSeconds: 3607,
  pod: { name: "pod-1", uid: "u-1" },
};
const ANSWER = {
  spec: { expirationSeconds: 3607 },
  status: { token: "a.b.c", expirationTimestamp: "2026-01-01T01:00:07Z" },
};
const MISSING: ScriptedAnswer = {
  status: 404,
  body: notFound({ group: "", resource: "serviceaccounts" }, "builder").status,
};

function requester(answers: readonly ScriptedAnswer[]) {
  const transport = new ScriptedTransport(answers);
  const request = createTokenRequester(new Client(transport.send, { userAgent: "test" }));
  const signal = new AbortController().signal;
  return { transport, ask: (what: PodTokenRequest = REQUEST) => request(what, signal) };
}

function sent(transport: ScriptedTransport): unknown {
  return JSON.parse(new TextDecoder().decode(transport.requests[0]?.body));
}

describe("a token request", () => {
  it("is bound to the pod and posted to the account", async () => {
    const { transport, ask } = requester([{ body: ANSWER }]);
    await ask();
    expect(transport.lines).toEqual(["POST /api/v1/namespaces/ns/serviceaccounts/builder/token"]);
    expect(sent(transport)).toEqual({
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: { namespace: "ns", name: "builder" },
      spec: {
        expirationSeconds: 3607,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "pod-1", uid: "u-1" },
      },
    });
  });

  it("names audiences, and the account's uid, only when it is given them", async () => {
    const { transport, ask } = requester([{ body: ANSWER }]);
    const { expirationSeconds: _, ...rest } = REQUEST;
    await ask({ ...rest, audiences: ["vault"], accountUid: "u-sa" });
    expect(sent(transport)).toMatchObject({
      metadata: { uid: "u-sa" },
      spec: { audiences: ["vault"] },
    });
    expect(sent(transport)).not.toHaveProperty("spec.expirationSeconds");
  });

  it("is answered with a token and its life", async () => {
    const { ask } = requester([{ body: ANSWER }]);
    expect(await ask()).toEqual({
      token: "a.b.c",
      expiresAt: Date.UTC(2026, 0, 1, 1, 0, 7),
      lifetimeMs: 3_607_000,
    });
  });

  it.each([
    ["no token", { ...ANSWER, status: { ...ANSWER.status, token: "" } }],
    ["no end", { ...ANSWER, status: { token: "a" } }],
    ["an end that is no time", { ...ANSWER, status: { token: "a", expirationTimestamp: "soon" } }],
    ["nothing", {}],
  ])("fails for an answer with %s", async (_what, body) => {
    await expect(requester([{ body }]).ask()).rejects.toThrow("answered without a token");
  });

  it("does not guess a life that the server does not name", async () => {
    const { ask } = requester([{ body: { ...ANSWER, spec: {} } }]);
    expect((await ask()).lifetimeMs).toBeUndefined();
  });

  it("says so when the server has no token requests, and asks that only until it has", async () => {
    const resources = (...names: readonly string[]) => ({
      body: { resources: names.map((name) => ({ name })) },
    });
    const { transport, ask } = requester([
      MISSING,
      resources("serviceaccounts"),
      MISSING,
      resources("serviceaccounts", "serviceaccounts/token"),
      MISSING,
    ]);
    await expect(ask()).rejects.toThrow(
      "the API server does not have TokenRequest endpoints enabled",
    );
    await expect(ask()).rejects.toThrow('serviceaccounts "builder" not found');
    await expect(ask()).rejects.toThrow('serviceaccounts "builder" not found');
    expect(transport.lines.filter((line) => line === "GET /api/v1")).toHaveLength(2);
  });
});

describe("the key of a token request", () => {
  it("is a kubelet's", () => {
    expect(tokenRequestKey({ ...REQUEST, audiences: ["a", "b"] })).toBe(
      '"builder"/"ns"/[]string{"a", "b"}/3607/v1.BoundObjectReference{Kind:"Pod", APIVersion:"v1", Name:"pod-1", UID:"u-1"}/""',
    );
    expect(tokenRequestKey(REQUEST)).toContain("/[]string(nil)/");
  });

  it.each<[string, Partial<PodTokenRequest>]>([
    ["namespaces", { namespace: "other" }],
    ["accounts", { name: "other" }],
    ["audiences", { audiences: ["other"] }],
    ["lives", { expirationSeconds: 600 }],
    ["pods of one name", { pod: { name: "pod-1", uid: "u-2" } }],
    ["accounts of one name", { accountUid: "u-sa" }],
  ])("tells different %s apart", (_what, other) => {
    expect(tokenRequestKey({ ...REQUEST, ...other })).not.toBe(tokenRequestKey(REQUEST));
  });
});
