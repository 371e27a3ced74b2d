/** @see kubernetes pkg/registry/storage/volumeattachment/strategy.go, pkg/apis/storage/validation */
import {
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  required,
  root,
  tooLong,
} from "../../api/field-error.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import { equalAs } from "../../api/typed-equality.ts";
import { checkComplaints, type FieldErrors, IMMUTABLE } from "../../api/validation/field-checks.ts";
import { nameIsDnsSubdomain, rangeComplaint, utf8Length } from "../../api/validation/names.ts";
import { checkCsiDriverName } from "../../api/validation/volume-drivers.ts";
import { checkVolumeSpec, type VolumeSpec } from "../../api/validation/volume-spec.ts";
import type { Strategy } from "../strategy.ts";
import { keepMetadata, keepSpec, keepStatus } from "./spec-and-status.ts";

interface VolumeError {
  message?: string;
  errorCode?: number | null;
}

interface Attachment extends KubeObject {
  spec?: {
    attacher?: string;
    source?: { persistentVolumeName?: string | null; inlineVolumeSpec?: VolumeSpec | null };
    nodeName?: string;
  };
  status?: {
    attachmentMetadata?: Record<string, string> | null;
    attachError?: VolumeError | null;
    detachError?: VolumeError | null;
  };
}

const SPEC = root("spec");
const SOURCE = SPEC.child("source");
const STATUS = root("status");
const METADATA_MAX_BYTES = 256 * 1024;
const MESSAGE_MAX_BYTES = 1024;
const EXACTLY_ONE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

function checkSource({ spec }: Attachment, errors: FieldErrors): void {
  const { persistentVolumeName: name, inlineVolumeSpec } = spec?.source ?? {};
  if (name == null && inlineVolumeSpec == null) errors.push(required(SOURCE, EXACTLY_ONE));
  else if (name != null && inlineVolumeSpec != null) {
    errors.push(forbiddenField(SOURCE, EXACTLY_ONE));
  } else if (name === "") {
    const detail = "must specify non empty persistentVolumeName";
    errors.push(required(SOURCE.child("persistentVolumeName"), detail));
  } else if (inlineVolumeSpec != null) {
    const path = SOURCE.child("inlineVolumeSpec");
    checkVolumeSpec(inlineVolumeSpec, { name: "", inline: true }, path, errors);
  }
}

function checkError(error: VolumeError | null | undefined, path: FieldPath, errors: FieldErrors) {
  if (error == null) return;
  if (utf8Length(error.message ?? "") > MESSAGE_MAX_BYTES) {
    // Upstream names the other limit.
    errors.push(tooLong(path.child("message"), METADATA_MAX_BYTES));
  }
  if (error.errorCode != null && error.errorCode < 0) {
    const complaint = rangeComplaint(0, 2 ** 31 - 1);
    errors.push(invalidValue(path.child("errorCode"), error.errorCode, complaint));
  }
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const attachment = object as Attachment;
  const { spec = {}, status = {} } = attachment;
  checkCsiDriverName(spec.attacher ?? "", SPEC.child("attacher"), errors);
  checkSource(attachment, errors);
  const nodeName = spec.nodeName ?? "";
  checkComplaints(nodeName, nameIsDnsSubdomain(nodeName, false), SPEC.child("nodeName"), errors);
  const bytes = Object.entries(status.attachmentMetadata ?? {}).reduce(
    (total, [key, value]) => total + utf8Length(key) + utf8Length(value),
    0,
  );
  if (bytes > METADATA_MAX_BYTES) {
    errors.push(tooLong(STATUS.child("attachmentMetadata"), METADATA_MAX_BYTES));
  }
  checkError(status.attachError, STATUS.child("attachError"), errors);
  checkError(status.detachError, STATUS.child("detachError"), errors);
  const volume = spec.source?.persistentVolumeName;
  if (volume != null) {
    const field = SOURCE.child("persistentVolumeName");
    checkComplaints(volume, nameIsDnsSubdomain(volume, false), field, errors);
  }
  return errors;
}

function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors = validate(object);
  if (!equalAs("storage.v1.VolumeAttachmentSpec", object.spec, old.spec)) {
    errors.push(
      invalidValue(SPEC, internalForm("storage.v1.VolumeAttachmentSpec", object.spec), IMMUTABLE),
    );
  }
  return errors;
}

export const volumeAttachmentsStrategy: Strategy = {
  group: "storage.k8s.io",
  resource: "volumeattachments",
  requiresResourceVersion: true,
  updateChecks: ["whole", "own"],
  prepareForCreate: (object) => {
    object.status = {};
  },
  validateCreate: validate,
  prepareForUpdate: keepStatus,
  validateUpdate,
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: (object, old) => {
        keepSpec(object, old);
        keepMetadata(object, old);
      },
      validateUpdate,
      resetFields: [["metadata"], ["spec"]],
    },
  },
};
