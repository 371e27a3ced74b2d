import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCredentialProviders } from "./credential-providers.ts";
import { readProviderConfig } from "./provider-config.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "provider-config-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const V1 = "credentialprovider.kubelet.k8s.io/v1";
const HEAD = "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\n";

const PROVIDER = {
  name: "helper",
  matchImages: ["r.example"],
  defaultCacheDuration: "5m",
  apiVersion: V1,
};
const TOKENS = {
  serviceAccountTokenAudience: "registry",
  cacheType: "Token",
  requireServiceAccount: true,
};

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function config(...providers: readonly object[]): string {
  return write("config.yaml", `${HEAD}providers: ${JSON.stringify(providers)}\n`);
}

function withTokens(attributes: object): string {
  return config({ ...PROVIDER, tokenAttributes: { ...TOKENS, ...attributes } });
}

describe("a configuration", () => {
  it("in YAML, with all that it can say", () => {
    const path = write(
      "config.yaml",
      `${HEAD}providers:
- name: helper
  matchImages: ["*.r.example", "r.example:5000/team"]
  defaultCacheDuration: 1h30m
  apiVersion: ${V1}
  args: [get, --json]
  env:
  - name: REGION
    value: north
  tokenAttributes:
    serviceAccountTokenAudience: registry
    cacheType: ServiceAccount
    requireServiceAccount: false
    optionalServiceAccountAnnotationKeys: [example.com/team]
`,
    );
    expect(readProviderConfig(path)).toEqual([
      {
        name: "helper",
        matchImages: ["*.r.example", "r.example:5000/team"],
        defaultCacheNanos: 5_400_000_000_000n,
        apiVersion: V1,
        args: ["get", "--json"],
        env: [{ name: "REGION", value: "north" }],
        tokenAttributes: {
          serviceAccountTokenAudience: "registry",
          cacheType: "ServiceAccount",
          requireServiceAccount: false,
          requiredServiceAccountAnnotationKeys: [],
          optionalServiceAccountAnnotationKeys: ["example.com/team"],
        },
      },
    ]);
  });

  it("out of a directory, in the order of names, whatever else is there", () => {
    const of = (name: string): string =>
      JSON.stringify({
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "CredentialProviderConfig",
        providers: [{ ...PROVIDER, name }],
      });
    write("20.json", of("second"));
    write("10.yml", of("first"));
    write("notes.txt", "nothing");
    mkdirSync(join(directory, "below.yaml"));
    expect(readProviderConfig(directory).map(({ name }) => name)).toEqual(["first", "second"]);
    write("30.yaml", of("first"));
    expect(() => readProviderConfig(directory)).toThrow(
      'duplicate provider name "first" found in configuration file(s)',
    );
  });

  it.each<[string, () => string, string]>([
    [
      "that is not there",
      () => "/no/such",
      'unable to access path "/no/such": stat /no/such: no such file or directory',
    ],
    ["without a path", () => "", "credential provider config path is empty"],
    ["in an empty directory", () => directory, "no configuration files found in directory"],
    [
      "of another kind",
      () => write("c", "apiVersion: kubelet.config.k8s.io/v1\nkind: Other\n"),
      'no kind "Other" is registered for version "kubelet.config.k8s.io/v1"',
    ],
    [
      "of another version",
      () => write("c", "apiVersion: example.com/v1\nkind: CredentialProviderConfig\n"),
      'no kind "CredentialProviderConfig" is registered for version "example.com/v1"',
    ],
    ["without a kind", () => write("c", "a: 1\n"), "Object 'Kind' is missing in '{\"a\":1}'"],
    [
      "with a member that there is not",
      () => config({ ...PROVIDER, matchImage: [] }),
      'strict decoding error: unknown field "providers[0].matchImage"',
    ],
    [
      "of a version without tokens",
      () =>
        write(
          "c",
          JSON.stringify({
            apiVersion: "kubelet.config.k8s.io/v1alpha1",
            kind: "CredentialProviderConfig",
            providers: [{ ...PROVIDER, tokenAttributes: TOKENS }],
          }),
        ),
      'strict decoding error: unknown field "providers[0].tokenAttributes"',
    ],
    [
      "with a member of another type",
      () => config({ ...PROVIDER, matchImages: "r.example" }),
      "json: cannot unmarshal string into Go struct field providers.matchImages of type []string",
    ],
    [
      "with a duration that is none",
      () => config({ ...PROVIDER, defaultCacheDuration: "5 minutes" }),
      'time: unknown unit " minutes" in duration "5 minutes"',
    ],
    [
      "without providers",
      () => config(),
      "failed to validate credential provider config: providers: Required value: at least 1 item in plugins is required",
    ],
    [
      "without images",
      () => config({ ...PROVIDER, matchImages: [] }),
      "providers.matchImages: Required value: at least 1 item in matchImages is required",
    ],
    [
      "with an image that is none",
      () => config({ ...PROVIDER, matchImages: ["%invalid%"] }),
      'providers.matchImages: Invalid value: "%invalid%": match image is invalid: parse "https://%invalid%": invalid URL escape "%in"',
    ],
    [
      "with a name that leads elsewhere",
      () => config({ ...PROVIDER, name: "../helper" }),
      "providers.name: Invalid value: \"../helper\": provider name cannot contain '/'",
    ],
    [
      "with a name of two words",
      () => config({ ...PROVIDER, name: "a b" }),
      'providers.name: Invalid value: "a b": provider name cannot contain spaces',
    ],
    [
      "with the directory as a name",
      () => config({ ...PROVIDER, name: ".." }),
      "providers.name: Invalid value: \"..\": provider name cannot be '..'",
    ],
    [
      "with a negative duration",
      () => config({ ...PROVIDER, defaultCacheDuration: "-1m" }),
      'providers.defaultCacheDuration: Invalid value: "-1m0s": must be greater than or equal to 0',
    ],
    [
      "with nothing but a name",
      () => config({ name: "helper" }),
      "[providers.apiVersion: Required value, providers.matchImages: Required value: at least 1 item in matchImages is required, providers.defaultCacheDuration: Required value]",
    ],
    [
      "with a version that there is not",
      () => config({ ...PROVIDER, apiVersion: "credentialprovider.kubelet.k8s.io/v2" }),
      'providers.apiVersion: Unsupported value: "credentialprovider.kubelet.k8s.io/v2": supported values: "credentialprovider.kubelet.k8s.io/v1", "credentialprovider.kubelet.k8s.io/v1alpha1", "credentialprovider.kubelet.k8s.io/v1beta1"',
    ],
    [
      "with tokens for programs that know of none",
      () =>
        config({
          ...PROVIDER,
          apiVersion: "credentialprovider.kubelet.k8s.io/v1beta1",
          tokenAttributes: TOKENS,
        }),
      "providers.tokenAttributes: Forbidden: tokenAttributes is only supported for credentialprovider.kubelet.k8s.io/v1 API version",
    ],
    [
      "with tokens for nobody",
      () => config({ ...PROVIDER, tokenAttributes: {} }),
      "[providers.tokenAttributes.serviceAccountTokenAudience: Required value, providers.tokenAttributes.requireServiceAccount: Required value, providers.tokenAttributes.cacheType: Required value: cacheType is required to be set when tokenAttributes is specified. Supported values are: ServiceAccount, Token]",
    ],
    [
      "with another cache",
      () => withTokens({ cacheType: "Pod" }),
      'providers.tokenAttributes.cacheType: Unsupported value: "Pod": supported values: "ServiceAccount", "Token"',
    ],
    [
      "with annotations of no account",
      () =>
        withTokens({ requireServiceAccount: false, requiredServiceAccountAnnotationKeys: ["a"] }),
      "providers.tokenAttributes.requiredServiceAccountAnnotationKeys: Forbidden: requireServiceAccount cannot be false when requiredServiceAccountAnnotationKeys is set",
    ],
    [
      "with annotations twice",
      () =>
        withTokens({
          requiredServiceAccountAnnotationKeys: ["a", "a"],
          optionalServiceAccountAnnotationKeys: ["a"],
        }),
      '[providers.tokenAttributes.requiredServiceAccountAnnotationKeys: Duplicate value: "a", providers.tokenAttributes: Invalid value: ["a"]: annotation keys cannot be both required and optional]',
    ],
    [
      "with an annotation that cannot be",
      () => withTokens({ optionalServiceAccountAnnotationKeys: ["Not a key"] }),
      'providers.tokenAttributes.optionalServiceAccountAnnotationKeys: Invalid value: "Not a key": name part must consist of',
    ],
  ])("%s", (_what, path, problem) => {
    const at = path();
    expect(() => readProviderConfig(at)).toThrow(problem);
  });
});

describe("programs of providers", () => {
  it("are looked for before anything starts", () => {
    const path = config(PROVIDER);
    expect(() => readCredentialProviders(path, "/no/such")).toThrow(
      "plugin binary directory /no/such did not exist",
    );
    expect(() => readCredentialProviders(path, directory)).toThrow(
      `plugin binary executable ${directory}/helper did not exist`,
    );
    write("helper", "#!/bin/sh\n");
    chmodSync(join(directory, "helper"), 0o644);
    expect(() => readCredentialProviders(path, directory)).toThrow(
      `error inspecting binary executable ${directory}/helper: `,
    );
    chmodSync(join(directory, "helper"), 0o755);
    expect(readCredentialProviders(path, directory)).toMatchObject({
      binDirectory: directory,
      providers: [{ name: "helper" }],
    });
  });

  it("are none where nothing is configured", () => {
    expect(readCredentialProviders("", "")).toBeUndefined();
  });
});
