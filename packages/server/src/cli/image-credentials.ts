import type { CredentialProviderSetup } from "../agent/credential-provider/credential-providers.ts";

/**
 * What the two options of image credential providers name; undefined where neither is given, and then
 * nothing of it is loaded. A kubelet does not start either with a bad one.
 * @param problems - gets what is wrong with it
 */
export async function readImageCredentials(
  { configPath, binDirectory }: { readonly configPath: string; readonly binDirectory: string },
  problems: string[],
): Promise<CredentialProviderSetup | undefined> {
  if (configPath === "" && binDirectory === "") return undefined;
  const [{ readCredentialProviders }, { ProviderConfigError }] = await Promise.all([
    import("../agent/credential-provider/credential-providers.ts"),
    import("../agent/credential-provider/provider-config.ts"),
  ]);
  try {
    return readCredentialProviders(configPath, binDirectory);
  } catch (error) {
    if (!(error instanceof ProviderConfigError)) throw error;
    problems.push(`--image-credential-provider-config: ${error.message}`);
    return undefined;
  }
}
