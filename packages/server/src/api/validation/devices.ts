/**
 * Claims of devices and slices of what there is, to the depth that a client notices.
 * @see kubernetes pkg/apis/resource/validation/validation.go
 */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalidValue,
  notSupported,
  required,
  root,
  tooLong,
  tooMany,
} from "../field-error.ts";
import {
  checkComplaints,
  checkDnsLabel,
  checkDnsSubdomain,
  type FieldErrors,
  IMMUTABLE,
} from "./field-checks.ts";
import { nameIsDnsSubdomain } from "./names.ts";
import { checkNodeSelector, type NodeSelector } from "./selectors.ts";
import { checkCsiDriverName } from "./volume-drivers.ts";

interface DeviceSelector {
  cel?: { expression?: string } | null;
}

export interface ExactRequest {
  name?: string;
  deviceClassName?: string;
  selectors?: DeviceSelector[] | null;
  allocationMode?: string;
  count?: number | bigint;
}

export interface DeviceRequest {
  name?: string;
  exactly?: ExactRequest | null;
  firstAvailable?: ExactRequest[] | null;
}

export interface ClaimSpec {
  devices?: { requests?: DeviceRequest[] | null };
}

export interface SliceSpec {
  driver?: string;
  pool?: { name?: string; generation?: number | bigint; resourceSliceCount?: number | bigint };
  nodeName?: string | null;
  nodeSelector?: NodeSelector | null;
  allNodes?: boolean | null;
  perDeviceNodeSelection?: boolean | null;
  devices?: { name?: string }[] | null;
  sharedCounters?: unknown[] | null;
}

/** Limits of pkg/apis/resource/types.go. */
const REQUESTS_MAX = 32;
const CHOICES_MAX = 8;
const SELECTORS_MAX = 32;
const DEVICES_MAX = 128;
const POOL_NAME_MAX = 253;
const SPEC = root("spec");
const EXACTLY_ONE = "exactly one of `exactly` or `firstAvailable` is required";
const ONE_PLACE =
  "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";

/** At most `max` items, each with a name of its own. */
function checkNamedSet(
  items: readonly { name?: string }[],
  max: number,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (items.length > max) errors.push(tooMany(path, items.length, max));
  const names = new Set<string>();
  items.forEach(({ name = "" }, index) => {
    if (names.has(name)) errors.push(duplicate(path.index(index), name));
    names.add(name);
  });
}

export function checkDeviceSelectors(
  selectors: readonly DeviceSelector[] | null | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const all = selectors ?? [];
  if (all.length > SELECTORS_MAX) errors.push(tooMany(path, all.length, SELECTORS_MAX));
  all.forEach(({ cel }, index) => {
    if (cel == null) errors.push(required(path.index(index).child("cel")));
  });
}

function checkRequestName(name: string, path: FieldPath, errors: FieldErrors): void {
  if (name === "") errors.push(required(path));
  else checkDnsLabel(name, path, errors);
}

function checkExact(request: ExactRequest, path: FieldPath, errors: FieldErrors): void {
  const { deviceClassName = "", allocationMode = "", count = 0 } = request;
  const field = path.child("deviceClassName");
  if (deviceClassName === "") errors.push(required(field));
  else checkComplaints(deviceClassName, nameIsDnsSubdomain(deviceClassName, false), field, errors);
  checkDeviceSelectors(request.selectors, path.child("selectors"), errors);
  const countPath = path.child("count");
  if (allocationMode === "All") {
    if (Number(count) === 0) return;
    const detail = "must not be specified when allocationMode is 'All'";
    errors.push(invalidValue(countPath, count, detail));
  } else if (allocationMode === "ExactCount") {
    if (count <= 0) errors.push(invalidValue(countPath, count, "must be greater than zero"));
  } else {
    const modes = ["All", "ExactCount"];
    errors.push(notSupported(path.child("allocationMode"), allocationMode, modes));
  }
}

function checkRequest(request: DeviceRequest, path: FieldPath, errors: FieldErrors): void {
  checkRequestName(request.name ?? "", path.child("name"), errors);
  const choices = request.firstAvailable ?? [];
  const { exactly } = request;
  if (choices.length > 0 && exactly != null) {
    errors.push(invalidValue(path, null, `${EXACTLY_ONE}, but multiple fields are set`));
  } else if (exactly != null) checkExact(exactly, path.child("exactly"), errors);
  else if (choices.length === 0) errors.push(required(path, EXACTLY_ONE));
  else {
    const list = path.child("firstAvailable");
    checkNamedSet(choices, CHOICES_MAX, list, errors);
    choices.forEach((choice, index) => {
      checkRequestName(choice.name ?? "", list.index(index).child("name"), errors);
      checkExact(choice, list.index(index), errors);
    });
  }
}

