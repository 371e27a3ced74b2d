/** @see kubernetes pkg/registry/core/limitrange/strategy.go, pkg/apis/core/validation/validation.go */

import { defaultResourceList } from "../../api/defaults/container.ts";
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  required,
  root,
} from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import {
  compareQuantities,
  numberOf,
  type QuantityText,
  ratioOf,
} from "../../api/validation/amounts.ts";
import { checkComplaints, type FieldErrors } from "../../api/validation/field-checks.ts";
import { qualifiedNameComplaints } from "../../api/validation/names.ts";
import {
  checkContainerResourceName,
  checkResourceName,
  isOvercommitAllowed,
  type ResourceList,
} from "../../api/validation/resources.ts";
import type { Strategy } from "../strategy.ts";

interface LimitRangeItem {
  type?: string;
  max?: ResourceList;
  min?: ResourceList;
  default?: ResourceList;
  defaultRequest?: ResourceList;
  maxLimitRequestRatio?: ResourceList;
}

const LISTS = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;
const STANDARD_TYPES = ["Pod", "Container", "PersistentVolumeClaim"];

function itemsOf(object: KubeObject): LimitRangeItem[] {
  return (object.spec as { limits?: LimitRangeItem[] } | undefined)?.limits ?? [];
}

/** A container's default limit is its maximum, its default request the limit, or else the minimum. */
function applyDefaults(object: KubeObject): void {
  for (const item of itemsOf(object)) {
    for (const list of LISTS) defaultResourceList(item[list]);
    if (item.type !== "Container") continue;
    const limits: ResourceList = { ...item.max, ...item.default };
    const requests: ResourceList = { ...item.min, ...limits, ...item.defaultRequest };
    item.default = limits;
    item.defaultRequest = requests;
  }
}

function checkType(type: string, path: FieldPath, errors: FieldErrors): void {
  const complaints = qualifiedNameComplaints(type);
  checkComplaints(type, complaints, path, errors);
  if (complaints.length > 0 || type.includes("/") || STANDARD_TYPES.includes(type)) return;
  errors.push(invalidValue(path, type, "must be a standard limit type or fully qualified"));
}

function checkNames(item: LimitRangeItem, path: FieldPath, errors: FieldErrors): void {
  const forContainers = item.type === "Pod" || item.type === "Container";
  const check = forContainers ? checkContainerResourceName : checkResourceName;
  for (const list of LISTS) {
    const isDefault = list === "default" || list === "defaultRequest";
    const names = Object.keys(item[list] ?? {});
    if (isDefault && item.type === "Pod") {
      if (names.length === 0) continue;
      errors.push(forbiddenField(path.child(list), "may not be specified when `type` is 'Pod'"));
      continue;
    }
    if (list === "maxLimitRequestRatio") checkClaimLimits(item, path, errors);
    for (const name of names) check(name, path.child(list).key(name), errors);
  }
}

function checkClaimLimits(item: LimitRangeItem, path: FieldPath, errors: FieldErrors): void {
  if (item.type !== "PersistentVolumeClaim") return;
  if (item.min?.storage !== undefined || item.max?.storage !== undefined) return;
  const detail = "either minimum or maximum storage value is required, but neither was provided";
  errors.push(required(path.child("limits"), detail));
}

type Quantity = QuantityText | undefined;

function exceeds(left: Quantity, right: Quantity): boolean {
  return left !== undefined && right !== undefined && compareQuantities(left, right) > 0;
}

function checkOrder(
  item: LimitRangeItem,
  name: string,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const isPod = item.type === "Pod";
  const min = item.min?.[name];
  const max = item.max?.[name];
  const limit = isPod ? undefined : item.default?.[name];
  const request = isPod ? undefined : item.defaultRequest?.[name];
  const ratio = item.maxLimitRequestRatio?.[name];
  const refuse = (list: (typeof LISTS)[number], value: Quantity, detail: string) =>
    errors.push(invalidValue(path.child(list).key(name), String(value), detail));
  if (exceeds(min, max)) refuse("min", min, `min value ${min} is greater than max value ${max}`);
  if (exceeds(min, request)) {
    const detail = `min value ${min} is greater than default request value ${request}`;
    refuse("defaultRequest", request, detail);
  }
  if (exceeds(request, max)) {
    const detail = `default request value ${request} is greater than max value ${max}`;
    refuse("defaultRequest", request, detail);
  }
  if (exceeds(request, limit)) {
    const detail = `default request value ${request} is greater than default limit value ${limit}`;
    refuse("defaultRequest", request, detail);
  }
  if (exceeds(min, limit)) {
    refuse("default", min, `min value ${min} is greater than default value ${limit}`);
  }
  if (exceeds(limit, max)) {
    refuse("default", max, `default value ${limit} is greater than max value ${max}`);
  }
  if (ratio !== undefined && compareQuantities(ratio, 1) < 0) {
    refuse("maxLimitRequestRatio", ratio, `ratio ${ratio} is less than 1`);
  }
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    const most = ratioOf(max, min);
    if (numberOf(ratio) > most) {
      const detail = `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`;
      refuse("maxLimitRequestRatio", ratio, detail);
    }
  }
  if (isOvercommitAllowed(name) || limit === undefined || request === undefined) return;
  if (compareQuantities(limit, request) === 0) return;
  const detail = `default value ${limit} must equal to defaultRequest value ${request} in ${name}`;
  refuse("defaultRequest", request, detail);
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const types = new Set<string>();
  itemsOf(object).forEach((item, index) => {
    const path = root("spec", "limits").index(index);
    const { type = "" } = item;
    checkType(type, path.child("type"), errors);
    if (types.has(type)) errors.push(duplicate(path.child("type"), type));
    types.add(type);
    checkNames(item, path, errors);
    const names = new Set(LISTS.flatMap((list) => Object.keys(item[list] ?? {})));
    for (const name of names) checkOrder(item, name, path, errors);
  });
  return errors;
}

export const limitRangesStrategy: Strategy = {
  group: "",
  resource: "limitranges",
  updateChecks: ["whole", "own"],
  createOnUpdate: true,
  defaults: applyDefaults,
  // A limit range without a name gets a random one; its uid is as random as any.
  prepareForCreate: ({ metadata }) => {
    if ((metadata.name ?? "") === "" && metadata.uid !== undefined) metadata.name = metadata.uid;
  },
  validateCreate: validate,
  validateUpdate: validate,
};
