/** @see kubernetes pkg/registry/core/node/strategy.go, pkg/apis/core/validation/validation.go */
import { defaultResourceList } from "../../api/defaults/container.ts";
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbiddenField,
  internalFault,
  invalidValue,
  notSupported,
  required,
  root,
} from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { parseCidr } from "../../api/validation/cidr.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import {
  checkQualifiedName,
  duplicateWithDetail,
  type FieldErrors,
} from "../../api/validation/field-checks.ts";
import { checkCidr, isDualStackPair } from "../../api/validation/ip-address.ts";
import { labelValueComplaints, utf8Length } from "../../api/validation/names.ts";
import { checkResourceQuantity, type ResourceList } from "../../api/validation/resources.ts";
import { TAINT_EFFECTS } from "../../api/validation/scheduling.ts";
import type { Strategy } from "../strategy.ts";

interface Taint {
  key?: string;
  value?: string;
  effect?: string;
  timeAdded?: string;
}

interface Node extends KubeObject {
  spec?: {
    podCIDR?: string;
    podCIDRs?: string[];
    providerID?: string;
    unschedulable?: boolean;
    taints?: Taint[];
    configSource?: object;
    externalID?: string;
  };
  status?: {
    capacity?: ResourceList;
    allocatable?: ResourceList;
    addresses?: { type?: string; address?: string }[];
    declaredFeatures?: string[];
    config?: object;
    nodeInfo?: { swap?: { capacity?: number } };
  };
}

const CIDRS = root("spec", "podCIDRs");
const FEATURE = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;
const FEATURE_MAX_BYTES = 253;

function applyDefaults(object: KubeObject): void {
  const { spec, status } = object as Node;
  if (spec != null) {
    // The single block is the first of the list; where both are given and differ, it wins.
    const [first] = spec.podCIDRs ?? [];
    if (spec.podCIDR) {
      if (spec.podCIDR !== first) spec.podCIDRs = [spec.podCIDR];
    } else if (first !== undefined) spec.podCIDR = first;
  }
  if (status == null) return;
  defaultResourceList(status.capacity);
  defaultResourceList(status.allocatable);
  if (status.allocatable == null && status.capacity != null) {
    status.allocatable = { ...status.capacity };
  }
}

function checkTaints(taints: readonly Taint[], path: FieldPath, errors: FieldErrors): void {
  const seen = new Set<string>();
  taints.forEach(({ key = "", value = "", effect = "", timeAdded }, index) => {
    const at = path.index(index);
    checkQualifiedName(key, at.child("key"), errors);
    const complaints = labelValueComplaints(value);
    if (complaints.length > 0) {
      errors.push(invalidValue(at.child("value"), value, complaints.join(";")));
    }
    if (effect === "") errors.push(required(at.child("effect")));
    else if (!TAINT_EFFECTS.includes(effect)) {
      errors.push(notSupported(at.child("effect"), effect, TAINT_EFFECTS));
    }
    const pair = `${effect}\n${key}`;
    if (seen.has(pair)) {
      const shown = { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded ?? null };
      const detail = "taints must be unique by key and effect pair";
      errors.push(duplicateWithDetail(at, shown, detail));
    }
    seen.add(pair);
  });
}

function checkFeatures(features: readonly string[], errors: FieldErrors): void {
  const path = root("status", "declaredFeatures");
  features.forEach((feature, index) => {
    const shown = JSON.stringify(feature);
    if (utf8Length(feature) > FEATURE_MAX_BYTES) {
      const detail = `invalid feature name ${shown}: must be no more than ${FEATURE_MAX_BYTES} characters`;
      errors.push(invalidValue(path.index(index), feature, detail));
    } else if (!FEATURE.test(feature)) {
      const detail = `invalid feature name ${shown}: must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`;
      errors.push(invalidValue(path.index(index), feature, detail));
    }
    const next = features[index + 1];
    if (next === feature) errors.push(duplicate(path.index(index + 1), next));
    else if (next !== undefined && feature > next) {
      errors.push(invalidValue(path.index(index + 1), next, "list must be sorted alphabetically"));
    }
  });
}

