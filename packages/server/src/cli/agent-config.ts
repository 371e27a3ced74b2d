import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { type EvictionThreshold, parseThresholds } from "../agent/node/eviction-thresholds.ts";
import type { NodeAgentConfig, RuntimeChoice } from "../agent/node-agent-options.ts";
import type { Taint } from "../api/types.ts";
import { readKubeconfig } from "../client/node/kubeconfig.ts";
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "../server/config.ts";
import { readImageCollection } from "../server/image-collection-options.ts";
import { type OptionReader, oneOf, optionReader } from "../server/option-reader.ts";
import { OptionsError, type ResolvedOptions } from "../server/options.ts";
import { versionDocument } from "../server/version.ts";
import { readImageCredentials } from "./image-credentials.ts";

export interface AgentCommandConfig {
  readonly agent: NodeAgentConfig;
  readonly exitWithStdin: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** @throws OptionsError with every problem; KubeconfigError */
export async function agentConfigFromOptions(
  options: ResolvedOptions,
): Promise<AgentCommandConfig> {
  const problems: string[] = [];
  const read = optionReader(options);
  const logLevel = oneOf("log-level", read.text("log-level"), LOG_LEVELS, problems);
  const logFormat = oneOf("log-format", read.text("log-format"), LOG_FORMATS, problems);
  const nodeName = (read.text("node-name") || hostname()).trim().toLowerCase();
  const credentialProviders = await readImageCredentials(
    {
      configPath: read.text("image-credential-provider-config"),
      binDirectory: read.text("image-credential-provider-bin-dir"),
    },
    problems,
  );
  const agent: Omit<NodeAgentConfig, "access"> = {
    nodeName,
    hostname: nodeName,
    nodeIp: read.text("node-ip"),
    rootDirectory: resolve(read.text("root-dir")),
    address: read.text("address"),
    port: read.number("port"),
    runtime: runtimeChoice(read, problems),
    ...(credentialProviders === undefined ? {} : { credentialProviders }),
    labels: Object.fromEntries(read.list("node-labels").map((text) => readLabel(text, problems))),
    taints: read.list("register-with-taints").map((text) => readTaint(text, problems)),
    maxPods: read.number("max-pods"),
    imageCollection: readImageCollection(read, problems),
    evictionHard: thresholds(read.text("eviction-hard"), problems),
    clientCa: readClientCa(read.text("client-ca-file"), problems),
    rotateServerCertificates: read.flag("rotate-server-certificates"),
    allowedHostPaths: read.list("allowed-host-paths"),
    maskedPaths: read.list("masked-paths").map((path) => resolve(path)),
    clusterDomain: read.text("cluster-domain"),
    // Kubelets report a version that clients compare with that of the API server.
    version: versionDocument().gitVersion,
  };
  if (agent.port > 65535)
    problems.push(`--port ${agent.port} must be between 0 and 65535, inclusive`);
  const kubeconfig = chooseKubeconfig(read, problems);
  if (problems.length > 0) throw new OptionsError(problems);
  const access = await readKubeconfig(kubeconfig);
  return {
    agent: { ...agent, access },
    exitWithStdin: read.flag("exit-with-stdin"),
    logLevel,
    logFormat,
  };
}

/** The node's own, once it is there; before, the one to join with. */
function chooseKubeconfig(read: OptionReader, problems: string[]): string {
  const kubeconfig = read.text("kubeconfig");
  const bootstrap = read.text("bootstrap-kubeconfig");
  if (kubeconfig === "" && bootstrap === "") {
    problems.push("--kubeconfig or --bootstrap-kubeconfig must say where the API is");
  }
  if (bootstrap === "") return kubeconfig;
  return kubeconfig !== "" && existsSync(kubeconfig) ? kubeconfig : bootstrap;
}

const CRI = "cri=";

function runtimeChoice(read: OptionReader, problems: string[]): RuntimeChoice {
  const text = read.text("runtime");
  const images = Object.fromEntries(
    read.list("image").map((row) => {
      const [name = "", path = ""] = splitAt(row, "=");
      if (name === "" || path === "") {
        problems.push(`--image: ${JSON.stringify(row)} is not NAME=PATH`);
      }
      return [name, path === "host" ? path : resolve(path)];
    }),
  );
  if (text === "process") return { kind: "process", images };
  const socket = text.startsWith(CRI) ? text.slice(CRI.length) : "";
  if (socket === "")
    problems.push(`--runtime: ${JSON.stringify(text)} is none of process, cri=SOCKET`);
  return { kind: "cri", endpoint: socket.startsWith("/") ? `unix://${socket}` : socket };
}

function thresholds(text: string, problems: string[]): readonly EvictionThreshold[] {
  try {
    return parseThresholds(text);
  } catch (error) {
    problems.push(`--eviction-hard: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

function readLabel(text: string, problems: string[]): readonly [string, string] {
  const [key = "", value = ""] = splitAt(text, "=");
  if (key === "" || !text.includes("=")) {
    problems.push(`--node-labels: ${JSON.stringify(text)} is not KEY=VALUE`);
  }
  return [key, value];
}

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

/** `key=value:NoSchedule` or `key:NoSchedule`. */
function readTaint(text: string, problems: string[]): Taint {
  const at = text.lastIndexOf(":");
  const [key = "", value = ""] = splitAt(text.slice(0, Math.max(at, 0)), "=");
  const effect = EFFECTS.find((each) => each === text.slice(at + 1));
  if (key === "" || effect === undefined) {
    problems.push(`--register-with-taints: ${JSON.stringify(text)} is not KEY=VALUE:EFFECT`);
  }
  return { key, ...(value === "" ? {} : { value }), effect: effect ?? "NoSchedule" };
}

function readClientCa(path: string, problems: string[]): string {
  if (path === "") return "";
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    problems.push(`--client-ca-file: ${error instanceof Error ? error.message : String(error)}`);
    return "";
  }
}

function splitAt(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
