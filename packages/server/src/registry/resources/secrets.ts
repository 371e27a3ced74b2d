/** @see kubernetes pkg/registry/core/secret/strategy.go, pkg/apis/core/validation/validation.go */
import {
  type FieldError,
  forbiddenField,
  invalidValue,
  required,
  root,
  tooLong,
} from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { equalEntries } from "../../api/validation/equality.ts";
import { checkComplaints, type FieldErrors, IMMUTABLE } from "../../api/validation/field-checks.ts";
import { configKeyComplaints } from "../../api/validation/names.ts";
import type { Strategy } from "../strategy.ts";
import { keyPairProblem } from "./tls-key-pair.ts";

type Data = Record<string, string> | null | undefined;

interface Secret extends KubeObject {
  type?: string;
  immutable?: boolean;
  /** Base64. */
  data?: Record<string, string>;
  /** Text that goes over `data`; never stored. */
  stringData?: Record<string, string>;
}

const DATA = root("data");
/** 1 MiB, all values of a Secret or a ConfigMap together. */
export const DATA_MAX_BYTES: number = 1024 * 1024;
const ACCOUNT_NAME = "kubernetes.io/service-account.name";
const TLS = "kubernetes.io/tls";
const IMMUTABLE_DATA = "field is immutable when `immutable` is set";

/** Bytes that a base64 text stands for. */
export function decodedLength(base64: string): number {
  if (base64.endsWith("==")) return (base64.length * 3) / 4 - 2;
  return (base64.length * 3) / 4 - (base64.endsWith("=") ? 1 : 0);
}

function applyDefaults(object: KubeObject): void {
  const secret = object as Secret;
  secret.type ||= "Opaque";
  const { stringData } = secret;
  if (stringData === undefined) return;
  delete secret.stringData;
  if (stringData === null || Object.keys(stringData).length === 0) return;
  secret.data ??= {};
  for (const [key, text] of Object.entries(stringData)) {
    secret.data[key] = Buffer.from(text ?? "", "utf8").toString("base64");
  }
}

/** Keys and total size. */
function checkData(data: Data, errors: FieldErrors): void {
  let bytes = 0;
  for (const key in data) {
    const complaints = configKeyComplaints(key);
    if (complaints.length > 0) checkComplaints(key, complaints, DATA.key(key), errors);
    bytes += decodedLength(data[key] ?? "");
  }
  if (bytes > DATA_MAX_BYTES) errors.push(tooLong(DATA, DATA_MAX_BYTES));
}

/** A value that has to be a JSON object; the error tells nothing of what it is. */
function checkJsonObject(data: Data, key: string, errors: FieldErrors): void {
  const value = data?.[key];
  if (value === undefined) {
    errors.push(required(DATA.key(key)));
    return;
  }
  const problem = jsonProblem(Buffer.from(value, "base64").toString("utf8"));
  if (problem === undefined) return;
  errors.push(invalidValue(DATA.key(key), "<secret contents redacted>", problem));
}

function jsonProblem(text: string): string | undefined {
  if (text === "") return "unexpected end of JSON input";
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || (typeof value === "object" && !Array.isArray(value))) return undefined;
    const kind = Array.isArray(value)
      ? "array"
      : typeof value === "boolean"
        ? "bool"
        : typeof value;
    return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
  } catch {
    return brokenJsonText(text);
  }
}

/** Go names the first character that fits nowhere; where it is, the JSON parser does not tell. */
function brokenJsonText(text: string): string {
  const first = text.trimStart().charAt(0);
  if (/[[{"tfn\d-]/.test(first)) return "unexpected end of JSON input";
  return `invalid character '${first}' looking for beginning of value`;
}

function checkType(secret: Secret, errors: FieldErrors): void {
  const { type, data } = secret;
  switch (type ?? "") {
    case "kubernetes.io/service-account-token":
      if ((secret.metadata.annotations?.[ACCOUNT_NAME] ?? "") === "") {
        errors.push(required(root("metadata", "annotations").key(ACCOUNT_NAME)));
      }
      return;
    case "kubernetes.io/dockercfg":
      checkJsonObject(data, ".dockercfg", errors);
      return;
    case "kubernetes.io/dockerconfigjson":
      checkJsonObject(data, ".dockerconfigjson", errors);
      return;
    case "kubernetes.io/basic-auth":
      if (data?.username !== undefined || data?.password !== undefined) return;
      errors.push(required(DATA.key("username")), required(DATA.key("password")));
      return;
    case "kubernetes.io/ssh-auth":
      if ((data?.["ssh-privatekey"] ?? "") === "") {
        errors.push(required(DATA.key("ssh-privatekey")));
      }
      return;
    case TLS:
      for (const key of ["tls.crt", "tls.key"]) {
        if (data?.[key] === undefined) errors.push(required(DATA.key(key)));
      }
  }
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const secret = object as Secret;
  checkData(secret.data, errors);
  checkType(secret, errors);
  return errors;
}

function validateUpdate(object: KubeObject, oldObject: KubeObject): FieldError[] {
  const secret = object as Secret;
  const old = oldObject as Secret;
  const errors: FieldErrors = [];
  if (secret.type !== old.type) {
    errors.push(invalidValue(root("type"), secret.type ?? "", IMMUTABLE));
  }
  if (old.immutable === true) {
    if (secret.immutable !== true) errors.push(forbiddenField(root("immutable"), IMMUTABLE_DATA));
    if (!equalEntries(secret.data, old.data)) errors.push(forbiddenField(DATA, IMMUTABLE_DATA));
  }
  errors.push(...validate(object));
  return errors;
}

function warnings(object: KubeObject): string[] {
  const { type, data } = object as Secret;
  if (type !== TLS) return [];
  const problem = keyPairProblem(data?.["tls.crt"] ?? "", data?.["tls.key"] ?? "");
  return problem === undefined ? [] : [problem];
}

export const secretsStrategy: Strategy = {
  group: "",
  resource: "secrets",
  defaults: applyDefaults,
  validateCreate: validate,
  updateChecks: ["change", "whole", "own"],
  validateUpdate,
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
  selectableFields: (object) => ({ type: (object as Secret).type ?? "" }),
};
