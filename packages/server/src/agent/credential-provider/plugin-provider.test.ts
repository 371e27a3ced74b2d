import { describe, expect, it } from "vitest";
import type { Pod, ServiceAccount } from "../../api/types.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { PodTokenRequest } from "../token-request.ts";
import { PluginProvider, type ProviderRequest } from "./plugin-provider.ts";
import type { CredentialProvider, TokenAttributes } from "./provider-config.ts";
import type { ProviderResponse } from "./provider-response.ts";

const SIGNAL = new AbortController().signal;
const ENTRY = { registry: "r.example", username: "anna", password: "secret" };
const TOKENS: TokenAttributes = {
  serviceAccountTokenAudience: "registry",
  cacheType: "ServiceAccount",
  requireServiceAccount: true,
  requiredServiceAccountAnnotationKeys: [],
  optionalServiceAccountAnnotationKeys: [],
};

function pod(name: string, serviceAccountName = "app"): Pod {
  return {
    metadata: { name, namespace: "ns", uid: `uid-of-${name}` },
    spec: { containers: [], serviceAccountName },
  };
}

function bench(setup: {
  readonly provider?: Partial<CredentialProvider>;
  readonly answer?: Partial<ProviderResponse>;
  readonly account?: Partial<ServiceAccount["metadata"]>;
}) {
  const clock = new FakeClock();
  const asked: ProviderRequest[] = [];
  const tokens: PodTokenRequest[] = [];
  const state = {
    answer: { cacheKeyType: "Image", entries: [ENTRY], ...setup.answer } as ProviderResponse,
    failure: undefined as Error | undefined,
  };
  const provider = new PluginProvider({
    provider: {
      ...{ name: "helper", matchImages: ["*.example"], args: [], env: [] },
      apiVersion: "credentialprovider.kubelet.k8s.io/v1",
      defaultCacheNanos: 60_000_000_000n,
      ...setup.provider,
    },
    ask: async (request) => {
      asked.push(request);
      if (state.failure !== undefined) throw state.failure;
      return state.answer;
    },
    accounts: {
      serviceAccount: async (namespace, name) => ({
        metadata: { namespace, name, uid: "uid-of-account", ...setup.account },
      }),
      token: async (request) => {
        tokens.push(request);
        return `token of ${request.pod.name}`;
      },
    },
    clock,
  });
  const entries = (image: string, of: Pod = pod("one")) => provider.entries(image, of, SIGNAL);
  return { clock, asked, tokens, state, entries };
}

describe("a provider", () => {
  it("is asked for its own images only", async () => {
    const { entries, asked } = bench({});
    expect(await entries("docker.io/library/busybox")).toEqual([]);
    expect(asked).toEqual([]);
    expect(await entries("r.example/app")).toEqual([ENTRY]);
    expect(asked).toEqual([{ image: "r.example/app" }]);
  });

  it.each<[string, readonly string[], number]>([
    ["Image", ["r.example/a", "r.example/a"], 1],
    ["Image", ["r.example/a", "r.example/b"], 2],
    ["Registry", ["r.example/a", "r.example/b"], 1],
    ["Registry", ["r.example/a", "s.example/a"], 2],
    ["Global", ["r.example/a", "s.example/a"], 1],
  ])(
    "whose answer counts by %s, for %j, is asked %i times",
    async (cacheKeyType, images, times) => {
      const { entries, asked } = bench({ answer: { cacheKeyType } });
      for (const image of images) await entries(image);
      expect(asked).toHaveLength(times);
    },
  );

  it("is asked again when its answer has had its time", async () => {
    const { entries, asked, clock, state } = bench({});
    await entries("r.example/a");
    await clock.advance(60_000);
    await entries("r.example/a");
    expect(asked).toHaveLength(1);
    state.answer = { ...state.answer, cacheNanos: 1_000_000_000n };
    await clock.advance(1);
    await entries("r.example/a");
    await clock.advance(1_001);
    await entries("r.example/a");
    expect(asked).toHaveLength(3);
  });

  it.each<[string, Partial<CredentialProvider>, Partial<ProviderResponse>]>([
    ["says that its answer is for once", {}, { cacheNanos: 0n }],
    ["is configured so", { defaultCacheNanos: 0n }, {}],
  ])("is asked each time where it %s", async (_what, provider, answer) => {
    const { entries, asked } = bench({ provider, answer });
    await entries("r.example/a");
    await entries("r.example/a");
    expect(asked).toHaveLength(2);
  });

  it("is asked once for what many want at one time", async () => {
    const { entries, asked } = bench({});
    await Promise.all([1, 2, 3].map(() => entries("r.example/a")));
    expect(asked).toHaveLength(1);
  });

  it("that fails is asked again, and says why", async () => {
    const { entries, asked, state } = bench({});
    state.failure = new Error("exit status 1");
    await expect(entries("r.example/a")).rejects.toThrow(
      "failed to get credential from external registry credential provider: exit status 1",
    );
    state.failure = undefined;
    expect(await entries("r.example/a")).toEqual([ENTRY]);
    expect(asked).toHaveLength(2);
  });

  it("that does not say for what its answer counts has none", async () => {
    const { entries } = bench({ answer: { cacheKeyType: "Pod" } });
    await expect(entries("r.example/a")).rejects.toThrow(
      "credential provider plugin did not return a valid cacheKeyType: Pod",
    );
  });
});

