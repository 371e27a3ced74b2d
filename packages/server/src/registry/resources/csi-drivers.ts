/** @see kubernetes pkg/registry/storage/csidriver/strategy.go, pkg/apis/storage/validation */
import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
  root,
} from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { type FieldErrors, IMMUTABLE } from "../../api/validation/field-checks.ts";
import type { Strategy } from "../strategy.ts";
import { specChanged } from "./workload-template.ts";

interface CsiDriverSpec {
  attachRequired?: boolean | null;
  podInfoOnMount?: boolean | null;
  storageCapacity?: boolean | null;
  fsGroupPolicy?: string | null;
  volumeLifecycleModes?: string[] | null;
  tokenRequests?: { audience?: string; expirationSeconds?: number | bigint | null }[] | null;
  requiresRepublish?: boolean | null;
  seLinuxMount?: boolean | null;
  nodeAllocatableUpdatePeriodSeconds?: number | bigint | null;
  serviceAccountTokenInSecrets?: boolean | null;
  preventPodSchedulingIfMissing?: boolean | null;
}

const SPEC = root("spec");
const GROUP_POLICIES = ["File", "None", "ReadWriteOnceWithFSType"];
const LIFECYCLE_MODES = ["Persistent", "Ephemeral"];
const TOKEN_MIN_SECONDS = 600;
const TOKEN_MAX_SECONDS = 2 ** 32;
const PERIOD_MIN_SECONDS = 10;
const TOKENS_IN_SECRETS =
  "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes";

function specOf(object: KubeObject): CsiDriverSpec {
  return (object.spec ?? {}) as CsiDriverSpec;
}

function applyDefaults(object: KubeObject): void {
  object.spec ??= {};
  const spec = specOf(object);
  spec.attachRequired ??= true;
  spec.podInfoOnMount ??= false;
  spec.storageCapacity ??= false;
  spec.fsGroupPolicy ??= "ReadWriteOnceWithFSType";
  if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ["Persistent"];
  spec.requiresRepublish ??= false;
  spec.seLinuxMount ??= false;
}

/** A field of a feature that is off in 1.36. */
function dropDisabled(object: KubeObject, old?: KubeObject): void {
  if (old !== undefined && specOf(old).preventPodSchedulingIfMissing != null) return;
  delete specOf(object).preventPodSchedulingIfMissing;
}

function checkTokenRequests(spec: CsiDriverSpec, errors: FieldErrors): void {
  const audiences = new Set<string>();
  spec.tokenRequests?.forEach(({ audience = "", expirationSeconds }, index) => {
    const path = SPEC.child("tokenRequests").index(index);
    if (audiences.has(audience)) {
      errors.push(duplicate(path.child("audience"), audience));
      return;
    }
    audiences.add(audience);
    if (expirationSeconds == null) return;
    const field = path.child("expirationSeconds");
    if (expirationSeconds < TOKEN_MIN_SECONDS) {
      const detail = "may not specify a duration less than 10 minutes";
      errors.push(invalidValue(field, expirationSeconds, detail));
    }
    if (expirationSeconds > TOKEN_MAX_SECONDS) {
      const detail = "may not specify a duration larger than 2^32 seconds";
      errors.push(invalidValue(field, expirationSeconds, detail));
    }
  });
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const spec = specOf(object);
  // Upstream's path has a name of its own.
  if (spec.attachRequired == null) errors.push(required(SPEC.child("attachedRequired")));
  for (const name of ["podInfoOnMount", "storageCapacity"] as const) {
    if (spec[name] == null) errors.push(required(SPEC.child(name)));
  }
  const policy = spec.fsGroupPolicy;
  if (policy != null && !GROUP_POLICIES.includes(policy)) {
    errors.push(notSupported(SPEC.child("fsGroupPolicy"), policy, GROUP_POLICIES));
  }
  checkTokenRequests(spec, errors);
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (LIFECYCLE_MODES.includes(mode)) continue;
    errors.push(notSupported(SPEC.child("volumeLifecycleModes"), mode, LIFECYCLE_MODES));
  }
  if (spec.seLinuxMount == null) errors.push(required(SPEC.child("seLinuxMount")));
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period != null && period < PERIOD_MIN_SECONDS) {
    const field = SPEC.child("nodeAllocatableUpdatePeriodSeconds");
    errors.push(invalidValue(field, period, "must be greater than or equal to 10 seconds"));
  }
  const inSecrets = spec.serviceAccountTokenInSecrets;
  if (inSecrets != null && (spec.tokenRequests ?? []).length === 0) {
    const detail = "serviceAccountTokenInSecrets is set but no tokenRequests are specified";
    errors.push(invalidValue(SPEC.child("serviceAccountTokenInSecrets"), inSecrets, detail));
  }
  return errors;
}

function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors = validate(object);
  const spec = specOf(object);
  const before = specOf(old);
  if ((spec.attachRequired ?? null) !== (before.attachRequired ?? null)) {
    errors.push(
      invalidValue(SPEC.child("attachedRequired"), spec.attachRequired ?? null, IMMUTABLE),
    );
  }
  if (!semanticEqual(spec.volumeLifecycleModes, before.volumeLifecycleModes)) {
    const field = SPEC.child("volumeLifecycleModes");
    errors.push(invalidValue(field, spec.volumeLifecycleModes ?? null, IMMUTABLE));
  }
  return errors;
}

function tokenWarnings({ tokenRequests, serviceAccountTokenInSecrets }: CsiDriverSpec): string[] {
  const unset = serviceAccountTokenInSecrets == null;
  return unset && (tokenRequests ?? []).length > 0 ? [TOKENS_IN_SECRETS] : [];
}

export const csiDriversStrategy: Strategy = {
  group: "storage.k8s.io",
  resource: "csidrivers",
  requiresResourceVersion: true,
  defaults: applyDefaults,
  prepareForCreate: (object) => {
    // Generations of drivers start with their first change.
    delete object.metadata.generation;
    dropDisabled(object);
  },
  validateCreate: validate,
  warningsOnCreate: (object) => tokenWarnings(specOf(object)),
  prepareForUpdate: dropDisabled,
  validateUpdate,
  warningsOnUpdate: (object, old) =>
    semanticEqual(specOf(object).tokenRequests, specOf(old).tokenRequests)
      ? []
      : tokenWarnings(specOf(object)),
  changesGeneration: specChanged,
};
