import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatTime } from "../../runtime/clock.ts";
import { detachedSignature } from "../../tokens/detached-signature.ts";
import { type ControlledServer, startControlledServer } from "../controlled-server.fixture.ts";
import { signedData } from "./bootstrap-signer.ts";
import { bootstrapToken } from "./bootstrap-token.fixture.ts";

const NOW = Date.UTC(2026, 0, 1);
const kubeconfig = "apiVersion: v1\nkind: Config\n";
const signature = detachedSignature(kubeconfig, "abcdef", "0123456789abcdef");
const signed = { kubeconfig, "jws-kubeconfig-abcdef": signature };
const good = bootstrapToken("abcdef");

describe("what is signed", () => {
  it.each<[string, Parameters<typeof signedData>[0], Parameters<typeof signedData>[1], unknown]>([
    ["nothing without a kubeconfig", { other: "x" }, [good], undefined],
    ["with a token", { kubeconfig, other: "x" }, [good], { ...signed, other: "x" }],
    ["nothing that is signed already", signed, [good], undefined],
    ["anew, another content", { ...signed, "jws-kubeconfig-abcdef": "x" }, [good], signed],
    ["no more with a token that is gone", signed, [], { kubeconfig }],
  ])("%s", (_what, data, tokens, expected) => {
    expect(signedData(data, tokens, NOW)).toEqual(expected);
  });

  it.each([
    ["has another name", { ...good, metadata: { name: "bootstrap-token-abc" } }],
    ["has the name of another", { ...good, metadata: { name: "bootstrap-token-zzzzzz" } }],
    ["has no secret", bootstrapToken("abcdef", { "token-secret": "" })],
    ["is over", bootstrapToken("abcdef", { expiration: formatTime(NOW) })],
    ["is not meant for it", bootstrapToken("abcdef", { "usage-bootstrap-signing": "True" })],
  ])("not with a token that %s", (_what, token) => {
    expect(signedData({ kubeconfig }, [token], NOW)).toBeUndefined();
  });
});

describe("the cluster's kubeconfig for everybody", () => {
  const KEY = { namespace: "kube-public", name: "cluster-info" };
  let server: ControlledServer;
  beforeAll(async () => {
    server = await startControlledServer({ controllers: "*,bootstrapsigner" });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const isSigned = (expected: Readonly<Record<string, string>>): Promise<true> =>
    server.until(async () => {
      const { data = {} } = await server.configMaps.get(KEY);
      const same = JSON.stringify(Object.entries(data).sort());
      return same === JSON.stringify(Object.entries(expected).sort()) ? true : undefined;
    });

  it("is signed as tokens and contents come and go", async () => {
    await server.secrets.create(good);
    await server.configMaps.create({ metadata: KEY, data: { kubeconfig } });
    await isSigned(signed);
    await server.secrets.create(bootstrapToken("zzzzzz"));
    const ofBoth = (content: string) => ({
      kubeconfig: content,
      "jws-kubeconfig-abcdef": detachedSignature(content, "abcdef", "0123456789abcdef"),
      "jws-kubeconfig-zzzzzz": detachedSignature(content, "zzzzzz", "0123456789abcdef"),
    });
    await isSigned(ofBoth(kubeconfig));
    await server.configMaps.patch(KEY, "merge-patch", { data: { kubeconfig: "other" } });
    await isSigned(ofBoth("other"));
    const name = "bootstrap-token-zzzzzz";
    await server.secrets.delete({ namespace: "kube-system", name });
    const { "jws-kubeconfig-zzzzzz": _gone, ...rest } = ofBoth("other");
    await isSigned(rest);
    expect(server.complaints).toEqual([]);
  });
});
