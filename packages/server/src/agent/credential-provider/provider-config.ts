import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { writeAnyJson } from "../../api/encode-json-text.ts";
import { quoteGo } from "../../api/go-quote.ts";
import { printFieldErrors } from "../../api/status-error.ts";
import { parseYaml } from "../../api/yaml-parser.ts";
import { checkProviders } from "./provider-config-checks.ts";
import { duration, flag, list, object, type Reader, text } from "./strict-reader.ts";

/** What a provider is told of the service account of the pod whose image is pulled. */
export interface TokenAttributes {
  readonly serviceAccountTokenAudience: string;
  /** Whether its answers count for all pods of an account, or for one token. */
  readonly cacheType: string;
  readonly requireServiceAccount?: boolean;
  readonly requiredServiceAccountAnnotationKeys: readonly string[];
  readonly optionalServiceAccountAnnotationKeys: readonly string[];
}

/** A program that knows credentials of registries. @see kubelet.config.k8s.io/v1 CredentialProvider */
export interface CredentialProvider {
  /** Of the program in the directory of all. */
  readonly name: string;
  /** `*.r.example`, `r.example:5000/team`. */
  readonly matchImages: readonly string[];
  readonly defaultCacheNanos?: bigint;
  /** Of request and answer. */
  readonly apiVersion: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly tokenAttributes?: TokenAttributes;
}

/** Why there are no credential providers. The message says so in kubelet's words. */
export class ProviderConfigError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ProviderConfigError";
  }
}

const KIND = "CredentialProviderConfig";
const GROUP = "kubelet.config.k8s.io";
const EXTENSIONS: ReadonlySet<string> = new Set([".json", ".yaml", ".yml"]);

/**
 * Reads a CredentialProviderConfig, or all that a directory holds, in the order of their names.
 * @throws ProviderConfigError
 * @see kubernetes pkg/credentialprovider/plugin/config.go
 */
export function readProviderConfig(path: string): readonly CredentialProvider[] {
  if (path === "") throw new ProviderConfigError("credential provider config path is empty");
  const providers: CredentialProvider[] = [];
  for (const file of filesAt(path)) {
    const content = attempt(`unable to read file ${quoteGo(file)}`, () => readFileSync(file));
    const read = attempt(`error decoding config ${quoteGo(file)}`, () => decodeConfig(content));
    for (const provider of read) {
      if (providers.some(({ name }) => name === provider.name)) {
        const what = `duplicate provider name ${quoteGo(provider.name)}`;
        throw new ProviderConfigError(`${what} found in configuration file(s)`);
      }
      providers.push(provider);
    }
  }
  const errors = checkProviders(providers);
  if (errors.length === 0) return providers;
  const problems = printFieldErrors(errors);
  throw new ProviderConfigError(`failed to validate credential provider config: ${problems}`);
}

function filesAt(path: string): readonly string[] {
  const isDirectory = attempt(`unable to access path ${quoteGo(path)}`, () =>
    statSync(path).isDirectory(),
  );
  if (!isDirectory) return [path];
  const entries = attempt(`unable to read directory ${quoteGo(path)}`, () =>
    readdirSync(path, { withFileTypes: true }),
  );
  const files = entries
    .filter((entry) => !entry.isDirectory() && EXTENSIONS.has(extname(entry.name)))
    .map(({ name }) => join(path, name))
    .sort();
  if (files.length > 0) return files;
  throw new ProviderConfigError(`no configuration files found in directory ${quoteGo(path)}`);
}

function attempt<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // In Go's words: `stat /no/such: no such file or directory`.
    const problem = error.message.replace(/^E[A-Z]+: (.*), (\w+) '(.*)'$/, "$2 $3: $1");
    throw new ProviderConfigError(`${what}: ${problem}`, { cause: error });
  }
}

interface ProviderFields extends Omit<CredentialProvider, "defaultCacheNanos"> {
  readonly defaultCacheDuration: bigint;
}