/** What is checked on creates and updates alike. */
function checkCommon(node: Node, errors: FieldErrors): void {
  for (const list of ["capacity", "allocatable"] as const) {
    for (const [name, value] of Object.entries(node.status?.[list] ?? {})) {
      checkResourceQuantity(name, value, root("status", list, name), errors);
    }
  }
  checkFeatures(node.status?.declaredFeatures ?? [], errors);
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const node = object as Node;
  checkTaints(node.spec?.taints ?? [], root("metadata", "taints"), errors);
  checkCommon(node, errors);
  const swap = node.status?.nodeInfo?.swap?.capacity;
  if (swap != null && swap <= 0) {
    const field = root("metadata", "nodeSwapStatus", "capacity");
    errors.push(invalidValue(field, swap, "must be greater than zero"));
  }
  const blocks = node.spec?.podCIDRs ?? [];
  blocks.forEach((block, index) => {
    checkCidr(block, CIDRS.index(index), errors);
  });
  const bases = blocks.map((block) => block.split("/", 1)[0] ?? "");
  const bad = blocks.findIndex((block) => parseCidr(block) === undefined);
  if (blocks.length > 1 && bad >= 0) {
    const why = `invalid CIDR[${bad}]: <nil> (invalid CIDR address: ${blocks[bad]})`;
    errors.push(
      internalFault(CIDRS, `invalid PodCIDRs. failed to check with dual stack with error:${why}`),
    );
  }
  if (blocks.length > 1 && (bad >= 0 || !isDualStackPair(bases))) {
    const detail = "may specify no more than one CIDR for each IP family";
    errors.push(invalidValue(CIDRS, blocks, detail));
  }
  return errors;
}

function checkFixedFields(node: Node, old: Node, errors: FieldErrors): void {
  const before = old.spec?.podCIDRs ?? [];
  const blocks = node.spec?.podCIDRs ?? [];
  const cidrDetail = 'node updates may not change podCIDR except from "" to valid';
  if (before.length > 0) {
    if (before.length !== blocks.length) errors.push(forbiddenField(CIDRS, cidrDetail));
    else {
      for (const [index, block] of before.entries()) {
        if (block !== blocks[index]) errors.push(forbiddenField(CIDRS, cidrDetail));
      }
    }
  }
  const provider = old.spec?.providerID ?? "";
  if (provider !== "" && provider !== (node.spec?.providerID ?? "")) {
    const detail = 'node updates may not change providerID except from "" to valid';
    errors.push(forbiddenField(root("spec", "providerID"), detail));
  }
}

function checkChange(node: Node, old: Node, errors: FieldErrors): void {
  checkCommon(node, errors);
  const addresses = node.status?.addresses ?? [];
  addresses.forEach((address, index) => {
    if (!addresses.slice(0, index).some((earlier) => semanticEqual(earlier, address))) return;
    const shown = { Type: address.type ?? "", Address: address.address ?? "" };
    errors.push(duplicate(root("status", "addresses").index(index), shown));
  });
  checkFixedFields(node, old, errors);
  checkTaints(node.spec?.taints ?? [], root("metadata", "taints"), errors);
  if ((node.spec?.externalID ?? "") !== (old.spec?.externalID ?? "")) {
    errors.push(forbiddenField(root("spec", "externalID"), "may not be updated"));
  }
}

function validateStatus(object: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  checkChange(object as Node, old as Node, errors);
  return errors;
}

function warnings(object: KubeObject): string[] {
  const { configSource, externalID = "" } = (object as Node).spec ?? {};
  return [
    ...(configSource == null ? [] : ["spec.configSource: the feature is removed"]),
    ...(externalID === ""
      ? []
      : ["spec.externalID: this field is deprecated, and is unused by Kubernetes"]),
  ];
}

export const nodesStrategy: Strategy = {
  group: "",
  resource: "nodes",
  defaults: applyDefaults,
  prepareForCreate: (object) => {
    const node = object as Node;
    delete node.spec?.configSource;
    delete node.status?.config;
  },
  validateCreate: validate,
  warningsOnCreate: warnings,
  prepareForUpdate: (object, old) => {
    object.status = old.status;
    if ((old as Node).spec?.configSource == null) delete (object as Node).spec?.configSource;
  },
  updateChecks: ["whole", "change", "own"],
  validateUpdate: (object, old) => [...validate(object), ...validateStatus(object, old)],
  warningsOnUpdate: warnings,
  resetFields: [["status"]],
  hasNamespaceField: false,
  selectableFields: (object) => ({
    "spec.unschedulable": String((object as Node).spec?.unschedulable ?? false),
  }),
  subresources: {
    status: {
      prepareForUpdate: (object, old) => {
        object.spec = old.spec;
        if ((old as Node).status?.config == null) delete (object as Node).status?.config;
      },
      validateUpdate: validateStatus,
      resetFields: [["spec"]],
    },
  },
};
