/** @see kubernetes pkg/registry/storage/storageclass/strategy.go, pkg/apis/storage/validation */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalidValue,
  notSupported,
  required,
  root,
} from "../../api/field-error.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import { equalEntries, semanticEqual } from "../../api/validation/equality.ts";
import {
  checkQualifiedName,
  type FieldErrors,
  IMMUTABLE,
} from "../../api/validation/field-checks.ts";
import { DEPRECATED_LABELS } from "../../api/validation/pod-warnings.ts";
import { checkParameters, checkProvisioner } from "../../api/validation/storage-parameters.ts";
import type { Strategy } from "../strategy.ts";

interface TopologyTerm {
  matchLabelExpressions?: { key?: string; values?: string[] | null }[] | null;
}

interface StorageClass extends KubeObject {
  provisioner?: string;
  parameters?: Record<string, string> | null;
  reclaimPolicy?: string | null;
  volumeBindingMode?: string | null;
  allowedTopologies?: TopologyTerm[] | null;
}

const RECLAIM_POLICIES = ["Delete", "Retain"];
const BINDING_MODES = ["Immediate", "WaitForFirstConsumer"];
const TOPOLOGIES = root("allowedTopologies");

function checkTerm(term: TopologyTerm, path: FieldPath, errors: FieldErrors): void {
  const keys = new Set<string>();
  term.matchLabelExpressions?.forEach(({ key = "", values }, index) => {
    const at = path.child("matchLabelExpressions").index(index);
    const all = values ?? [];
    if (all.length === 0) errors.push(required(at.child("values")));
    all.forEach((value, position) => {
      if (all.indexOf(value) === position) return;
      errors.push(duplicate(at.child("values").index(position), value));
    });
    checkQualifiedName(key, at.child("key"), errors);
    if (keys.has(key)) errors.push(duplicate(at.child("key"), key));
    keys.add(key);
  });
}

/** What an empty term allows. */
const NO_TOPOLOGY = "[]";

/** What a term allows, whatever the order of its keys and values. */
function meaningOf(term: TopologyTerm): string {
  const pairs = (term.matchLabelExpressions ?? []).map(({ key = "", values }) => [
    key,
    [...new Set(values ?? [])].sort(),
  ]);
  return JSON.stringify(pairs.sort());
}

function checkTopologies(terms: readonly TopologyTerm[], errors: FieldErrors): void {
  // Upstream compares each with all before it, and with as many empty ones as there are terms.
  const meanings = terms.map(() => NO_TOPOLOGY);
  terms.forEach((term, index) => {
    const path = TOPOLOGIES.index(index);
    checkTerm(term, path, errors);
    const meaning = meaningOf(term);
    for (const other of meanings) {
      if (other === meaning) errors.push(duplicate(path.child("matchLabelExpressions"), ""));
    }
    meanings.push(meaning);
  });
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const storageClass = object as StorageClass;
  checkProvisioner(storageClass.provisioner ?? "", root("provisioner"), errors);
  checkParameters(storageClass.parameters ?? {}, root("parameters"), errors);
  const { reclaimPolicy, volumeBindingMode } = storageClass;
  if (reclaimPolicy && !RECLAIM_POLICIES.includes(reclaimPolicy)) {
    errors.push(notSupported(root("reclaimPolicy"), reclaimPolicy, RECLAIM_POLICIES));
  }
  const field = root("volumeBindingMode");
  if (volumeBindingMode == null) errors.push(required(field));
  else if (!BINDING_MODES.includes(volumeBindingMode)) {
    errors.push(notSupported(field, volumeBindingMode, BINDING_MODES));
  }
  checkTopologies(storageClass.allowedTopologies ?? [], errors);
  return errors;
}

function validateUpdate(object: KubeObject, oldObject: KubeObject): FieldError[] {
  const errors = validate(object);
  const storageClass = object as StorageClass;
  const old = oldObject as StorageClass;
  if (!equalEntries(storageClass.parameters, old.parameters)) {
    const shown = internalForm("map[string]string", storageClass.parameters);
    errors.push(invalidValue(root("parameters"), shown, IMMUTABLE));
  }
  for (const name of ["provisioner", "reclaimPolicy", "volumeBindingMode"] as const) {
    if (semanticEqual(storageClass[name], old[name])) continue;
    errors.push(invalidValue(root(name), storageClass[name] ?? null, IMMUTABLE));
  }
  return errors;
}

function warnings(object: KubeObject): string[] {
  return ((object as StorageClass).allowedTopologies ?? []).flatMap((term, index) =>
    (term.matchLabelExpressions ?? []).flatMap(({ key = "" }, at) => {
      const text = DEPRECATED_LABELS[key];
      const path = TOPOLOGIES.index(index).child("matchLabelExpressions").index(at).child("key");
      return text === undefined ? [] : [`${path}: ${text}`];
    }),
  );
}

export const storageClassesStrategy: Strategy = {
  group: "storage.k8s.io",
  resource: "storageclasses",
  defaults: (object) => {
    const storageClass = object as StorageClass;
    storageClass.reclaimPolicy ??= "Delete";
    storageClass.volumeBindingMode ??= "Immediate";
  },
  validateCreate: validate,
  warningsOnCreate: warnings,
  updateChecks: ["whole", "change", "own"],
  validateUpdate,
  warningsOnUpdate: warnings,
};
