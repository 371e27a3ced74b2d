import type { KubeObject } from "../api/object.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";

export type AdmissionOperation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** One write as admission sees it. @see apiserver pkg/admission/interfaces.go */
export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly kind: string;
  readonly namespace: string;
  /** Empty while a generated name is not known. */
  readonly name: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** The object to be stored; mutating plugins change it in place. Absent on DELETE. */
  readonly object: KubeObject | undefined;
  /** The stored object on UPDATE and DELETE. Never changed. */
  readonly oldObject: KubeObject | undefined;
  warn(text: string): void;
}

/**
 * Mutating plugins run before validation, in the order of the chain; validating ones after it, with
 * the object as it will be stored. Either refuses by throwing a StatusError.
 */
export interface AdmissionPlugin {
  readonly name: string;
  mutate?(attributes: AdmissionAttributes): MaybePromise<void>;
  validate?(attributes: AdmissionAttributes): MaybePromise<void>;
}
