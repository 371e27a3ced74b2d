import { join, resolve } from "node:path";
import type { ImageCollectionPolicy } from "../agent/images/image-collection-policy.ts";
import {
  checkAdvertiseAddress,
  checkBindAddress,
  checkEtcdTls,
  checkIssuers,
  checkJwksUri,
  checkMaxExpiration,
  checkPodTokenLifetime,
  checkRequestHeader,
  checkRuntime,
  checkSigningSources,
} from "./config-checks.ts";
import { readImageCollection } from "./image-collection-options.ts";
import { oneOf, optionReader } from "./option-reader.ts";
import { OptionsError, type ResolvedOptions } from "./options.ts";

export type StorageChoice =
  | { readonly engine: "memory" }
  | { readonly engine: "sqlite" }
  | { readonly engine: "etcd"; readonly endpoints: readonly string[] };

/** Everything the server needs to know, complete and checked. Durations in milliseconds. */
export interface Config {
  readonly dataDir: string;
  readonly bindAddress: string;
  /** Empty for one that follows from `bindAddress`. */
  readonly advertiseAddress: string;
  readonly securePort: number;
  readonly storage: StorageChoice;
  /** Paths of PEM files; empty for none. */
  readonly etcdTls: {
    readonly caFile: string;
    readonly certFile: string;
    readonly keyFile: string;
  };
  readonly kubeconfigPath: string;
  readonly node: boolean;
  /** Of the node of this server: `process`, or `cri=` and a socket. */
  readonly runtime: string;
  /** Rows `NAME=PATH` of images for the runtime `process`. */
  readonly images: readonly string[];
  /** Paths of what kubelet calls image credential providers; empty for none. */
  readonly imageCredentials: { readonly configPath: string; readonly binDirectory: string };
  /** Empty for the host name. */
  readonly nodeName: string;
  /** Pods that the node takes. */
  readonly nodeMaxPods: number;
  /** Of the node, where its runtime keeps images. */
  readonly imageCollection: ImageCollectionPolicy;
  readonly controllers: readonly string[];
  readonly externalHostname: string;
  readonly serviceClusterIpRange: string;
  readonly anonymousAuth: boolean;
  readonly tokenAuthFile: string;
  /** Whether nodes may join with tokens that Secrets of kube-system hold. */
  readonly bootstrapTokens: boolean;
  readonly clientCaFile: string;
  /** Of the certificates that agents of nodes show; empty: they are not checked. */
  readonly agentCaFile: string;
  readonly requestHeader: {
    readonly clientCaFile: string;
    readonly allowedNames: readonly string[];
    readonly usernameHeaders: readonly string[];
    readonly uidHeaders: readonly string[];
    readonly groupHeaders: readonly string[];
    readonly extraHeadersPrefix: readonly string[];
  };
  readonly apiAudiences: readonly string[];
  readonly issuers: readonly string[];
  readonly keyFiles: readonly string[];
  readonly signingKeyFile: string;
  /** Socket of an external signer; empty for none. */
  readonly signingEndpoint: string;
  readonly signingAlgorithm: "ES256" | "ES384" | "ES512" | "RS256";
  readonly serviceAccountLookup: boolean;
  /** 0 for no limit. */
  readonly maxTokenExpirationSeconds: number;
  readonly extendTokenExpiration: boolean;
  /** For tests: life of every token bound to a pod; 0 for what was asked for. */
  readonly testPodTokenSeconds: number;
  readonly jwksUri: string;
  readonly legacyTokenCleanUpPeriodMs: number;
  /** Longest life of a certificate that a CertificateSigningRequest gets. */
  readonly clusterSigningDurationMs: number;
  readonly maxRequestsInFlight: number;
  readonly maxMutatingRequestsInFlight: number;
  /** How long requests are still taken while `/readyz` fails already. */
  readonly shutdownDelayMs: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = (typeof LOG_FORMATS)[number];

const ALGORITHMS = ["ES256", "ES384", "ES512", "RS256"] as const;
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export const LOG_FORMATS = ["auto", "json", "text"] as const;

/** @throws OptionsError with every problem, in kube-apiserver's words where it has them */
export function configFromOptions(options: ResolvedOptions): Config {
  const problems: string[] = [];
  const read = optionReader(options);
  const config: Config = {
    dataDir: read.text("data-dir"),
    bindAddress: read.text("bind-address"),
    advertiseAddress: read.text("advertise-address"),
    securePort: read.number("secure-port"),
    storage: storageChoice(read.text("storage"), problems),
    etcdTls: {
      caFile: read.text("etcd-cafile"),
      certFile: read.text("etcd-certfile"),
      keyFile: read.text("etcd-keyfile"),
    },
    kubeconfigPath: resolve(
      read.text("write-kubeconfig") || join(read.text("data-dir"), "kubeconfig"),
    ),
    node: !read.flag("no-node"),
    runtime: read.text("runtime"),
    images: read.list("image"),
    imageCredentials: {
      configPath: read.text("image-credential-provider-config"),
      binDirectory: read.text("image-credential-provider-bin-dir"),
    },
    nodeName: read.text("node-name"),
    nodeMaxPods: read.number("node-max-pods"),
    imageCollection: readImageCollection(read, problems),
    controllers: read.list("controllers"),
    externalHostname: read.text("external-hostname"),
    serviceClusterIpRange: read.text("service-cluster-ip-range"),
    anonymousAuth: read.flag("anonymous-auth"),
    tokenAuthFile: read.text("token-auth-file"),
    bootstrapTokens: read.flag("enable-bootstrap-token-auth"),
    clientCaFile: read.text("client-ca-file"),
    agentCaFile: read.text("kubelet-certificate-authority"),
    requestHeader: {
      clientCaFile: read.text("requestheader-client-ca-file"),
      allowedNames: read.list("requestheader-allowed-names"),
      usernameHeaders: read.list("requestheader-username-headers"),
      uidHeaders: read.list("requestheader-uid-headers"),
      groupHeaders: read.list("requestheader-group-headers"),
      extraHeadersPrefix: read.list("requestheader-extra-headers-prefix"),
    },
    apiAudiences: read.list("api-audiences"),
    issuers: read.list("service-account-issuer"),
    keyFiles: read.list("service-account-key-file"),
    signingKeyFile: read.text("service-account-signing-key-file"),
    signingEndpoint: read.text("service-account-signing-endpoint"),
    signingAlgorithm: oneOf(
      "service-account-signing-algorithm",
      read.text("service-account-signing-algorithm"),
      ALGORITHMS,
      problems,
    ),
    serviceAccountLookup: read.flag("service-account-lookup"),
    maxTokenExpirationSeconds: read.number("service-account-max-token-expiration") / 1000,
    extendTokenExpiration: read.flag("service-account-extend-token-expiration"),
    testPodTokenSeconds: read.number("unsafe-test-pod-token-lifetime") / 1000,
    jwksUri: read.text("service-account-jwks-uri"),
    legacyTokenCleanUpPeriodMs: cleanUpPeriod(
      read.number("legacy-service-account-token-clean-up-period"),
      problems,
    ),
    clusterSigningDurationMs: signingDuration(read.number("cluster-signing-duration"), problems),
    maxRequestsInFlight: read.number("max-requests-inflight"),
    maxMutatingRequestsInFlight: read.number("max-mutating-requests-inflight"),
    shutdownDelayMs: read.number("shutdown-delay-duration"),
    logLevel: oneOf("log-level", read.text("log-level"), LOG_LEVELS, problems),
    logFormat: oneOf("log-format", read.text("log-format"), LOG_FORMATS, problems),
  };
  if (config.securePort > 65535) {
    problems.push(`--secure-port ${config.securePort} must be between 0 and 65535, inclusive`);
  }
  problems.push(
    ...checkBindAddress(config.bindAddress),
    ...checkAdvertiseAddress(config.advertiseAddress),
    ...checkEtcdTls(config.etcdTls),
    ...checkRuntime(config.runtime),
    ...checkMaxExpiration(config.maxTokenExpirationSeconds),
    ...checkPodTokenLifetime(config),
    ...checkIssuers(config.issuers),
    ...checkJwksUri(config.jwksUri),
    ...checkSigningSources(config),
    ...checkRequestHeader(config.requestHeader),
  );
  if (problems.length > 0) throw new OptionsError(problems);
  return {
    ...config,
    apiAudiences: config.apiAudiences.length > 0 ? config.apiAudiences : config.issuers,
  };
}

function storageChoice(text: string, problems: string[]): StorageChoice {
  if (text === "memory" || text === "sqlite") return { engine: text };
  if (text.startsWith("etcd=")) {
    const endpoints = text
      .slice("etcd=".length)
      .split(",")
      .filter((each) => each !== "");
    if (endpoints.length > 0 && endpoints.every((each) => URL.canParse(each))) {
      return { engine: "etcd", endpoints };
    }
  }
  problems.push(`--storage: ${JSON.stringify(text)} is none of memory, sqlite, etcd=URL[,URL…]`);
  return { engine: "memory" };
}

/** @see kubernetes pkg/controller/serviceaccount/legacy_serviceaccount_token_cleaner.go */
function cleanUpPeriod(milliseconds: number, problems: string[]): number {
  if (milliseconds <= 0) {
    problems.push("legacy-service-account-token-clean-up-period must be greater than 0");
  }
  return milliseconds;
}

/** @see kubernetes cmd/kube-controller-manager/app/options/csrsigningcontroller.go */
function signingDuration(milliseconds: number, problems: string[]): number {
  if (milliseconds <= 0) problems.push("--cluster-signing-duration must be greater than 0");
  return milliseconds;
}
