import { decodeDeleteOptions } from "../api/codec-delete-options.ts";
import { type FieldError, invalidValue, notSupported, root } from "../api/field-error.ts";
import { badRequest, invalid } from "../api/status-error.ts";
import { MEDIA_TYPES, type MediaType } from "../http/media-type.ts";
import type { Query } from "../request/query.ts";
import { exactIntegerParameter, optionalBoolean } from "../request/query-values.ts";
import type { DeleteRequest } from "./delete.ts";
import { dryRunErrors } from "./write-options.ts";

export interface DeleteOptions extends DeleteRequest {
  readonly dryRun: boolean;
}

/** As they are sent. */
export interface RawDeleteOptions {
  readonly gracePeriodSeconds?: number | bigint;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
  readonly ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
}

const POLICIES = ["Foreground", "Background", "Orphan"];

/**
 * Options of a delete: from the body when there is one, else from the query.
 * @throws StatusError 400 for what cannot be read, 422 for what contradicts itself
 */
export function parseDeleteOptions(
  query: Query,
  body: Uint8Array,
  mediaType: MediaType,
): DeleteOptions {
  const raw = body.byteLength > 0 ? readBody(body, mediaType) : readQuery(query);
  checkDeleteOptions(raw);
  return deleteOptionsOf(raw);
}

/** @throws StatusError 422 for options that contradict themselves */
export function checkDeleteOptions(raw: RawDeleteOptions): void {
  const errors = deleteOptionsErrors(raw);
  if (errors.length > 0) {
    throw invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", errors);
  }
}

/** Options that an object holds: those of an eviction, which are checked when it comes to deleting. */
export function deleteOptionsOf(raw: RawDeleteOptions): DeleteOptions {
  const grace = raw.gracePeriodSeconds;
  return {
    // A negative grace period means one second. @see apiserver pkg/registry/rest/delete.go
    gracePeriodSeconds: grace === undefined ? undefined : grace < 0 ? 1 : grace,
    propagationPolicy: raw.propagationPolicy,
    orphanDependents: raw.orphanDependents,
    preconditionUid: raw.preconditions?.uid,
    preconditionResourceVersion: raw.preconditions?.resourceVersion,
    dryRun: (raw.dryRun?.length ?? 0) > 0,
  };
}

function readBody(body: Uint8Array, mediaType: MediaType): RawDeleteOptions {
  try {
    return decodeDeleteOptions(MEDIA_TYPES[mediaType], body) as RawDeleteOptions;
  } catch (error) {
    throw error instanceof Error ? badRequest(error.message, error) : error;
  }
}

function readQuery(query: Query): RawDeleteOptions {
  if (query.raw === "") return {};
  const gracePeriodSeconds = exactIntegerParameter(query, "gracePeriodSeconds");
  const orphanDependents = optionalBoolean(query, "orphanDependents");
  const propagationPolicy = query.get("propagationPolicy");
  const uid = query.get("uid") ?? "";
  const resourceVersion = query.get("resourceVersion") ?? "";
  const preconditions = {
    ...(uid === "" ? {} : { uid }),
    ...(resourceVersion === "" ? {} : { resourceVersion }),
  };
  return {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(orphanDependents === undefined ? {} : { orphanDependents }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    preconditions,
    dryRun: query.all("dryRun"),
  };
}

function deleteOptionsErrors(raw: RawDeleteOptions): FieldError[] {
  const errors: FieldError[] = [];
  const { propagationPolicy, orphanDependents } = raw;
  const field = root("propagationPolicy");
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    errors.push(
      invalidValue(
        field,
        propagationPolicy,
        "orphanDependents and deletionPropagation cannot be both set",
      ),
    );
  }
  if (propagationPolicy !== undefined && !POLICIES.includes(propagationPolicy)) {
    errors.push(notSupported(field, propagationPolicy, [...POLICIES, "nil"]));
  }
  errors.push(...dryRunErrors(raw.dryRun ?? []));
  return errors;
}
