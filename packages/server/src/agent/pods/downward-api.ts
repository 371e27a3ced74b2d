import { quoteGo } from "../../api/go-quote.ts";
import { parseQuantity, type Quantity, quantityToInt64 } from "../../api/quantity.ts";
import type {
  Container,
  ObjectFieldSelector,
  Pod,
  ResourceFieldSelector,
} from "../../api/types.ts";

/** What is asked for does not exist; the message is what a kubelet says. */
export class DownwardApiError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DownwardApiError";
  }
}

/**
 * The value of a field of a pod. Addresses are read from `pod.status`: whoever calls fills it in.
 * @throws DownwardApiError
 * @see kubernetes pkg/fieldpath/fieldpath.go
 */
export function downwardField({ fieldPath }: ObjectFieldSelector, pod: Pod): string {
  const { metadata, spec, status } = pod;
  const [, path, key] = /^(.*)\['(.*)'\]$/s.exec(fieldPath) ?? [];
  if (path !== undefined && key !== undefined) {
    if (path === "metadata.annotations") return metadata.annotations?.[key] ?? "";
    if (path === "metadata.labels") return metadata.labels?.[key] ?? "";
    throw new DownwardApiError(`fieldPath ${quoteGo(fieldPath)} does not support subscript`);
  }
  switch (fieldPath) {
    case "metadata.annotations":
      return formatMap(metadata.annotations);
    case "metadata.labels":
      return formatMap(metadata.labels);
    case "metadata.name":
      return metadata.name ?? "";
    case "metadata.namespace":
      return metadata.namespace ?? "";
    case "metadata.uid":
      return metadata.uid ?? "";
    case "spec.nodeName":
      return spec?.nodeName ?? "";
    case "spec.serviceAccountName":
      return spec?.serviceAccountName ?? "";
    case "status.hostIP":
      return status?.hostIP ?? "";
    case "status.hostIPs":
      return (status?.hostIPs ?? []).map(({ ip }) => ip).join(",");
    case "status.podIP":
      return status?.podIP ?? "";
    case "status.podIPs":
      return (status?.podIPs ?? []).map(({ ip }) => ip).join(",");
    default:
      throw new DownwardApiError(`unsupported fieldPath: ${fieldPath}`);
  }
}

/** `key="value"` lines, sorted by key. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}=${quoteGo(value)}`)
    .join("\n");
}

const OVERCOMMITTED = ["cpu", "memory", "ephemeral-storage"];
const ONE: Quantity = { mantissa: 1n, scale: 0, format: "DecimalSI" };

/**
 * A request or limit of a container in units of the selector's divisor, rounded up. A limit that is
 * not set is what the node can give at most.
 * @param container - The one that asks; another if the selector names it.
 * @throws DownwardApiError
 * @see kubernetes pkg/api/v1/resource/helpers.go (ExtractContainerResourceValue)
 */
export function downwardResource(
  selector: ResourceFieldSelector,
  pod: Pod,
  container: Container | undefined,
  allocatable: Readonly<Record<string, string>>,
): string {
  const { containerName = "", resource, divisor } = selector;
  const target = containerName === "" ? container : findContainer(pod, containerName);
  if (target === undefined) throw new DownwardApiError(`container ${containerName} not found`);
  const [, side, name = ""] = /^(limits|requests)\.(.*)$/.exec(resource) ?? [];
  const known = OVERCOMMITTED.includes(name) || name.startsWith("hugepages-");
  if (side === undefined || !known) {
    throw new DownwardApiError(`unsupported container resource : ${resource}`);
  }
  const own = target.resources?.[side as "limits" | "requests"]?.[name];
  const text = side === "limits" && isNone(own) ? allocatable[name] : own;
  return inUnits(parseQuantity(text ?? "0"), parseQuantity(divisor ?? "0"), name === "cpu");
}

function findContainer({ spec }: Pod, wanted: string): Container | undefined {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(
    ({ name }) => name === wanted,
  );
}

function isNone(text: string | undefined): boolean {
  return text === undefined || parseQuantity(text).mantissa === 0n;
}

function inUnits(value: Quantity, divisor: Quantity, inMilli: boolean): string {
  const whole = (quantity: Quantity): bigint =>
    quantityToInt64(inMilli ? { ...quantity, scale: quantity.scale + 3 } : quantity);
  const units = whole(value);
  const by = whole(divisor.mantissa === 0n ? ONE : divisor);
  return String(units / by + (units % by === 0n ? 0n : 1n));
}
