import { describe, expect, it } from "vitest";
import { formatCommandHelp } from "../cli/help.ts";
import { configFromOptions } from "./config.ts";
import { lifetimeWarnings } from "./config-checks.ts";
import { variableOf } from "./option-row.ts";
import { OPTION_ROWS } from "./option-table.ts";
import { type OptionSources, OptionsError, resolveOptions } from "./options.ts";

function problemsOf(sources: Partial<OptionSources>): readonly string[] {
  try {
    configFromOptions(resolveOptions({ flags: {}, environment: {}, file: {}, ...sources }));
  } catch (error) {
    if (error instanceof OptionsError) return error.problems;
    throw error;
  }
  return [];
}

const configOf = (sources: Partial<OptionSources>) =>
  configFromOptions(resolveOptions({ flags: {}, environment: {}, file: {}, ...sources }));

describe("where a value comes from", () => {
  const flags = { "secure-port": "1" };
  const environment = { COUNTERSIGN_SECURE_PORT: "2" };
  const file = { "secure-port": 3 };

  it.each([
    ["flag", { flags, environment, file }, 1],
    ["variable", { environment, file }, 2],
    ["file", { file }, 3],
    ["default", {}, 6443],
    ["default, when null in the file", { file: { "secure-port": null } }, 6443],
  ])("%s", (_name, sources, port) => {
    expect(configOf(sources).securePort).toBe(port);
  });
});