describe("a provider that goes by service accounts", () => {
  const annotated = {
    ...TOKENS,
    requiredServiceAccountAnnotationKeys: ["example.com/role"],
    optionalServiceAccountAnnotationKeys: ["example.com/team", "example.com/none"],
  };

  it("is shown a token of the pod, and the annotations that it wants", async () => {
    const { entries, asked, tokens } = bench({
      provider: { tokenAttributes: annotated },
      account: {
        annotations: {
          "example.com/role": "reader",
          "example.com/team": "one",
          "example.com/secret": "x",
        },
      },
    });
    const source = { kind: "service-account", namespace: "ns", name: "app", uid: "uid-of-account" };
    expect(await entries("r.example/a")).toEqual([{ ...ENTRY, source }]);
    expect(tokens).toEqual([
      {
        namespace: "ns",
        name: "app",
        accountUid: "uid-of-account",
        audiences: ["registry"],
        pod: { name: "one", uid: "uid-of-one" },
      },
    ]);
    expect(asked).toMatchObject([
      {
        image: "r.example/a",
        account: {
          token: "token of one",
          annotations: { "example.com/role": "reader", "example.com/team": "one" },
        },
      },
    ]);
  });

  it("is not asked for accounts without what it requires", async () => {
    const { entries, asked, tokens } = bench({ provider: { tokenAttributes: annotated } });
    expect(await entries("r.example/a")).toEqual([]);
    expect([asked, tokens]).toEqual([[], []]);
  });

  it.each([
    [true, 0],
    [false, 1],
  ])("for a pod without an account, where it requires one: %s", async (required, times) => {
    const tokenAttributes = { ...TOKENS, requireServiceAccount: required };
    const { entries, asked } = bench({ provider: { tokenAttributes } });
    await entries("r.example/a", pod("static", ""));
    expect(asked).toEqual(Array.from({ length: times }, () => ({ image: "r.example/a" })));
  });

  it.each([
    ["ServiceAccount", 1],
    ["Token", 2],
  ])("whose answers count by %s is asked for two pods %i times", async (cacheType, times) => {
    const { entries, asked } = bench({
      provider: { tokenAttributes: { ...TOKENS, cacheType } },
    });
    for (const name of ["one", "two", "one"]) await entries("r.example/a", pod(name));
    expect(asked).toHaveLength(times);
  });

  it("gives nobody's answer to another account", async () => {
    const { entries, asked } = bench({ provider: { tokenAttributes: TOKENS } });
    await entries("r.example/a", pod("one", "app"));
    await entries("r.example/a", pod("two", "other"));
    expect(asked).toHaveLength(2);
  });

  it.each([
    ["ServiceAccount", false],
    ["Token", true],
  ])("may answer with the token itself, where answers count by %s: %s", async (cacheType, may) => {
    const { entries } = bench({
      provider: { tokenAttributes: { ...TOKENS, cacheType } },
      answer: { entries: [{ ...ENTRY, password: "token of one" }] },
    });
    const found = entries("r.example/a");
    if (may) expect(await found).toHaveLength(1);
    else await expect(found).rejects.toThrow("returned the service account token as the password");
  });
});
