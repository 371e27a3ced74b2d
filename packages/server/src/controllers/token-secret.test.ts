import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Secret, ServiceAccount } from "../api/types.ts";
import {
  type ControlledServer,
  find,
  isGone,
  startControlledServer,
} from "./controlled-server.fixture.ts";

const TYPE = "kubernetes.io/service-account-token";
const ACCOUNT = "kubernetes.io/service-account.name";
const UID = "kubernetes.io/service-account.uid";

let server: ControlledServer;
beforeAll(async () => {
  server = await startControlledServer();
});
afterAll(() => server[Symbol.asyncDispose]());

let count = 0;
/** A namespace of its own with an account `app`. */
async function setUp(): Promise<{ namespace: string; account: ServiceAccount }> {
  const namespace = `tokens-${count++}`;
  await server.namespace(namespace);
  return {
    namespace,
    account: await server.accounts.create({ metadata: { namespace, name: "app" } }),
  };
}

function tokenSecret(
  namespace: string,
  annotations: Record<string, string> = { [ACCOUNT]: "app" },
  data?: Record<string, string>,
): Promise<Secret> {
  const metadata = { namespace, name: "s", annotations };
  return server.secrets.create({ metadata, type: TYPE, ...(data === undefined ? {} : { data }) });
}

const keyIn = (namespace: string, name = "s") => ({ namespace, name });

/** The Secret once it holds everything. */
function filledIn(namespace: string, isNew: (secret: Secret) => boolean = () => true) {
  return server.until(async () => {
    const found = await find(server.secrets, keyIn(namespace));
    const { data = {} } = found ?? {};
    const isFull = data.token !== undefined && data.namespace !== undefined;
    return found !== undefined && isFull && data["ca.crt"] !== undefined && isNew(found)
      ? found
      : undefined;
  });
}

function decode(data: string | undefined): string {
  return Buffer.from(data ?? "", "base64").toString();
}

/** User name that the server reads from the token; empty when it refuses it. */
async function userOf(token: string): Promise<string> {
  const url = "/apis/authentication.k8s.io/v1/tokenreviews";
  const answer = await server.server.send("POST", url, { spec: { token } });
  const { status } = answer.json<{ status: { user?: { username?: string } } }>();
  return status.user?.username ?? "";
}

