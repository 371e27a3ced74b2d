/**
 * What a LimitRange says of pods and claims. Pure functions over texts of quantities.
 * @see kubernetes plugin/pkg/admission/limitranger/admission.go
 */
import type { LimitRangeItem, PersistentVolumeClaim, PodSpec } from "../api/types.ts";
import { compareQuantities, numberOf, ratioOf, signOf } from "../api/validation/amounts.ts";
import { aggregateContainers } from "../api/validation/pod-level-resources.ts";

type Amounts = Readonly<Record<string, string>>;

/** What something asks for, and what it may use at most. */
interface Usage {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

type Check = (type: string, name: string, enforced: string, usage: Usage) => string | undefined;

/** Of pods, these are given for all of it where the pod itself gives them. */
const POD_LEVEL = ["cpu", "memory"];

const checkMin: Check = (type, name, enforced, { requests, limits }) => {
  const head = `minimum ${name} usage per ${type} is ${enforced}`;
  const { [name]: request } = requests;
  const { [name]: limit } = limits;
  if (request === undefined) return `${head}.  No request is specified`;
  if (compareQuantities(request, enforced) < 0) return `${head}, but request is ${request}`;
  if (limit === undefined || compareQuantities(limit, enforced) >= 0) return undefined;
  return `${head}, but limit is ${limit}`;
};

const checkMax: Check = (type, name, enforced, { requests, limits }) => {
  const head = `maximum ${name} usage per ${type} is ${enforced}`;
  const { [name]: request } = requests;
  const { [name]: limit } = limits;
  if (limit === undefined) return `${head}.  No limit is specified`;
  if (compareQuantities(limit, enforced) > 0) return `${head}, but limit is ${limit}`;
  if (request === undefined || compareQuantities(request, enforced) <= 0) return undefined;
  return `${head}, but request is ${request}`;
};

/** Of claims, which have no limits. */
const checkMaxRequest: Check = (type, name, enforced, { requests }) => {
  const head = `maximum ${name} usage per ${type} is ${enforced}`;
  const { [name]: request } = requests;
  if (request === undefined) return `${head}.  No request is specified`;
  return compareQuantities(request, enforced) > 0
    ? `${head}, but request is ${request}`
    : undefined;
};

const checkRatio: Check = (type, name, enforced, { requests, limits }) => {
  const head = `${name} max limit to request ratio per ${type} is ${enforced}`;
  const { [name]: request } = requests;
  const { [name]: limit } = limits;
  if (signOf(request) === 0) return `${head}, but no request is specified or request is 0`;
  if (signOf(limit) === 0) return `${head}, but no limit is specified or limit is 0`;
  const ratio = ratioOf(limit, request);
  return ratio > numberOf(enforced)
    ? `${head}, but provided ratio is ${ratio.toFixed(6)}`
    : undefined;
};

function findings(
  type: string,
  checks: readonly (readonly [Amounts | undefined, Check])[],
  usage: Usage,
): readonly string[] {
  return checks.flatMap(([enforced = {}, check]) =>
    Object.keys(enforced)
      .sort()
      .flatMap((name) => check(type, name, enforced[name] ?? "0", usage) ?? []),
  );
}

function ofWholePod(spec: PodSpec, list: "requests" | "limits"): Amounts {
  const sums = new Map<string, string>();
  for (const [name, sum] of aggregateContainers(
    spec as Parameters<typeof aggregateContainers>[0],
    list,
  ))
    sums.set(name, String(sum));
  for (const name of POD_LEVEL) {
    const own = spec.resources?.[list]?.[name];
    if (own !== undefined) sums.set(name, own);
  }
  return Object.fromEntries(sums);
}

/** Everything in a pod that one entry of a LimitRange does not allow. */
export function podComplaints(item: LimitRangeItem, spec: PodSpec): readonly string[] {
  const { type, min, max, maxLimitRequestRatio } = item;
  const checks = [
    [min, checkMin],
    [max, checkMax],
    [maxLimitRequestRatio, checkRatio],
  ] as const;
  if (type === "Pod") {
    const usage = { requests: ofWholePod(spec, "requests"), limits: ofWholePod(spec, "limits") };
    return findings(type, checks, usage);
  }
  if (type !== "Container") return [];
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap(({ resources }) =>
    findings(type, checks, {
      requests: resources?.requests ?? {},
      limits: resources?.limits ?? {},
    }),
  );
}

/** Everything in a claim that one entry of a LimitRange does not allow. */
export function claimComplaints(
  { type, min, max }: LimitRangeItem,
  spec: PersistentVolumeClaim["spec"],
): readonly string[] {
  if (type !== "PersistentVolumeClaim") return [];
  const checks = [
    [min, checkMin],
    [max, checkMaxRequest],
  ] as const;
  return findings(type, checks, { requests: spec?.resources?.requests ?? {}, limits: {} });
}
