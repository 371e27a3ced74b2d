/**
 * What has to hold for the options beyond their types. Each check returns its problems, in
 * kube-apiserver's words where it has them.
 */
import { isIP } from "node:net";
import { type FieldError, root } from "../api/field-error.ts";
import { quoteGo } from "../api/go-quote.ts";
import { checkEndpointIp } from "../api/validation/ip-address.ts";
import {
  EXTENDED_EXPIRATION_SECONDS,
  INJECTED_EXPIRATION_SECONDS,
  MIN_EXPIRATION_SECONDS,
} from "../tokens/lifetime.ts";

interface SigningSources {
  readonly keyFiles: readonly string[];
  readonly signingKeyFile: string;
  readonly signingEndpoint: string;
}

interface RequestHeaderLists {
  readonly allowedNames: readonly string[];
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraHeadersPrefix: readonly string[];
}

/** @see kubernetes pkg/controlplane/apiserver/options/validation.go */
const ABSTRACT_SOCKET = /^@(?:[\w-]+\.)*[\w-]+$/;
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1)$/;

/** @see etcd client/pkg/transport/listener.go (ClientConfig) */
export function checkEtcdTls({
  certFile,
  keyFile,
}: {
  readonly certFile: string;
  readonly keyFile: string;
}): readonly string[] {
  if ((certFile === "") === (keyFile === "")) return [];
  return [`KeyFile and CertFile must both be present[key: ${keyFile}, cert: ${certFile}]`];
}

export function checkBindAddress(address: string): readonly string[] {
  if (isIP(address) !== 0) return [];
  return [`--bind-address ${JSON.stringify(address)} must be an IP address`];
}

/** It is written into Endpoints, whose rules it has to keep. */
export function checkAdvertiseAddress(address: string): readonly string[] {
  if (address === "") return [];
  const errors: FieldError[] = [];
  checkEndpointIp(address, root(), errors);
  return errors.map(({ message }) => `--advertise-address: ${message}`);
}

/** @see kubernetes pkg/kubeapiserver/options/authentication.go */
export function checkIssuers(list: readonly string[]): readonly string[] {
  if (list.length === 0) return ["service-account-issuer is a required flag"];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const issuer of list) {
    const quoted = quoteGo(issuer);
    const urlProblem = issuer.includes(":") ? urlProblemOf(issuer) : undefined;
    if (urlProblem !== undefined) {
      problems.push(
        `service-account-issuer ${quoted} contained a ':' but was not a valid URL: ${urlProblem}`,
      );
    } else if (issuer === "") {
      problems.push("service-account-issuer should not be an empty string");
    } else if (seen.has(issuer)) {
      problems.push(`service-account-issuer ${quoted} is already specified`);
    }
    seen.add(issuer);
  }
  return problems;
}

/** What Go's parser, which is more lenient than that of the web, would refuse a URL for. */
function urlProblemOf(text: string): string | undefined {
  const why = urlFault(text);
  return why === undefined ? undefined : `parse ${quoteGo(text)}: ${why}`;
}

