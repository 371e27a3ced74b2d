import { quoteGo } from "../api/go-quote.ts";
import type { KubeObject } from "../api/object.ts";
import type {
  CSIDriver,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  Volume,
} from "../api/types.ts";
import type { Authorizer } from "../authorization/authorizer.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionAttributes } from "./admission-plugin.ts";

type Lookup = (name: string) => Readonly<KubeObject> | undefined;

/** What the audience of a token is judged by. All read the newest state. */
export interface TokenAudienceDependencies {
  readonly authorizer: Authorizer;
  readonly claimOf: (namespace: string, name: string) => Readonly<KubeObject> | undefined;
  readonly volumeOf: Lookup;
  readonly csiDriverOf: Lookup;
}

/** CSI drivers that stand in for volumes of Kubernetes itself. @see csi-translation-lib/plugins */
const MIGRATED: Readonly<Record<string, string>> = {
  gcePersistentDisk: "pd.csi.storage.gke.io",
  awsElasticBlockStore: "ebs.csi.aws.com",
  cinder: "cinder.csi.openstack.org",
  azureDisk: "disk.csi.azure.com",
  azureFile: "file.csi.azure.com",
  vsphereVolume: "csi.vsphere.vmware.com",
  portworxVolume: "pxd.portworx.com",
};

function migratedDriver(source: object): string | undefined {
  for (const member in source) {
    const driver = Object.hasOwn(MIGRATED, member) ? MIGRATED[member] : undefined;
    if (driver !== undefined) return driver;
  }
  return undefined;
}

/** A driver's name, none, or what is missing on the way to it. */
type Found = { readonly driver: string | undefined } | { readonly problem: string };

function driverOfClaim(
  { claimOf, volumeOf }: TokenAudienceDependencies,
  namespace: string,
  claimName: string,
): Found {
  const claim = claimOf(namespace, claimName) as PersistentVolumeClaim | undefined;
  if (claim === undefined) {
    return { problem: `persistentvolumeclaim ${quoteGo(claimName)} not found` };
  }
  const volumeName = claim.spec?.volumeName ?? "";
  const volume = volumeOf(volumeName) as PersistentVolume | undefined;
  if (volume === undefined) {
    return { problem: `persistentvolume ${quoteGo(volumeName)} not found` };
  }
  const spec = volume.spec ?? {};
  return { driver: spec.csi?.driver ?? migratedDriver(spec) };
}

function driverOf(dependencies: TokenAudienceDependencies, pod: Pod, volume: Volume): Found {
  const { name = "", namespace = "" } = pod.metadata ?? {};
  if (volume.ephemeral?.volumeClaimTemplate !== undefined) {
    return driverOfClaim(dependencies, namespace, `${name}-${volume.name}`);
  }
  const claim = volume.persistentVolumeClaim;
  if (claim !== undefined) return driverOfClaim(dependencies, namespace, claim.claimName);
  return { driver: volume.csi?.driver ?? migratedDriver(volume) };
}

/** Whether a volume of the pod hands out tokens for the audience, or why that is not known. */
function podNamesAudience(
  dependencies: TokenAudienceDependencies,
  pod: Pod,
  audience: string,
): { readonly named: boolean; readonly problems: readonly string[] } {
  const problems: string[] = [];
  for (const volume of pod.spec?.volumes ?? []) {
    const projected = volume.projected?.sources ?? [];
    const tokens = projected.flatMap(({ serviceAccountToken }) => serviceAccountToken ?? []);
    if (tokens.some((token) => (token.audience ?? "") === audience)) {
      return { named: true, problems };
    }
    const found = driverOf(dependencies, pod, volume);
    if ("problem" in found) problems.push(found.problem);
    else if (found.driver !== undefined && found.driver !== "") {
      const driver = dependencies.csiDriverOf(found.driver) as CSIDriver | undefined;
      if (driver === undefined) {
        problems.push(`csidriver.storage.k8s.io ${quoteGo(found.driver)} not found`);
      } else if (
        (driver.spec?.tokenRequests ?? []).some((token) => (token.audience ?? "") === audience)
      ) {
        return { named: true, problems };
      }
    }
  }
  return { named: false, problems };
}

function joinProblems(problems: readonly string[]): string {
  const distinct = [...new Set(problems)];
  return distinct.length === 1 ? (distinct[0] ?? "") : `[${distinct.join(", ")}]`;
}

/**
 * A node asks for tokens only for audiences that a volume of the pod names, or that its user may ask
 * for by a rule of its own. The server's own audience is the one that is not named.
 * @throws StatusError 403
 */
export function checkTokenAudience(
  dependencies: TokenAudienceDependencies,
  attributes: AdmissionAttributes,
  audiences: readonly string[],
  pod: Pod,
): MaybePromise<void> {
  if (audiences.length > 1) {
    throw admissionForbidden(attributes, "node may only request 0 or 1 audiences");
  }
  const audience = audiences[0] ?? "";
  const { named, problems } = podNamesAudience(dependencies, pod, audience);
  if (named) return;
  if (problems.length > 0) {
    const text = `error validating audience ${quoteGo(audience)}: ${joinProblems(problems)}`;
    throw admissionForbidden(attributes, text);
  }
  return askForAudience(dependencies.authorizer, attributes, audience);
}

function askForAudience(
  authorizer: Authorizer,
  attributes: AdmissionAttributes,
  audience: string,
): MaybePromise<void> {
  const { user, namespace, name } = attributes;
  const refuse = (): never => {
    throw admissionForbidden(
      attributes,
      `audience ${quoteGo(audience)} not found in pod spec volume, ${user.username} is not authorized to request tokens for this audience`,
    );
  };
  const verdict = authorizer.authorize({
    user,
    verb: "request-serviceaccounts-token-audience",
    resourceRequest: true,
    apiGroup: "",
    apiVersion: "v1",
    resource: audience,
    subresource: "",
    name,
    namespace,
    path: "",
  });
  if (!(verdict instanceof Promise)) return verdict.decision === "allow" ? undefined : refuse();
  return verdict.then(({ decision }) => (decision === "allow" ? undefined : refuse()));
}