/** @param path - of the specification */
export function checkDeviceClaim(spec: ClaimSpec, path: FieldPath, errors: FieldErrors): void {
  const requests = spec.devices?.requests ?? [];
  const list = path.child("devices", "requests");
  requests.forEach((request, index) => {
    checkRequest(request, list.index(index), errors);
  });
  checkNamedSet(requests, REQUESTS_MAX, list, errors);
}

function checkPool(pool: NonNullable<SliceSpec["pool"]>, errors: FieldErrors): void {
  const path = SPEC.child("pool");
  const { name = "", generation = 0, resourceSliceCount = 0 } = pool;
  const field = path.child("name");
  if (name === "") errors.push(required(field));
  else {
    if (name.length > POOL_NAME_MAX) errors.push(tooLong(field, POOL_NAME_MAX));
    for (const part of name.split("/")) checkDnsSubdomain(part, field, errors);
  }
  if (resourceSliceCount <= 0) {
    const detail = "must be greater than zero";
    errors.push(invalidValue(path.child("resourceSliceCount"), resourceSliceCount, detail));
  }
  if (generation < 0) {
    const detail = "must be greater than or equal to zero";
    errors.push(invalidValue(path.child("generation"), generation, detail));
  }
}

/** Where the devices are is said in exactly one way. */
function checkPlace(spec: SliceSpec, errors: FieldErrors): void {
  const ways: string[] = [];
  const { nodeName, nodeSelector } = spec;
  if (nodeName === "") {
    const detail = "must be either unset or set to a non-empty string";
    errors.push(invalidValue(SPEC.child("nodeName"), nodeName, detail));
  } else if (nodeName != null) {
    ways.push("`nodeName`");
    const complaints = nameIsDnsSubdomain(nodeName, false);
    checkComplaints(nodeName, complaints, SPEC.child("nodeName"), errors);
  }
  if (nodeSelector != null) {
    ways.push("`nodeSelector`");
    checkNodeSelector(nodeSelector, SPEC.child("nodeSelector"), errors);
  }
  for (const name of ["allNodes", "perDeviceNodeSelection"] as const) {
    if (spec[name] === true) ways.push(`\`${name}\``);
    else if (spec[name] === false) {
      const detail = "must be either unset or set to true";
      errors.push(invalidValue(SPEC.child(name), false, detail));
    }
  }
  if (ways.length === 0) errors.push(required(SPEC, ONE_PLACE));
  else if (ways.length > 1) {
    const detail = `${ONE_PLACE}, but multiple fields are set`;
    errors.push(invalidValue(SPEC, `{${ways.join(", ")}}`, detail));
  }
}

function checkFixed(spec: SliceSpec, old: SliceSpec, errors: FieldErrors): void {
  const fixed: readonly [path: FieldPath, now: unknown, before: unknown][] = [
    [SPEC.child("pool", "name"), spec.pool?.name ?? "", old.pool?.name ?? ""],
    [SPEC.child("driver"), spec.driver ?? "", old.driver ?? ""],
    [SPEC.child("nodeName"), spec.nodeName ?? null, old.nodeName ?? null],
  ];
  for (const [path, now, before] of fixed) {
    if (now !== before) errors.push(invalidValue(path, now, IMMUTABLE));
  }
}

export function validateResourceSlice(spec: SliceSpec, old?: SliceSpec): FieldError[] {
  const errors: FieldErrors = [];
  checkCsiDriverName(spec.driver ?? "", SPEC.child("driver"), errors);
  checkPool(spec.pool ?? {}, errors);
  if (old !== undefined) checkFixed(spec, old, errors);
  checkPlace(spec, errors);
  if (spec.sharedCounters != null && spec.devices != null) {
    const detail = "only one of `sharedCounters` or `devices` is allowed";
    errors.push(invalidValue(SPEC, "", detail));
  }
  const devices = spec.devices ?? [];
  const list = SPEC.child("devices");
  devices.forEach(({ name = "" }, index) => {
    checkRequestName(name, list.index(index).child("name"), errors);
  });
  checkNamedSet(devices, DEVICES_MAX, list, errors);
  return errors;
}