const TOKEN_ATTRIBUTES: Reader<Partial<TokenAttributes>> = object<TokenAttributes>(
  "v1.ServiceAccountTokenAttributes",
  {
    serviceAccountTokenAudience: text,
    cacheType: text,
    requireServiceAccount: flag,
    requiredServiceAccountAnnotationKeys: list("string", text, ""),
    optionalServiceAccountAnnotationKeys: list("string", text, ""),
  },
);

const ENV = object<{ readonly name: string; readonly value: string }>("v1.ExecEnvVar", {
  name: text,
  value: text,
});

const COMMON = {
  name: text,
  matchImages: list("string", text, ""),
  defaultCacheDuration: duration,
  apiVersion: text,
  args: list("string", text, ""),
  env: list("v1.ExecEnvVar", readEnv, { name: "", value: "" }),
};

type OldFields = Omit<ProviderFields, "tokenAttributes">;

/** Tokens came with the first version that was there to stay. */
const CONFIGS: Readonly<Record<string, Reader<{ readonly providers?: unknown }>>> = {
  [`${GROUP}/v1`]: configOf(
    object<ProviderFields>("v1.CredentialProvider", {
      ...COMMON,
      tokenAttributes: (value, at) => withAttributeDefaults(TOKEN_ATTRIBUTES(value, at) ?? {}),
    }),
  ),
  [`${GROUP}/v1beta1`]: configOf(object<OldFields>("v1beta1.CredentialProvider", COMMON)),
  [`${GROUP}/v1alpha1`]: configOf(object<OldFields>("v1alpha1.CredentialProvider", COMMON)),
};

function configOf(provider: Reader<Partial<ProviderFields>>): Reader<{ providers?: unknown }> {
  return object<{ apiVersion: string; kind: string; providers: unknown }>(KIND, {
    apiVersion: text,
    kind: text,
    providers: list<Partial<ProviderFields>>("CredentialProvider", provider, {}),
  });
}

function decodeConfig(content: Uint8Array): readonly CredentialProvider[] {
  const { value, duplicates } = parseYaml(content);
  const { apiVersion, kind } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown };
  if (typeof kind !== "string" || kind === "") throw missing("Kind", value);
  if (typeof apiVersion !== "string" || apiVersion === "") throw missing("apiVersion", value);
  const reader = CONFIGS[apiVersion];
  if (reader === undefined || kind !== KIND) {
    const what = `no kind ${quoteGo(kind)} is registered for version ${quoteGo(apiVersion)}`;
    throw new ProviderConfigError(what);
  }
  const unknown: string[] = [];
  const { providers = [] } = reader(value, { path: "", unknown }) ?? {};
  const problems = [...duplicates, ...unknown];
  if (problems.length > 0) {
    throw new ProviderConfigError(`strict decoding error: ${problems.join(", ")}`);
  }
  return (providers as readonly Partial<ProviderFields>[]).map(withDefaults);
}

/** @see kubernetes apimachinery/pkg/runtime/error.go (missingKindErr) */
function missing(member: string, value: unknown): ProviderConfigError {
  return new ProviderConfigError(`Object '${member}' is missing in '${writeAnyJson(value)}'`);
}

function withDefaults({
  defaultCacheDuration,
  name = "",
  matchImages = [],
  apiVersion = "",
  args = [],
  env = [],
  tokenAttributes,
}: Partial<ProviderFields>): CredentialProvider {
  return {
    ...{ name, matchImages, apiVersion, args, env },
    ...(defaultCacheDuration === undefined ? {} : { defaultCacheNanos: defaultCacheDuration }),
    ...(tokenAttributes === undefined ? {} : { tokenAttributes }),
  };
}

function withAttributeDefaults(read: Partial<TokenAttributes>): TokenAttributes {
  return {
    serviceAccountTokenAudience: "",
    cacheType: "",
    requiredServiceAccountAnnotationKeys: [],
    optionalServiceAccountAnnotationKeys: [],
    ...read,
  };
}

function readEnv(...[value, at]: Parameters<typeof ENV>): {
  readonly name: string;
  readonly value: string;
} {
  return { name: "", value: "", ...ENV(value, at) };
}
