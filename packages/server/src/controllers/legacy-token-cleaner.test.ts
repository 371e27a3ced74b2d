import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PODS } from "../client/resource-type.ts";
import { type ControlledServer, find, startControlledServer } from "./controlled-server.fixture.ts";
import { decideCleaning } from "./legacy-token-cleaner.ts";
import type { ObservedServiceAccount, ObservedTokenSecret } from "./observed.ts";

/** Days pass here: nobody else may look at his clock all the time. */
const CONTROLLERS = [
  "serviceaccount-controller",
  "serviceaccount-token-controller",
  "root-ca-certificate-publisher-controller",
  "legacy-serviceaccount-token-cleaner-controller",
].join();
const LAST_USED = "kubernetes.io/legacy-token-last-used";
const INVALID_SINCE = "kubernetes.io/legacy-token-invalid-since";
const ACCOUNT = "kubernetes.io/service-account.name";
const UID = "kubernetes.io/service-account.uid";
const DAY_MS = 86_400_000;

const NOW = Date.UTC(2026, 5, 30, 12);
const PERIOD_MS = 30 * DAY_MS;
/** The day on which the period that ends now began. */
const LIMIT = "2026-05-31";

interface Facts {
  readonly labels?: Record<string, string>;
  readonly metadata?: Partial<ObservedTokenSecret["metadata"]>;
  readonly account?: ObservedServiceAccount | undefined;
}

const LISTING: ObservedServiceAccount = { metadata: { name: "app", uid: "u" }, secrets: ["s"] };

function decide(facts: Facts): string {
  const secret: ObservedTokenSecret = {
    metadata: {
      name: "s",
      creationTimestamp: "2020-01-01T00:00:00Z",
      annotations: { [ACCOUNT]: "app", [UID]: "u" },
      labels: facts.labels ?? {},
      ...facts.metadata,
    },
    missing: { token: false, namespace: false, ca: false },
  };
  const account = "account" in facts ? facts.account : LISTING;
  return decideCleaning(secret, account, NOW, PERIOD_MS);
}

describe("what becomes of a token Secret", () => {
  it.each<[string, Facts, string]>([
    ["never used", {}, "mark"],
    ["last used before the period", { labels: { [LAST_USED]: "2026-05-30" } }, "mark"],
    ["last used on the first day of the period", { labels: { [LAST_USED]: LIMIT } }, "keep"],
    ["last used on a day that is none", { labels: { [LAST_USED]: "never" } }, "keep"],
    ["last used on no day", { labels: { [LAST_USED]: "" } }, "keep"],
    ["made within the period", { metadata: { creationTimestamp: "2026-06-01T00:00:00Z" } }, "keep"],
    [
      "made at the very start of the period",
      { metadata: { creationTimestamp: "2026-05-31T12:00:00Z" } },
      "keep",
    ],
    ["being deleted", { metadata: { deletionTimestamp: "2026-06-30T00:00:00Z" } }, "keep"],
    ["without its account", { account: undefined }, "keep"],
    [
      "of another account of that name",
      { account: { ...LISTING, metadata: { name: "app", uid: "other" } } },
      "keep",
    ],
    [
      "that does not say which account",
      { metadata: { annotations: { [ACCOUNT]: "app" } } },
      "mark",
    ],
    ["that its account does not list", { account: { metadata: LISTING.metadata } }, "keep"],
    ["its account lists others", { account: { ...LISTING, secrets: ["t"] } }, "keep"],
    ["marked within the period", { labels: { [INVALID_SINCE]: LIMIT } }, "keep"],
    ["marked before the period", { labels: { [INVALID_SINCE]: "2026-05-30" } }, "delete"],
    ["marked with what is no day", { labels: { [INVALID_SINCE]: "x" } }, "mark"],
    ["whose mark was emptied", { labels: { [INVALID_SINCE]: "" } }, "mark"],
    [
      "marked long ago, but used since",
      { labels: { [INVALID_SINCE]: "2026-01-01", [LAST_USED]: "2026-06-20" } },
      "keep",
    ],
  ])("%s", (_name, facts, outcome) => {
    expect(decide(facts)).toBe(outcome);
  });
});

describe("the cleaner", () => {
  const namespace = "old";
  const keyOf = (name: string) => ({ namespace, name });
  let server: ControlledServer;
  beforeAll(async () => {
    server = await startControlledServer({
      controllers: CONTROLLERS,
      "legacy-service-account-token-clean-up-period": "24h",
    });
    await server.namespace(namespace);
    await server.accounts.create({ metadata: keyOf("app") });
    for (const name of ["unused", "mounted", "used", "manual", "missed"]) {
      const metadata = { ...keyOf(name), annotations: { [ACCOUNT]: "app" } };
      await server.secrets.create({ metadata, type: "kubernetes.io/service-account-token" });
      await server.until(async () => (await server.secrets.get(keyOf(name))).data?.token);
    }
    await server.accounts.patch(keyOf("app"), "merge-patch", {
      secrets: ["unused", "mounted", "used", "missed"].map((name) => ({ name })),
    });
    await server.client.resource(PODS).create({
      metadata: keyOf("pod"),
      spec: {
        containers: [{ name: "c", image: "i" }],
        volumes: [{ name: "v", secret: { secretName: "mounted" } }],
      },
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const label = (name: string, key: string, value: string | null): Promise<unknown> =>
    server.secrets.patch(keyOf(name), "merge-patch", { metadata: { labels: { [key]: value } } });
  const marks = async (): Promise<Record<string, string | undefined>> => {
    const { items } = await server.secrets.list({ namespace });
    return Object.fromEntries(
      items.map(({ metadata }) => [metadata.name, metadata.labels?.[INVALID_SINCE]]),
    );
  };
  const nextDay = async (): Promise<Record<string, string | undefined>> => {
    await server.clock.advance(DAY_MS);
    return await marks();
  };

  it("does nothing until use has been recorded for a whole period after a whole day", async () => {
    const unmarked = { manual: undefined, missed: undefined, mounted: undefined };
    expect(await nextDay()).toEqual({ ...unmarked, unused: undefined, used: undefined });
  });

  it("then marks what the account lists and nobody used or mounted", async () => {
    await label("used", LAST_USED, "2026-01-03");
    expect(await nextDay()).toEqual({
      manual: undefined,
      missed: "2026-01-03",
      mounted: undefined,
      unused: "2026-01-03",
      used: undefined,
    });
  });

  it("deletes it after another period, unless somebody took the mark off and used it", async () => {
    await label("missed", INVALID_SINCE, null);
    await label("missed", LAST_USED, "2026-01-05");
    await label("used", LAST_USED, "2026-01-05");
    expect((await nextDay()).unused).toBe("2026-01-03");
    expect(Object.keys(await nextDay())).toEqual(["manual", "missed", "mounted", "used"]);
    expect(await find(server.secrets, keyOf("unused"))).toBeUndefined();
    expect(server.complaints).toEqual([]);
  });

  it("does nothing while nobody records use", async () => {
    const tracking = {
      namespace: "kube-system",
      name: "kube-apiserver-legacy-service-account-token-tracking",
    };
    await server.configMaps.patch(tracking, "merge-patch", { data: { since: "2999-01-01" } });
    expect(Object.keys(await nextDay())).toEqual(["manual", "missed", "mounted", "used"]);
    expect((await marks()).used).toBeUndefined();
  });
});
