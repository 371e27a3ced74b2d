import { createPrivateKey } from "node:crypto";
import { decodeJwt } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { forbidden, StatusError } from "../api/status-error.ts";
import { systemRandom } from "../runtime/random.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { FIXED_P256_KEY } from "../testing/fixed-keys.ts";
import { createTokenSigner } from "../tokens/issuer.ts";
import { KeyRing } from "../tokens/key-ring.ts";
import { EXTENDED_EXPIRATION_SECONDS } from "../tokens/lifetime.ts";
import { signingKey } from "../tokens/signing-key.ts";
import {
  createTokenRequestHandler,
  type TokenRequestDependencies,
  type TokenRequestHandler,
} from "./service-account-token.ts";

const NOW = Date.UTC(2026, 0, 1) + 500;
const API = ["https://issuer.example"];
const ring = new KeyRing([
  { key: signingKey(createPrivateKey(FIXED_P256_KEY)), state: "active", createdAt: 0 },
]);
const objects = new Map<string, KubeObject>();
const put = (key: string, uid: string, spec: object = {}): void => {
  objects.set(key, { metadata: { name: key.split("/")[1] ?? "", uid }, spec });
};
const find = (kind: string) => (namespace: string, name: string) =>
  namespace === "ns" ? objects.get(`${kind}/${name}`) : undefined;
const deps: TokenRequestDependencies = {
  objects: {
    serviceAccount: find("account"),
    pod: find("pod"),
    secret: find("secret"),
    node: (name) => objects.get(`node/${name}`),
  },
  signer: createTokenSigner(ring),
  clock: new FakeClock(NOW),
  random: { ...systemRandom, uuid: () => "jti-1" },
  issuer: "https://issuer.example",
  lifetime: {
    maxExpirationSeconds: 0,
    extendExpiration: true,
    maxExtendedSeconds: EXTENDED_EXPIRATION_SECONDS,
    podTokenSeconds: 0,
    apiAudiences: API,
  },
  validateAdmission: () => {},
};

let notes: string[];
beforeEach(() => {
  notes = [];
  objects.clear();
  put("account/app", "sa-1");
  put("pod/p", "pod-1", { serviceAccountName: "app" });
  put("pod/on", "pod-2", { serviceAccountName: "app", nodeName: "n" });
  put("pod/lost", "pod-3", { serviceAccountName: "app", nodeName: "gone" });
  put("pod/foreign", "pod-4", { serviceAccountName: "other" });
  put("secret/s", "secret-1");
  put("node/n", "node-1");
});

/** What is thrown at once is a rejection, too. */
const requestAsync =
  (dependencies: TokenRequestDependencies) =>
  async (...args: Parameters<TokenRequestHandler>): Promise<KubeObject> =>
    await createTokenRequestHandler(dependencies)(...args);

const request = (
  spec: unknown,
  metadata: object = {},
  overrides: Partial<TokenRequestDependencies> = {},
  context: { name?: string; namespace?: string } = {},
): Promise<KubeObject> =>
  requestAsync({ ...deps, ...overrides })(
    {
      namespace: "ns",
      name: "app",
      user: { username: "u", uid: "", groups: [], extra: {} },
      dryRun: false,
      warn: (text) => notes.push(text),
      annotate: (name, value) => notes.push(`${name} ${value}`),
      ...context,
    },
    { metadata, spec },
  );
const claimsOf = (answer: KubeObject): Record<string, unknown> =>
  decodeJwt((answer.status as { token: string }).token);

