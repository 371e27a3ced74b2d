import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { UserInfo } from "../authentication/authenticator.ts";
import { parseTokenFile } from "../authentication/token-file.ts";
import type { Logger } from "../runtime/logger.ts";
import { parsePrivateKeyPem, parsePublicKeysPem } from "../tokens/pem-keys.ts";
import {
  type SigningKey,
  signingKey,
  type VerificationKey,
  verificationKey,
} from "../tokens/signing-key.ts";
import type { Config } from "./config.ts";
import { OptionsError } from "./options.ts";

/** What the files hold that options name. */
export interface InputFiles {
  /** PEM, as all that follow; empty when the option is. */
  readonly etcdTls: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly clientCa: string;
  readonly requestHeaderCa: string;
  readonly agentCa: string;
  /** Users by token. */
  readonly staticTokens: ReadonlyMap<string, UserInfo> | undefined;
  readonly verificationKeys: readonly VerificationKey[];
  readonly signingKey: SigningKey | undefined;
}

/**
 * Reads every file that an option names, before anything on disk changes.
 * @throws OptionsError with all that cannot be used, in kube-apiserver's words where it has them
 */
export function readInputFiles(config: Config, logger: Logger): InputFiles {
  const problems: string[] = [];
  const attempt = <T>(what: string, path: string, read: (text: string) => T): T | undefined => {
    if (path === "") return undefined;
    try {
      return read(readFileSync(path, "utf8"));
    } catch (error) {
      problems.push(`${what}: ${messageOf(error, path)}`);
      return undefined;
    }
  };
  const { clientCaFile, requestHeader, tokenAuthFile, keyFiles, signingKeyFile } = config;
  const { etcdTls } = config;
  const files: InputFiles = {
    etcdTls: {
      ca: attempt("--etcd-cafile", etcdTls.caFile, checkedBundle) ?? "",
      cert: attempt("--etcd-certfile", etcdTls.certFile, checkedBundle) ?? "",
      key: attempt("--etcd-keyfile", etcdTls.keyFile, checkedKey) ?? "",
    },
    clientCa: attempt("--client-ca-file", clientCaFile, checkedBundle) ?? "",
    requestHeaderCa:
      attempt("--requestheader-client-ca-file", requestHeader.clientCaFile, checkedBundle) ?? "",
    agentCa: attempt("--kubelet-certificate-authority", config.agentCaFile, checkedBundle) ?? "",
    staticTokens: attempt("--token-auth-file", tokenAuthFile, (text) =>
      parseTokenFile(tokenAuthFile, text, (warning) => logger.warn({ tokenAuthFile }, warning)),
    ),
    verificationKeys: keyFiles.flatMap(
      (path) =>
        attempt("--service-account-key-file", path, (text) =>
          parsePublicKeysPem(text).map(verificationKey),
        ) ?? [],
    ),
    signingKey: attempt("failed to parse service-account-issuer-key-file", signingKeyFile, (text) =>
      signingKey(parsePrivateKeyPem(text)),
    ),
  };
  problems.push(...overlap(config, files), ...checkKubeconfigPath(config.kubeconfigPath));
  if (problems.length > 0) throw new OptionsError(problems);
  return files;
}

/** All authorities of clients: the server's own, and those that an option names. */
export function clientCaBundle(own: string, { clientCa }: Pick<InputFiles, "clientCa">): string {
  return clientCa === "" ? own : `${own}\n${clientCa}`;
}

function messageOf(error: unknown, path: string): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.includes(path) ? message : `${path}: ${message}`;
}

/** @throws Error when it is no bundle of certificates */
function checkedBundle(text: string): string {
  if (certificatesIn(text).length === 0) {
    throw new Error("data does not contain any valid RSA or ECDSA certificates");
  }
  return text;
}

/** @throws Error when it is no private key */
function checkedKey(text: string): string {
  createPrivateKey(text);
  return text;
}

function certificatesIn(bundle: string): readonly X509Certificate[] {
  const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** @see kubernetes pkg/kubeapiserver/options/authentication.go */
function overlap({ requestHeader }: Config, files: InputFiles): readonly string[] {
  if (requestHeader.allowedNames.length > 0) return [];
  const ours = new Set(certificatesIn(files.clientCa).map(({ fingerprint256 }) => fingerprint256));
  const proxies = certificatesIn(files.requestHeaderCa);
  if (!proxies.some(({ fingerprint256 }) => ours.has(fingerprint256))) return [];
  return [
    "--requestheader-client-ca-file and --client-ca-file contain overlapping certificates; " +
      "--requestheader-allowed-names must be specified to ensure regular client certificates " +
      "cannot set authenticating proxy headers for arbitrary users",
  ];
}

function checkKubeconfigPath(path: string): readonly string[] {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isDirectory ? [`--write-kubeconfig: ${path} is a directory`] : [];
}
