import { compareQuantities, parseQuantity, type Quantity, quantityToInt64 } from "../quantity.ts";
import type { PersistentVolumeClaim } from "../types.ts";
import { type Amounts, ONE } from "./amounts.ts";
import { objectCountName, type QuotaEvaluator, selects } from "./quota-evaluator.ts";

const COUNT = objectCountName("", "persistentvolumeclaims");
const CLAIMS = "persistentvolumeclaims";
const STORAGE = "requests.storage";
/** `gold.storageclass.storage.k8s.io/requests.storage` bounds claims of one class. */
const OF_CLASS = ".storageclass.storage.k8s.io/";
const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

/** What a claim takes. @see kubernetes pkg/quota/v1/evaluator/core/persistent_volume_claims.go */
export const claimEvaluator: QuotaEvaluator = {
  group: "",
  resource: "persistentvolumeclaims",
  // With its status goes how much is set aside while a volume grows.
  handles: ({ operation, subresource }) =>
    (subresource === "" && (operation === "CREATE" || operation === "UPDATE")) ||
    subresource === "status",
  matchingResources: (names) => names.filter(isOfClaims),
  matchesScope: (requirement, claim) =>
    requirement.scopeName === "VolumeAttributesClass" &&
    selects(requirement, attributesClassesOf(claim as PersistentVolumeClaim)),
  usage: (claim) => claimUsage(claim as PersistentVolumeClaim),
};

function isOfClaims(name: string): boolean {
  if (name === COUNT || name === CLAIMS || name === STORAGE) return true;
  return name.endsWith(OF_CLASS + CLAIMS) || name.endsWith(OF_CLASS + STORAGE);
}

function claimUsage(claim: Readonly<PersistentVolumeClaim>): Amounts {
  const usage = new Map<string, Quantity>([
    [CLAIMS, ONE],
    [COUNT, ONE],
  ]);
  const { metadata, spec } = claim;
  const className = metadata?.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? "";
  if (className !== "") usage.set(className + OF_CLASS + CLAIMS, ONE);
  const storage = storageOf(claim);
  if (storage === undefined) return usage;
  usage.set(STORAGE, storage);
  if (className !== "") usage.set(className + OF_CLASS + STORAGE, storage);
  return usage;
}

/** In whole bytes; what is set aside already, where that is more than what is asked for. */
function storageOf({ spec, status }: Readonly<PersistentVolumeClaim>): Quantity | undefined {
  const request = spec?.resources?.requests?.storage;
  if (request === undefined) return undefined;
  const requested = wholeBytes(parseQuantity(request));
  const allocated = status?.allocatedResources?.storage;
  if (allocated === undefined) return requested;
  const parsed = parseQuantity(allocated);
  return compareQuantities(parsed, requested) > 0 ? wholeBytes(parsed) : requested;
}

function wholeBytes(quantity: Quantity): Quantity {
  if (quantity.scale >= 0) return quantity;
  return { mantissa: quantityToInt64(quantity), scale: 0, format: quantity.format };
}

/** Classes that the claim has, wants, or is on its way to. */
export function attributesClassesOf({
  spec,
  status,
}: Readonly<PersistentVolumeClaim>): readonly string[] {
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return [...new Set(names.flatMap((name) => name || []))];
}
