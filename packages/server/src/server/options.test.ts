import { describe, expect, it } from "vitest";
import { configFromOptions } from "./config.ts";
import { type OptionSources, OptionsError, resolveOptions } from "./options.ts";

const NOTHING: OptionSources = { flags: {}, environment: {}, file: {} };

function problemsOf(sources: Partial<OptionSources>): readonly string[] {
  try {
    configFromOptions(resolveOptions({ ...NOTHING, ...sources }));
    return [];
  } catch (error) {
    if (error instanceof OptionsError) return error.problems;
    throw error;
  }
}

describe("options", () => {
  it("flag before variable before file before default", () => {
    const file = { "secure-port": 1, "bind-address": "::1", "data-dir": "f" };
    const environment = { COUNTERSIGN_SECURE_PORT: "2", COUNTERSIGN_BIND_ADDRESS: "0.0.0.0" };
    const flags = { "secure-port": "3" };
    const config = configFromOptions(resolveOptions({ flags, environment, file }));
    expect(config).toMatchObject({ securePort: 3, bindAddress: "0.0.0.0", dataDir: "f" });
    expect(config.signingAlgorithm).toBe("ES256");
  });

  it("audiences are the issuers unless they are given", () => {
    const flags = { "service-account-issuer": ["https://a", "https://b"] };
    const config = configFromOptions(resolveOptions({ ...NOTHING, flags }));
    expect(config.apiAudiences).toEqual(["https://a", "https://b"]);
  });

  it("every problem is told", () => {
    expect(problemsOf({ flags: { "secure-port": "x", "anonymous-auth": "maybe" } })).toHaveLength(
      2,
    );
    expect(problemsOf({ file: { nonsense: 1 } })).toEqual([
      "unknown option in the configuration file: nonsense",
    ]);
  });

  it.each([
    [{ "service-account-max-token-expiration": "59m59s" }, /between 1 hour and 2\^32 seconds/],
    [{ "service-account-jwks-uri": "http://x" }, /requires https scheme, parsed as: http:\/\/x/],
    [{ "service-account-issuer": ["https://[x"] }, /contained a ':' but was not a valid URL/],
    [{ "service-account-issuer": ["k", "k"] }, /is already specified/],
    [{ "service-account-signing-algorithm": "HS256" }, /is none of ES256/],
    [{ storage: "etcd=" }, /is none of memory, sqlite/],
    [{ "secure-port": "70000" }, /must be between 0 and 65535/],
  ])("%j is refused", (flags, message) => {
    expect(problemsOf({ flags })).toContainEqual(expect.stringMatching(message));
  });

  it("an hour is long enough, and an issuer need not be a URL", () => {
    const flags = {
      "service-account-max-token-expiration": "1h",
      "service-account-issuer": "kubernetes",
    };
    expect(problemsOf({ flags })).toEqual([]);
  });
});