describe("a token request", () => {
  it("is answered with everything that it left open", async () => {
    const answer = await request(undefined);
    const { token } = answer.status as { token: string };
    expect(JSON.stringify(answer)).toBe(
      '{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1",' +
        '"metadata":{"name":"app","namespace":"ns","uid":"sa-1","creationTimestamp":"2026-01-01T00:00:00Z"},' +
        '"spec":{"audiences":["https://issuer.example"],"expirationSeconds":3600,"boundObjectRef":null},' +
        `"status":{"token":"${token}","expirationTimestamp":"2026-01-01T01:00:00Z"}}`,
    );
    const issuedAt = Math.floor(NOW / 1000);
    expect(claimsOf(answer)).toEqual({
      aud: API,
      exp: issuedAt + 3600,
      iat: issuedAt,
      iss: "https://issuer.example",
      jti: "jti-1",
      "kubernetes.io": { namespace: "ns", serviceaccount: { name: "app", uid: "sa-1" } },
      nbf: issuedAt,
      sub: "system:serviceaccount:ns:app",
    });
    expect(notes).toEqual(["authentication.kubernetes.io/issued-credential-id JTI=jti-1"]);
  });

  it("gives its own metadata back, but no status", async () => {
    const metadata = {
      name: "app",
      namespace: "ns",
      uid: "sa-1",
      labels: { a: "b" },
      generateName: "g-",
      resourceVersion: "5",
      creationTimestamp: "2000-01-01T00:00:00Z",
    };
    const sent: KubeObject = { metadata, spec: {}, status: { token: "forged", other: 1 } };
    const handler = createTokenRequestHandler(deps);
    const answer = await handler(
      {
        namespace: "ns",
        name: "app",
        user: { username: "u", uid: "", groups: [], extra: {} },
        dryRun: true,
        warn: () => {},
        annotate: () => {},
      },
      sent,
    );
    expect(answer.metadata).toEqual({ ...metadata, creationTimestamp: "2026-01-01T00:00:00Z" });
    expect(Object.keys(answer.status as object)).toEqual(["token", "expirationTimestamp"]);
    expect(sent.status).toEqual({ token: "forged", other: 1 });
  });

  it.each([
    [{ audiences: null }, API],
    [{ audiences: [] }, API],
    [{ audiences: [""] }, [""]],
    [{ audiences: ["z", "a", "a"] }, ["z", "a", "a"]],
  ])("takes audiences %j as they are", async (spec, audiences) => {
    const answer = await request(spec);
    expect(claimsOf(answer).aud).toEqual(audiences);
    expect(answer.spec).toMatchObject({ audiences });
  });

  it.each<[object, object]>([
    [{ kind: "Pod", apiVersion: "v1", name: "p" }, { pod: { name: "p", uid: "pod-1" } }],
    [
      { kind: "Pod", apiVersion: "v1", name: "on", uid: "pod-2" },
      { pod: { name: "on", uid: "pod-2" }, node: { name: "n", uid: "node-1" } },
    ],
    [
      { kind: "Pod", apiVersion: "v1", name: "lost" },
      { pod: { name: "lost", uid: "pod-3" }, node: { name: "gone" } },
    ],
    [{ kind: "Secret", name: "s" }, { secret: { name: "s", uid: "secret-1" } }],
    [{ kind: "Secret", apiVersion: "v9", name: "s" }, { secret: { name: "s", uid: "secret-1" } }],
    [
      { kind: "Secret", apiVersion: "a/b/c", name: "s" },
      { secret: { name: "s", uid: "secret-1" } },
    ],
    [{ kind: "Node", apiVersion: "v1", name: "n" }, { node: { name: "n", uid: "node-1" } }],
  ])("binds to %j", async (boundObjectRef, bound) => {
    const answer = await request({ boundObjectRef });
    expect(claimsOf(answer)["kubernetes.io"]).toEqual({
      namespace: "ns",
      serviceaccount: { name: "app", uid: "sa-1" },
      ...bound,
    });
    expect(answer.spec).toMatchObject({ boundObjectRef });
  });

  it("extends the life of a pod's usual token, without saying so", async () => {
    const spec = {
      expirationSeconds: 3607,
      boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "p" },
    };
    const answer = await request(spec);
    const issuedAt = Math.floor(NOW / 1000);
    expect(claimsOf(answer)).toMatchObject({
      exp: issuedAt + EXTENDED_EXPIRATION_SECONDS,
      "kubernetes.io": { warnafter: issuedAt + 3607 },
    });
    expect(answer.status).toMatchObject({ expirationTimestamp: "2026-01-01T01:00:07Z" });
  });

  it("shortens a life that is too long, and says so", async () => {
    const lifetime = { ...deps.lifetime, maxExpirationSeconds: 7200 };
    const answer = await request({ expirationSeconds: 7800 }, {}, { lifetime });
    expect(notes[0]).toBe("requested expiration of 7800 seconds shortened to 7200 seconds");
    expect(answer.spec).toMatchObject({ expirationSeconds: 7200 });
    expect(answer.status).toMatchObject({ expirationTimestamp: "2026-01-01T02:00:00Z" });
    expect(claimsOf(answer).exp).toBe(Math.floor(NOW / 1000) + 7200);
  });

  it.each([600, 2 ** 32])("may live %d seconds", async (expirationSeconds) => {
    const answer = await request({ expirationSeconds });
    expect(claimsOf(answer).exp).toBe(Math.floor(NOW / 1000) + expirationSeconds);
  });
});