describe("lists", () => {
  it.each([
    ["flags of texts keep commas", { flags: { "service-account-issuer": ["a,b"] } }, ["a,b"]],
    [
      "variables are split",
      { environment: { COUNTERSIGN_SERVICE_ACCOUNT_ISSUER: "a,b" } },
      ["a", "b"],
    ],
    ["files have lists", { file: { "service-account-issuer": ["a", "b"] } }, ["a", "b"]],
  ])("%s", (_name, sources, issuers) => {
    expect(configOf(sources).issuers).toEqual(issuers);
  });

  it("take every repetition and every comma of a flag", () => {
    expect(configOf({ flags: { "api-audiences": ["a,b", "c"] } }).apiAudiences).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("are empty when their one value is", () => {
    expect(configOf({ flags: { controllers: [""] } }).controllers).toEqual([]);
    expect(configOf({ environment: { COUNTERSIGN_CONTROLLERS: "" } }).controllers).toEqual([]);
  });

  it("audiences are all issuers, in order, when none is given", () => {
    expect(
      configOf({ flags: { "service-account-issuer": ["https://b", "https://a"] } }).apiAudiences,
    ).toEqual(["https://b", "https://a"]);
  });
});

describe("refused values", () => {
  const flag = (name: string, ...values: string[]) => ({ flags: { [name]: values } });
  const text = (name: string, value: string) => ({ flags: { [name]: value } });
  const MAX = "the service-account-max-token-expiration must be between 1 hour and 2^32 seconds";

  it.each<[Partial<OptionSources>, readonly string[]]>([
    [
      { flags: { "legacy-service-account-token-clean-up-period": "0" } },
      ["legacy-service-account-token-clean-up-period must be greater than 0"],
    ],
    [
      text("secure-port", "x"),
      ['invalid argument "x" for "--secure-port" flag: not a whole number'],
    ],
    [text("secure-port", "65536"), ["--secure-port 65536 must be between 0 and 65535, inclusive"]],
    [
      { environment: { COUNTERSIGN_ANONYMOUS_AUTH: "yes" } },
      ['invalid value "yes" of COUNTERSIGN_ANONYMOUS_AUTH: neither true nor false'],
    ],
    [
      text("image-gc-high-threshold", "101"),
      [
        "imageGCHighThresholdPercent (--image-gc-high-threshold) 101 must be between 0 and 100, inclusive",
      ],
    ],
    [
      text("image-gc-low-threshold", "85"),
      [
        "imageGCLowThresholdPercent (--image-gc-low-threshold) 85 must be less than imageGCHighThresholdPercent (--image-gc-high-threshold) 85",
      ],
    ],
    [{ file: { nonsense: 1 } }, ["unknown option nonsense in the configuration file"]],
    [text("bind-address", "localhost"), ['--bind-address "localhost" must be an IP address']],
    [text("storage", "etcd="), ['--storage: "etcd=" is none of memory, sqlite, etcd=URL[,URL…]']],
    [{ file: { "service-account-issuer": [] } }, ["service-account-issuer is a required flag"]],
    [flag("service-account-issuer", ""), ["service-account-issuer should not be an empty string"]],
    [flag("service-account-issuer", "a", "a"), ['service-account-issuer "a" is already specified']],
    [
      flag("service-account-issuer", ":x"),
      [
        `service-account-issuer ":x" contained a ':' but was not a valid URL: parse ":x": missing protocol scheme`,
      ],
    ],
    [
      flag("service-account-issuer", "https://host:port"),
      [
        `service-account-issuer "https://host:port" contained a ':' but was not a valid URL: parse "https://host:port": invalid port ":port" after host`,
      ],
    ],
    [text("service-account-max-token-expiration", "59m59s"), [MAX]],
    [text("service-account-max-token-expiration", "-1h"), [MAX]],
    [text("service-account-max-token-expiration", "4294967297s"), [MAX]],
    [
      text("service-account-jwks-uri", "http://a"),
      ["service-account-jwks-uri requires https scheme, parsed as: http://a"],
    ],
    [
      {
        flags: {
          "service-account-signing-endpoint": "/run/s",
          "service-account-key-file": ["k"],
          "service-account-signing-key-file": "s",
        },
      },
      [
        "cannot set mutually exclusive flags `--service-account-key-file` and `--service-account-signing-endpoint` at the same time",
        "service-account-signing-key-file and service-account-signing-endpoint are mutually exclusive and cannot be set at the same time",
      ],
    ],
    [
      text("service-account-signing-endpoint", "@a b"),
      [
        'invalid value "@a b" passed for `--service-account-signing-endpoint`, when prefixed with @ must be a valid abstract socket name',
      ],
    ],
    [
      flag("requestheader-username-headers", "X-User", " "),
      ['empty value in "requestheader-username-headers"'],
    ],
    [
      flag("requestheader-uid-headers", "X-Uid"),
      [
        "--requestheader-uid-headers is set without specifying the standard X-Remote-Uid header - API aggregation will not work",
      ],
    ],
  ])("%j", (sources, problems) => {
    expect(problemsOf(sources)).toEqual(problems);
  });

  it("all of them are told at once", () => {
    expect(problemsOf({ flags: { "secure-port": "x", "no-node": "maybe" } })).toHaveLength(2);
  });
});

describe("warnings", () => {
  it.each([
    [{}, 0],
    [{ "service-account-max-token-expiration": "1h" }, 2],
    [{ "service-account-max-token-expiration": "3607s" }, 1],
    [{ "service-account-max-token-expiration": "8760h" }, 0],
    [
      {
        "service-account-max-token-expiration": "1h",
        "service-account-extend-token-expiration": false,
      },
      0,
    ],
  ])("of %j are %i", (flags, count) => {
    expect(lifetimeWarnings(configOf({ flags }))).toHaveLength(count);
  });
});

describe("accepted values", () => {
  it.each([
    [{ "service-account-issuer": ["kubernetes"] }],
    [{ "service-account-issuer": ["urn:a:b", "https://h:8443/path?x=%20"] }],
    [{ "service-account-max-token-expiration": "1h" }],
    [{ "service-account-max-token-expiration": "4294967296s" }],
    [{ "service-account-signing-endpoint": "@signer.1" }],
    [{ "service-account-jwks-uri": "https://keys.example.com/jwks" }],
    [{ storage: "etcd=http://127.0.0.1:2379,http://127.0.0.1:2381" }],
  ])("%j", (flags) => {
    expect(problemsOf({ flags })).toEqual([]);
  });
});

describe("the life of pods' tokens in a test", () => {
  const name = "unsafe-test-pod-token-lifetime";
  const flags = { [name]: "60s", storage: "memory" };
  const RANGE = `--${name} must be whole seconds between 10s and 10m`;

  it("is given as a flag only", () => {
    expect(configOf({ flags }).testPodTokenSeconds).toBe(60);
    const environment = { [variableOf(name)]: "60s" };
    expect(configOf({ environment }).testPodTokenSeconds).toBe(0);
    expect(problemsOf({ file: { [name]: "60s" } })).toEqual([
      `unknown option ${name} in the configuration file`,
    ]);
    expect(formatCommandHelp("up", "", OPTION_ROWS)).not.toContain(name);
  });

  it.each([
    [{ ...flags, storage: "sqlite" }, [`--${name} needs --storage memory`]],
    [{ ...flags, "bind-address": "0.0.0.0" }, [`--${name} needs a --bind-address of the loopback`]],
    [{ ...flags, "bind-address": "::1" }, []],
    [{ ...flags, [name]: "0" }, []],
    [{ ...flags, [name]: "9s" }, [RANGE]],
    [{ ...flags, [name]: "601s" }, [RANGE]],
    [{ ...flags, [name]: "10500ms" }, [RANGE]],
    [{ ...flags, [name]: "-60s" }, [RANGE]],
  ])("%j", (given, problems) => {
    expect(problemsOf({ flags: given })).toEqual(problems);
  });

  it("is warned of", () => {
    expect(lifetimeWarnings(configOf({ flags }))).toEqual([
      `${name} is for tests only: tokens bound to pods live 60 s`,
    ]);
  });
});
