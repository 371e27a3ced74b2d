import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";
import type { Pod } from "../../api/types.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { RegistryCredential } from "../registry-credential.ts";
import type { AccountSource } from "./account-token.ts";
import { DockerKeyring } from "./docker-keyring.ts";
import { PluginError, runPlugin } from "./exec-plugin.ts";
import { PluginProvider, type ProviderRequest } from "./plugin-provider.ts";
import {
  type CredentialProvider,
  ProviderConfigError,
  readProviderConfig,
} from "./provider-config.ts";
import { type ProviderResponse, readResponse } from "./provider-response.ts";

/** Providers that are configured, and where their programs are. */
export interface CredentialProviderSetup {
  readonly binDirectory: string;
  readonly providers: readonly CredentialProvider[];
}

/**
 * Reads the configuration and looks for the programs.
 * @returns undefined where neither path is given
 * @throws ProviderConfigError
 * @see kubernetes pkg/credentialprovider/plugin/plugin.go (RegisterCredentialProviderPlugins)
 */
export function readCredentialProviders(
  configPath: string,
  binDirectory: string,
): CredentialProviderSetup | undefined {
  if (configPath === "" && binDirectory === "") return undefined;
  try {
    statSync(binDirectory);
  } catch {
    throw new ProviderConfigError(`plugin binary directory ${binDirectory} did not exist`);
  }
  const providers = readProviderConfig(configPath);
  for (const { name } of providers) checkProgram(join(binDirectory, name));
  return { binDirectory, providers };
}

function checkProgram(path: string): void {
  try {
    accessSync(path, constants.X_OK);
    if (statSync(path).isFile()) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new ProviderConfigError(`plugin binary executable ${path} did not exist`);
    }
  }
  const problem = `exec: ${JSON.stringify(path)}: permission denied`;
  throw new ProviderConfigError(`error inspecting binary executable ${path}: ${problem}`);
}

export interface CredentialProvidersOptions extends CredentialProviderSetup {
  readonly accounts: AccountSource;
  /** What programs see beside what the configuration gives them. */
  readonly environment: NodeJS.ProcessEnv;
  /** Ends programs that run. A pod that goes does not: others may wait for the same answer. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Credentials for an image of a pod. @param repository - the image without tag and digest */
export type ImageCredentials = (
  pod: Pod,
  repository: string,
  signal: AbortSignal,
) => Promise<readonly RegistryCredential[]>;

/**
 * Asks all providers that an image is one of. What one of them cannot say is told to the log, and
 * the others' answers count.
 * @see kubernetes pkg/credentialprovider/plugin/plugins.go
 */
export function createCredentialProviders(options: CredentialProvidersOptions): ImageCredentials {
  const { accounts, clock, logger } = options;
  const providers = options.providers.map((provider) => ({
    name: provider.name,
    plugin: new PluginProvider({
      ...{ provider, accounts, clock },
      ask: (request) => askProgram(provider, request, options),
    }),
  }));
  return async (pod, repository, signal) => {
    const keyring = new DockerKeyring();
    const { namespace, name } = pod.metadata;
    for (const { name: provider, plugin } of providers) {
      try {
        keyring.add(await plugin.entries(repository, pod, signal));
      } catch (error) {
        signal.throwIfAborted();
        logger.error(
          { provider, image: repository, pod: `${namespace}/${name}`, error },
          "a credential provider has none for an image",
        );
      }
    }
    return keyring.lookup(repository);
  };
}

async function askProgram(
  { name, apiVersion, args, env }: CredentialProvider,
  { image, account }: ProviderRequest,
  { binDirectory, environment, clock, signal }: CredentialProvidersOptions,
): Promise<ProviderResponse> {
  const own = Object.fromEntries(env.map((each) => [each.name, each.value]));
  const { token, annotations = {} } = account ?? {};
  const request = {
    kind: "CredentialProviderRequest",
    apiVersion,
    image,
    ...(token === undefined ? {} : { serviceAccountToken: token }),
    ...(Object.keys(annotations).length === 0 ? {} : { serviceAccountAnnotations: annotations }),
  };
  const path = join(binDirectory, name);
  const stdin = `${JSON.stringify(request)}\n`;
  const command = { name, path, args, environment: { ...environment, ...own }, stdin };
  try {
    return readResponse(await runPlugin(command, { clock, signal }), apiVersion);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    const what = `error execing credential provider plugin ${name} for image ${image}`;
    const said = token === undefined ? error.stderr : error.stderr.replaceAll(token, "…");
    throw new Error(`${what}: ${error.message}: ${said}`, { cause: error });
  }
}
