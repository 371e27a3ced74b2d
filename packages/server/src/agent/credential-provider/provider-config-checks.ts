import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../../api/field-error.ts";
import { printDuration } from "../../api/time-format-duration.ts";
import { qualifiedNameComplaints } from "../../api/validation/names.ts";
import type { CredentialProvider, TokenAttributes } from "./provider-config.ts";
import { parseSchemelessUrl } from "./registry-url.ts";

/** With tokens of service accounts. */
const VERSION = "credentialprovider.kubelet.k8s.io/v1";
export const PROVIDER_VERSIONS: readonly string[] = [
  VERSION,
  "credentialprovider.kubelet.k8s.io/v1alpha1",
  "credentialprovider.kubelet.k8s.io/v1beta1",
];
const CACHE_TYPES = ["ServiceAccount", "Token"];

/** What must not be in a name, since a program of it is looked for in one directory. */
const NAME_RULES: readonly (readonly [(name: string) => boolean, string])[] = [
  [(name) => name.includes("/"), "provider name cannot contain '/'"],
  [(name) => name.includes(" "), "provider name cannot contain spaces"],
  [(name) => name === ".", "provider name cannot be '.'"],
  [(name) => name === "..", "provider name cannot be '..'"],
];

/** @see kubernetes pkg/credentialprovider/plugin/config.go (validateCredentialProviderConfig) */
export function checkProviders(providers: readonly CredentialProvider[]): readonly FieldError[] {
  const path = root("providers");
  if (providers.length === 0) return [required(path, "at least 1 item in plugins is required")];
  return providers.flatMap((provider, index) => [
    ...checkName(provider.name, path.child("name")),
    ...(providers.findIndex(({ name }) => name === provider.name) < index
      ? [duplicate(path.child("name"), provider.name)]
      : []),
    ...checkVersion(provider.apiVersion, path.child("apiVersion")),
    ...checkImages(provider.matchImages, path.child("matchImages")),
    ...checkDuration(provider.defaultCacheNanos, path.child("defaultCacheDuration")),
    ...checkAttributes(provider, path.child("tokenAttributes")),
  ]);
}

function checkName(name: string, path: FieldPath): readonly FieldError[] {
  return NAME_RULES.filter(([breaks]) => breaks(name)).map(([, text]) =>
    invalidValue(path, name, text),
  );
}

function checkVersion(version: string, path: FieldPath): readonly FieldError[] {
  if (version === "") return [required(path)];
  return PROVIDER_VERSIONS.includes(version)
    ? []
    : [notSupported(path, version, PROVIDER_VERSIONS)];
}

function checkImages(images: readonly string[], path: FieldPath): readonly FieldError[] {
  if (images.length === 0) return [required(path, "at least 1 item in matchImages is required")];
  return images.flatMap((image) => {
    try {
      parseSchemelessUrl(image);
      return [];
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return [invalidValue(path, image, `match image is invalid: ${text}`)];
    }
  });
}

function checkDuration(nanos: bigint | undefined, path: FieldPath): readonly FieldError[] {
  if (nanos === undefined) return [required(path)];
  const text = "must be greater than or equal to 0";
  return nanos < 0n ? [invalidValue(path, printDuration(nanos), text)] : [];
}

function checkAttributes(
  { tokenAttributes, apiVersion }: CredentialProvider,
  path: FieldPath,
): readonly FieldError[] {
  if (tokenAttributes === undefined) return [];
  const { serviceAccountTokenAudience, requireServiceAccount } = tokenAttributes;
  const errors: FieldError[] = [];
  if (serviceAccountTokenAudience === "") {
    errors.push(required(path.child("serviceAccountTokenAudience")));
  }
  if (requireServiceAccount === undefined)
    errors.push(required(path.child("requireServiceAccount")));
  if (apiVersion !== VERSION) {
    errors.push(
      forbiddenField(path, `tokenAttributes is only supported for ${VERSION} API version`),
    );
  }
  return [
    ...errors,
    ...checkAnnotationKeys(tokenAttributes, path),
    ...checkCacheType(tokenAttributes.cacheType, path.child("cacheType")),
  ];
}

function checkAnnotationKeys(
  {
    requireServiceAccount,
    requiredServiceAccountAnnotationKeys: needed,
    optionalServiceAccountAnnotationKeys: wanted,
  }: TokenAttributes,
  path: FieldPath,
): readonly FieldError[] {
  const neededPath = path.child("requiredServiceAccountAnnotationKeys");
  const errors: FieldError[] = [];
  if (requireServiceAccount === false && needed.length > 0) {
    const text =
      "requireServiceAccount cannot be false when requiredServiceAccountAnnotationKeys is set";
    errors.push(forbiddenField(neededPath, text));
  }
  errors.push(...checkKeys(needed, neededPath));
  errors.push(...checkKeys(wanted, path.child("optionalServiceAccountAnnotationKeys")));
  const both = [...new Set(needed)].filter((key) => wanted.includes(key)).sort();
  if (both.length > 0) {
    errors.push(invalidValue(path, both, "annotation keys cannot be both required and optional"));
  }
  return errors;
}

function checkKeys(keys: readonly string[], path: FieldPath): readonly FieldError[] {
  return keys.flatMap((key, index) => [
    ...qualifiedNameComplaints(key.toLowerCase()).map((text) => invalidValue(path, key, text)),
    ...(keys.indexOf(key) < index ? [duplicate(path, key)] : []),
  ]);
}

function checkCacheType(type: string, path: FieldPath): readonly FieldError[] {
  if (CACHE_TYPES.includes(type)) return [];
  if (type !== "") return [notSupported(path, type, CACHE_TYPES)];
  const values = CACHE_TYPES.join(", ");
  const text = `cacheType is required to be set when tokenAttributes is specified. Supported values are: ${values}`;
  return [required(path, text)];
}