describe("a Secret of the token type", () => {
  it("is filled in with a token of its account that the server takes", async () => {
    const { namespace, account } = await setUp();
    await tokenSecret(namespace);
    const { data = {}, metadata } = await filledIn(namespace);
    expect(metadata.annotations).toEqual({ [ACCOUNT]: "app", [UID]: account.metadata.uid });
    expect(decode(data.namespace)).toBe(namespace);
    expect(decode(data["ca.crt"])).toContain("BEGIN CERTIFICATE");
    expect(await userOf(decode(data.token))).toBe(`system:serviceaccount:${namespace}:app`);
    const managers = metadata.managedFields?.map(({ manager }) => manager);
    expect(managers).toContain("kube-controller-manager");
    expect((await server.accounts.get(keyIn(namespace, "app"))).secrets).toBeUndefined();
  });

  it("keeps a namespace and a token of its author's", async () => {
    const { namespace } = await setUp();
    const own = { namespace: "b3du", token: "b3du", more: "eA==" };
    await tokenSecret(namespace, { [ACCOUNT]: "app" }, own);
    expect((await filledIn(namespace)).data).toMatchObject(own);
  });

  it("gets another token when its token is taken out, and the certificate when that was changed", async () => {
    const { namespace } = await setUp();
    await tokenSecret(namespace);
    const before = await filledIn(namespace);
    await server.secrets.patch(keyIn(namespace), "merge-patch", {
      data: { token: null, "ca.crt": "eA==" },
    });
    const after = await filledIn(namespace, ({ data = {} }) => data["ca.crt"] !== "eA==");
    expect(after.data?.["ca.crt"]).toBe(before.data?.["ca.crt"]);
    // The claims are the same, and only some algorithms sign the same twice.
    expect(await userOf(decode(after.data?.token))).toMatch(/:app$/);
    expect(after.data?.token).not.toBe(before.data?.token);
  });

  it("does not get its account's uid back until something else is missing", async () => {
    const { namespace } = await setUp();
    await tokenSecret(namespace);
    await filledIn(namespace);
    await server.secrets.patch(keyIn(namespace), "merge-patch", {
      metadata: { annotations: { [UID]: null } },
    });
    await server.clock.advance(1_000);
    const bare = await server.secrets.get(keyIn(namespace));
    expect(bare.metadata.annotations?.[UID]).toBeUndefined();
    await server.secrets.patch(keyIn(namespace), "merge-patch", { data: { namespace: null } });
    const after = await filledIn(namespace);
    expect(after.metadata.annotations?.[UID]).toBeDefined();
  });

  it.each<[string, Record<string, string>]>([
    ["an account that is not there", { [ACCOUNT]: "ghost" }],
    ["an account of another uid", { [ACCOUNT]: "app", [UID]: "other" }],
  ])("goes when it names %s", async (_what, annotations) => {
    const { namespace } = await setUp();
    await tokenSecret(namespace, annotations);
    await server.until(() => isGone(server.secrets, keyIn(namespace)));
  });

  it("goes when it is given to an account that is not there", async () => {
    const { namespace } = await setUp();
    await tokenSecret(namespace);
    await filledIn(namespace);
    await server.secrets.patch(keyIn(namespace), "merge-patch", {
      metadata: { annotations: { [ACCOUNT]: "ghost" } },
    });
    await server.until(() => isGone(server.secrets, keyIn(namespace)));
  });

  it("that cannot be changed stays as it is; the log says so", async () => {
    const { namespace } = await setUp();
    const metadata = { namespace, name: "s", annotations: { [ACCOUNT]: "app" } };
    await server.secrets.create({ metadata, type: TYPE, immutable: true });
    const key = expect.stringContaining(`${namespace}/s/`);
    await server.until(() =>
      Promise.resolve(server.complaints.find((each) => String(each.key).includes(namespace))),
    );
    expect(server.complaints.at(-1)).toMatchObject({ key });
    expect((await server.secrets.get(keyIn(namespace))).data).toBeUndefined();
  });

  it("of another type is left alone, whatever it is annotated with", async () => {
    const { namespace } = await setUp();
    const metadata = { namespace, name: "s", annotations: { [ACCOUNT]: "ghost" } };
    await server.secrets.create({ metadata });
    await server.clock.advance(1_000);
    expect((await server.secrets.get(keyIn(namespace))).data).toBeUndefined();
  });
});

describe("when an account goes", () => {
  it("its token Secrets go, and what others own stays", async () => {
    const { namespace } = await setUp();
    await server.accounts.create({ metadata: { namespace, name: "other" } });
    await tokenSecret(namespace);
    await filledIn(namespace);
    const others = { namespace, name: "theirs", annotations: { [ACCOUNT]: "other" } };
    await server.secrets.create({ metadata: others, type: TYPE });
    await server.accounts.delete(keyIn(namespace, "app"));
    await server.until(() => isGone(server.secrets, keyIn(namespace)));
    expect(await find(server.secrets, keyIn(namespace, "theirs"))).toBeDefined();
  });

  it("its token is refused, and stays refused when the account comes back", async () => {
    const { namespace } = await setUp();
    await tokenSecret(namespace);
    const token = decode((await filledIn(namespace)).data?.token);
    await server.accounts.delete(keyIn(namespace, "app"));
    await server.accounts.create({ metadata: { namespace, name: "app" } });
    expect(await userOf(token)).toBe("");
    await server.until(() => isGone(server.secrets, keyIn(namespace)));
  });
});

describe("when a Secret goes", () => {
  it("its account forgets it, and no other", async () => {
    const { namespace } = await setUp();
    await tokenSecret(namespace);
    await filledIn(namespace);
    await server.accounts.patch(keyIn(namespace, "app"), "merge-patch", {
      secrets: [{ name: "other" }, { name: "s" }],
    });
    await server.secrets.delete(keyIn(namespace));
    const secrets = await server.until(async () => {
      const account = await server.accounts.get(keyIn(namespace, "app"));
      return account.secrets?.length === 1 ? account.secrets : undefined;
    });
    expect(secrets).toEqual([{ name: "other" }]);
  });

  it("one of the same name gets a token that is its own", async () => {
    const { namespace } = await setUp();
    await tokenSecret(namespace);
    const before = await filledIn(namespace);
    await server.secrets.delete(keyIn(namespace));
    await tokenSecret(namespace);
    const after = await filledIn(namespace);
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    expect(await userOf(decode(before.data?.token))).toBe("");
    expect(await userOf(decode(after.data?.token))).toMatch(/:app$/);
  });
});
