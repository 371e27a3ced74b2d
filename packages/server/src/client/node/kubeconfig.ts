import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** How to reach a server, and as whom. PEM texts. */
export interface ClusterAccess {
  /** `https://127.0.0.1:6443`, without a slash at its end. */
  readonly server: string;
  /** Name in the server's certificate, when it is not the host of `server`. */
  readonly tlsServerName?: string;
  /** Absent: the system's authorities. */
  readonly ca?: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly credential: Credential;
}

/** What a client proves itself with: a certificate with its key, a token, or nothing. */
export interface Credential {
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

/** A kubeconfig cannot be used; the message names the file and what is wrong in it. */
export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";
}

interface ClusterEntry {
  readonly server?: string;
  readonly "tls-server-name"?: string;
  readonly "certificate-authority"?: string;
  readonly "certificate-authority-data"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
}

interface UserEntry {
  readonly "client-certificate"?: string;
  readonly "client-certificate-data"?: string;
  readonly "client-key"?: string;
  readonly "client-key-data"?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly exec?: unknown;
  readonly "auth-provider"?: unknown;
  readonly username?: string;
}

interface Kubeconfig {
  readonly clusters?: readonly { readonly name?: string; readonly cluster?: ClusterEntry }[] | null;
  readonly users?: readonly { readonly name?: string; readonly user?: UserEntry | null }[] | null;
  readonly contexts?:
    | readonly {
        readonly name?: string;
        readonly context?: { readonly cluster?: string; readonly user?: string };
      }[]
    | null;
  readonly "current-context"?: string;
}

/**
 * Reads the current context of a kubeconfig. Files that it names are read too, relative to it.
 * @throws KubeconfigError
 * @see client-go tools/clientcmd
 */
export async function readKubeconfig(path: string): Promise<ClusterAccess> {
  const problem = (text: string, cause?: unknown): KubeconfigError =>
    new KubeconfigError(`kubeconfig ${path}: ${text}`, { cause });
  let config: Kubeconfig;
  try {
    config = await parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw problem(error instanceof Error ? (error.message.split("\n")[0] ?? "") : "", error);
  }
  const { cluster, user } = currentEntries(config, problem);
  if (!URL.canParse(cluster.server ?? "")) throw problem("the cluster has no server");
  if (user.exec !== undefined || user["auth-provider"] !== undefined) {
    throw problem("credential plugins are not supported");
  }
  if (user.username !== undefined) throw problem("passwords are not supported");
  const read = fileReader(dirname(path), problem);
  const ca = read(cluster["certificate-authority-data"], cluster["certificate-authority"]);
  return {
    server: (cluster.server ?? "").replace(/\/+$/, ""),
    ...(cluster["tls-server-name"] ? { tlsServerName: cluster["tls-server-name"] } : {}),
    ...(ca === undefined ? {} : { ca }),
    insecureSkipTlsVerify: cluster["insecure-skip-tls-verify"] === true,
    credential: credentialOf(user, read),
  };
}

/** JSON is YAML, and needs no parser that takes long to load. */
async function parse(text: string): Promise<Kubeconfig> {
  const config: unknown = text.trimStart().startsWith("{")
    ? JSON.parse(text)
    : (await import("yaml")).parse(text);
  if (typeof config !== "object" || config === null) throw new Error("is no object");
  return config;
}

function currentEntries(
  config: Kubeconfig,
  problem: (text: string) => KubeconfigError,
): { readonly cluster: ClusterEntry; readonly user: UserEntry } {
  const name = config["current-context"] ?? "";
  const context = config.contexts?.find((each) => each.name === name)?.context;
  if (context === undefined) throw problem(`there is no context ${JSON.stringify(name)}`);
  const cluster = config.clusters?.find((each) => each.name === context.cluster)?.cluster;
  if (cluster === undefined)
    throw problem(`there is no cluster ${JSON.stringify(context.cluster)}`);
  const user = config.users?.find((each) => each.name === context.user)?.user;
  return { cluster, user: user ?? {} };
}

type ReadFile = (base64: string | undefined, path: string | undefined) => string | undefined;

/** Data win over files, as in client-go. */
function fileReader(directory: string, problem: (text: string) => KubeconfigError): ReadFile {
  return (base64, path) => {
    if (base64 !== undefined && base64 !== "") return Buffer.from(base64, "base64").toString();
    if (path === undefined || path === "") return undefined;
    try {
      return readFileSync(resolve(directory, path), "utf8");
    } catch (error) {
      throw problem(error instanceof Error ? error.message : String(error));
    }
  };
}

function credentialOf(user: UserEntry, read: ReadFile): Credential {
  const cert = read(user["client-certificate-data"], user["client-certificate"]);
  const key = read(user["client-key-data"], user["client-key"]);
  const token = user.token || read(undefined, user.tokenFile)?.trim();
  return {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(token === undefined || token === "" ? {} : { token }),
  };
}