/** @see go net/url parse */
function urlFault(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\0-\x1f\x7f]/.test(text)) return "net/url: invalid control character in URL";
  if (text.startsWith(":")) return "missing protocol scheme";
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(text)?.[0] ?? "";
  const rest = text.slice(scheme.length);
  if (scheme === "" && /^[^/?#]*:/.test(rest)) {
    return "first path segment in URL cannot contain colon";
  }
  const badEscape = /%(?![0-9a-f]{2}).{0,2}/i.exec(rest)?.[0];
  if (badEscape !== undefined) return `invalid URL escape ${quoteGo(badEscape)}`;
  const host = /^\/\/([^/?#]*)/.exec(rest)?.[1]?.replace(/^.*@/, "") ?? "";
  if (host.includes(" ")) return 'invalid character " " in host name';
  const port = /(:[^:\]]*)$/.exec(host)?.[1];
  return port === undefined || /^:\d*$/.test(port)
    ? undefined
    : `invalid port ${quoteGo(port)} after host`;
}

/** @see kubernetes pkg/controlplane/apiserver/options/options.go */
export function checkMaxExpiration(seconds: number): readonly string[] {
  if (seconds === 0 || (seconds >= 3600 && seconds <= 2 ** 32)) return [];
  return ["the service-account-max-token-expiration must be between 1 hour and 2^32 seconds"];
}

interface PodTokenLifetime {
  readonly testPodTokenSeconds: number;
  readonly storage: { readonly engine: string };
  readonly bindAddress: string;
}

const SHORTEST_POD_TOKEN_SECONDS = 10;

/** What lets tokens die early is for a server of a test: nothing is kept, nobody else can reach it. */
export function checkPodTokenLifetime(options: PodTokenLifetime): readonly string[] {
  const { testPodTokenSeconds: seconds, storage, bindAddress } = options;
  if (seconds === 0) return [];
  const flag = "--unsafe-test-pod-token-lifetime";
  const problems: string[] = [];
  if (
    !Number.isInteger(seconds) ||
    seconds < SHORTEST_POD_TOKEN_SECONDS ||
    seconds > MIN_EXPIRATION_SECONDS
  ) {
    problems.push(`${flag} must be whole seconds between 10s and 10m`);
  }
  if (storage.engine !== "memory") problems.push(`${flag} needs --storage memory`);
  if (!LOOPBACK.test(bindAddress)) problems.push(`${flag} needs a --bind-address of the loopback`);
  return problems;
}

interface TokenLifetimes {
  readonly extendTokenExpiration: boolean;
  /** 0 for no limit. */
  readonly maxTokenExpirationSeconds: number;
  /** 0 but in tests. */
  readonly testPodTokenSeconds: number;
}

/** What to tell the log about a limit that extended lives run into. @see options.go */
export function lifetimeWarnings({
  extendTokenExpiration,
  maxTokenExpirationSeconds: limit,
  testPodTokenSeconds,
}: TokenLifetimes): readonly string[] {
  const warnings: string[] = [];
  if (testPodTokenSeconds > 0) {
    warnings.push(
      `unsafe-test-pod-token-lifetime is for tests only: tokens bound to pods live ${testPodTokenSeconds} s`,
    );
  }
  if (!extendTokenExpiration || limit === 0) return warnings;
  if (limit < INJECTED_EXPIRATION_SECONDS) {
    warnings.push(
      "service-account-extend-token-expiration is true, in order to correctly trigger safe transition " +
        "logic, service-account-max-token-expiration must be set longer than " +
        `${INJECTED_EXPIRATION_SECONDS} seconds (currently ${limit} s)`,
    );
  }
  if (limit < EXTENDED_EXPIRATION_SECONDS) {
    warnings.push(
      "service-account-extend-token-expiration is true, enabling tokens valid up to " +
        `${EXTENDED_EXPIRATION_SECONDS} seconds, which is longer than ` +
        `service-account-max-token-expiration set to ${limit} s`,
    );
  }
  return warnings;
}

/** @see kubernetes pkg/kubeapiserver/options/authentication.go */
export function checkJwksUri(text: string): readonly string[] {
  if (text === "") return [];
  const fault = urlProblemOf(text);
  if (fault !== undefined) return [`service-account-jwks-uri must be a valid URL: ${fault}`];
  if (/^https:/i.test(text)) return [];
  return [`service-account-jwks-uri requires https scheme, parsed as: ${text}`];
}

/**
 * Where signatures come from: one source only. Without any, the keys are those of the data directory.
 * @see kubernetes pkg/controlplane/apiserver/options (options.go, validation.go)
 */
export function checkSigningSources({
  keyFiles,
  signingKeyFile,
  signingEndpoint,
}: SigningSources): readonly string[] {
  if (signingEndpoint === "") return [];
  const problems: string[] = [];
  if (keyFiles.length > 0) {
    problems.push(
      "cannot set mutually exclusive flags `--service-account-key-file` and " +
        "`--service-account-signing-endpoint` at the same time",
    );
  }
  if (signingKeyFile !== "") {
    problems.push(
      "service-account-signing-key-file and service-account-signing-endpoint are mutually " +
        "exclusive and cannot be set at the same time",
    );
  }
  if (signingEndpoint.startsWith("@") && !ABSTRACT_SOCKET.test(signingEndpoint)) {
    problems.push(
      `invalid value ${quoteGo(signingEndpoint)} passed for \`--service-account-signing-endpoint\`, ` +
        "when prefixed with @ must be a valid abstract socket name",
    );
  }
  return problems;
}

/** @see apiserver pkg/server/options/authentication.go */
export function checkRequestHeader(options: RequestHeaderLists): readonly string[] {
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ["requestheader-username-headers", options.usernameHeaders],
    ["requestheader-group-headers", options.groupHeaders],
    ["requestheader-extra-headers-prefix", options.extraHeadersPrefix],
    ["requestheader-allowed-names", options.allowedNames],
    ["requestheader-uid-headers", options.uidHeaders],
  ];
  const problems = lists
    .filter(([, values]) => values.some((value) => value.trim() === ""))
    .map(([name]) => `empty value in "${name}"`);
  const uid = options.uidHeaders.map((header) => header.toLowerCase());
  if (uid.length > 0 && !uid.includes("x-remote-uid")) {
    problems.push(
      "--requestheader-uid-headers is set without specifying the standard X-Remote-Uid header - " +
        "API aggregation will not work",
    );
  }
  return problems;
}

export function checkRuntime(runtime: string): readonly string[] {
  if (runtime === "process" || /^cri=./.test(runtime)) return [];
  return [`--runtime: ${JSON.stringify(runtime)} is none of process, cri=SOCKET`];
}