describe("a refused token request", () => {
  const status = async (promise: Promise<unknown>): Promise<unknown> => {
    const error = await promise.catch((caught: unknown) => caught);
    if (!(error instanceof StatusError)) throw error;
    const { code, reason, message, details } = error.status;
    return { code, reason, message, details };
  };
  const bad = (message: string): object => ({ code: 400, reason: "BadRequest", message });
  const lifeCause = (value: unknown, text: string): object => ({
    code: 422,
    reason: "Invalid",
    message: `TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: ${value}: ${text}`,
    details: {
      group: "authentication.k8s.io",
      kind: "TokenRequest",
      causes: [
        {
          reason: "FieldValueInvalid",
          message: `Invalid value: ${value}: ${text}`,
          field: "spec.expirationSeconds",
        },
      ],
    },
  });
  const short = "may not specify a duration less than 10 minutes";
  const long = "may not specify a duration larger than 2^32 seconds";

  it.each<[unknown, object]>([
    [599, lifeCause(599, short)],
    [0, lifeCause(0, short)],
    [-1, lifeCause(-1, short)],
    [2 ** 32 + 1, lifeCause("4294967297", long)],
    [9223372036854775807n, lifeCause("9223372036854775807", long)],
  ])("for a life of %s seconds", async (expirationSeconds, expected) => {
    expect(await status(request({ expirationSeconds }))).toEqual(expected);
  });

  it.each<[object, object]>([
    [
      { kind: "Deployment", apiVersion: "apps/v1", name: "d" },
      bad("cannot bind token to object of type apps/v1, Kind=Deployment"),
    ],
    [
      { kind: "ConfigMap", apiVersion: "v1", name: "c" },
      bad("cannot bind token to object of type /v1, Kind=ConfigMap"),
    ],
    [
      { kind: "Secret", apiVersion: "example.com/v1", name: "s" },
      bad("cannot bind token to object of type example.com/v1, Kind=Secret"),
    ],
    [{ apiVersion: "v1", name: "s" }, bad("cannot bind token to object of type /v1, Kind=")],
    [
      { kind: "secret", apiVersion: "v1", name: "s" },
      bad("cannot bind token to object of type /v1, Kind=secret"),
    ],
    [{ kind: "X", apiVersion: "a/b/c" }, bad("cannot bind token to object of type /, Kind=X")],
    [{}, bad("cannot bind token to object of type /, Kind=")],
    [{ kind: "Pod", apiVersion: "v1" }, bad("Name parameter required.")],
    [{ kind: "Node", apiVersion: "v1" }, bad("Name parameter required.")],
    [
      { kind: "Pod", apiVersion: "v1", name: "foreign", uid: "wrong" },
      bad(
        'cannot bind token for serviceaccount "app" to pod running with different serviceaccount name.',
      ),
    ],
    [
      { kind: "Pod", apiVersion: "v1", name: "x" },
      {
        code: 404,
        reason: "NotFound",
        message: 'pods "x" not found',
        details: { name: "x", kind: "pods" },
      },
    ],
    [
      { kind: "Secret", apiVersion: "v1", name: "x" },
      {
        code: 404,
        reason: "NotFound",
        message: 'secrets "x" not found',
        details: { name: "x", kind: "secrets" },
      },
    ],
    [
      { kind: "Node", apiVersion: "v1", name: "x" },
      {
        code: 404,
        reason: "NotFound",
        message: 'nodes "x" not found',
        details: { name: "x", kind: "nodes" },
      },
    ],
    [
      { kind: "Pod", apiVersion: "v1", name: "p", uid: "wrong" },
      {
        code: 409,
        reason: "Conflict",
        message:
          'Operation cannot be fulfilled on Pod "p": the UID in the bound object reference (wrong) does not match the UID in record. The object might have been deleted and then recreated',
        details: { name: "p", kind: "Pod" },
      },
    ],
  ])("bound to %j", async (boundObjectRef, expected) => {
    expect(await status(request({ boundObjectRef }))).toEqual({ details: undefined, ...expected });
    expect(notes).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, object]>([
    ["no namespace", () => request({}, {}, {}, { namespace: "" }), bad("namespace is required")],
    [
      "another name, before the account is looked for",
      () => request({ expirationSeconds: 5 }, { name: "other", uid: "x" }, {}, { name: "ghost" }),
      {
        code: 422,
        reason: "Invalid",
        message:
          'TokenRequest.authentication.k8s.io "ghost" is invalid: metadata.name: Invalid value: "other": must match the service account name if specified',
        details: {
          name: "ghost",
          group: "authentication.k8s.io",
          kind: "TokenRequest",
          causes: [
            {
              reason: "FieldValueInvalid",
              message: 'Invalid value: "other": must match the service account name if specified',
              field: "metadata.name",
            },
          ],
        },
      },
    ],
    [
      "a missing account, before the life is looked at",
      () => request({ expirationSeconds: 1 }, {}, {}, { name: "ghost" }),
      {
        code: 404,
        reason: "NotFound",
        message: 'serviceaccounts "ghost" not found',
        details: { name: "ghost", kind: "serviceaccounts" },
      },
    ],
    [
      "another uid, before the life is looked at",
      () => request({ expirationSeconds: 1 }, { uid: "wrong" }),
      {
        code: 409,
        reason: "Conflict",
        message:
          'Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "app": the UID in the token request (wrong) does not match the UID of the service account (sa-1)',
        details: { name: "app", group: "authentication.k8s.io", kind: "TokenRequest" },
      },
    ],
    [
      "a signer that fails",
      () =>
        request(
          {},
          {},
          { signer: { sign: () => Promise.reject(new Error("while signing jwt: down")) } },
        ),
      {
        code: 500,
        reason: "InternalError",
        message: "Internal error occurred: failed to generate token: while signing jwt: down",
        details: { causes: [{ message: "failed to generate token: while signing jwt: down" }] },
      },
    ],
  ])("with %s", async (_what, run, expected) => {
    expect(await status(run())).toEqual({ details: undefined, ...expected });
  });

  it("by admission, which sees the completed object before anything is bound", async () => {
    const seen: unknown[] = [];
    const validateAdmission: TokenRequestDependencies["validateAdmission"] = (object, context) => {
      seen.push(object.spec, object.metadata.name, context.user.username);
      throw forbidden({ group: "", resource: "serviceaccounts" }, "app", "no");
    };
    const boundObjectRef = { kind: "Pod", apiVersion: "v1", name: "x" };
    expect(await status(request({ boundObjectRef }, {}, { validateAdmission }))).toMatchObject({
      code: 403,
      message: 'serviceaccounts "app" is forbidden: no',
    });
    expect(seen).toEqual([{ audiences: API, expirationSeconds: 3600, boundObjectRef }, "app", "u"]);
    expect(
      await status(request({ expirationSeconds: 1 }, {}, { validateAdmission })),
    ).toMatchObject({
      code: 422,
    });
  });
});
