import type { FieldError } from "../api/field-error.ts";
import type { KubeObject } from "../api/object.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { Propagation, PropagationRules } from "./finalizers.ts";

/** What a hook may know about the request besides the object. */
export interface StrategyContext {
  readonly user: UserInfo;
  /** Now, milliseconds since 1970. */
  readonly now: number;
  /** Object name of the URL; empty on create. */
  readonly name: string;
  /** Namespace of the URL; empty for cluster-scoped kinds. */
  readonly namespace: string;
}

/**
 * A part of what upstream's validation of a kind looks at in an update, after the generic part has
 * looked at all metadata: metadata as on create (`whole`), what of it may not change (`change`), and
 * `validateUpdate` (`own`). Metadata that several of them refuse is as many causes.
 */
export type UpdateCheck = "whole" | "change" | "own";

/** Hooks of an update, of the object itself or of one subresource (`status`, `finalize` …). */
export interface UpdateHooks {
  /** Puts back what this endpoint may not change (status on the main one, spec on `status`), sets what it must. */
  readonly prepareForUpdate?: (
    object: KubeObject,
    old: KubeObject,
    context: StrategyContext,
  ) => void;
  /** Every field error of the change; of metadata only what `updateChecks` does not name. */
  readonly validateUpdate?: (
    object: KubeObject,
    old: KubeObject,
    context: StrategyContext,
  ) => readonly FieldError[];
  readonly warningsOnUpdate?: (object: KubeObject, old: KubeObject) => readonly string[];
  /** What this endpoint looks at, and in which order; `["change", "own"]` when absent. */
  readonly updateChecks?: readonly UpdateCheck[];
  /** Top-level paths whose changes this endpoint resets, and which it therefore does not own: `[["status"]]`. */
  readonly resetFields?: readonly (readonly string[])[];
}

/**
 * What upstream's validation of a kind leaves out about metadata. What all kinds share is looked at
 * all the same, after the kind's own rules, and only when those hold.
 */
export interface MetadataLeniency {
  /** Finalizers of a new object need not be qualified. */
  readonly anyFinalizer?: true;
  /** A new object has no rules of its own: a name is good when it can stand in a path. */
  readonly noneOnCreate?: true;
}

/**
 * What one resource adds to the generic registry. Every hook is pure but for the object it is given,
 * and has a default that suits a kind without behaviour.
 * The order of a create: decode → defaults → (field manager) → mutating admission → prepareForCreate
 * → validateCreate → validating admission → store. An update has the same order.
 * @see apiserver pkg/registry/rest/{create,update,delete}.go
 */
export interface Strategy extends UpdateHooks, PropagationRules {
  readonly group: string;
  readonly resource: string;
  /** Defaults beyond the schema's: values that depend on other fields (upstream's `SetDefaults_…`). */
  readonly defaults?: (object: KubeObject) => void;
  readonly prepareForCreate?: (object: KubeObject, context: StrategyContext) => void;
  /** What defaults make of a valid object when it is read from the store for the first time. */
  readonly readBack?: (object: KubeObject) => void;
  readonly validateCreate?: (object: KubeObject, context: StrategyContext) => readonly FieldError[];
  readonly warningsOnCreate?: (object: KubeObject) => readonly string[];
  /**
   * Complaints about a name, or about a generateName prefix when `prefix`; empty when it is good.
   * A DNS subdomain when absent.
   */
  readonly validateName?: (name: string, prefix: boolean) => readonly string[];
  /** Where the kind's own rules about metadata are less than most kinds have. */
  readonly metadataRules?: MetadataLeniency;
  /** PUT and apply of a missing object create it. */
  readonly createOnUpdate?: boolean;
  /** An update has to carry a resourceVersion. */
  readonly requiresResourceVersion?: boolean;
  /** `metadata.generation` is 1 on create and grows when this says so; never with a status. */
  readonly changesGeneration?: (object: KubeObject, old: KubeObject) => boolean;
  /** Warns of what becomes of dependents when a DELETE does not say it. */
  readonly unsaidPropagationWarning?: string;
  /**
   * Annotations that the conversion to the served version adds: objects have them, their metadata
   * alone does not, in rows of Tables neither.
   */
  readonly convertedAnnotations?: readonly string[];
  /** Upstream reads it from etcd each time, not from a cache, which shows in a few refusals. */
  readonly uncached?: true;
  /**
   * Fields besides `metadata.name` and `metadata.namespace` that a fieldSelector may name, with
   * their values as text. Kinds that have it refuse other labels with `field label not supported`.
   */
  readonly selectableFields?: (object: KubeObject) => Readonly<Record<string, string>>;
  /** False for kinds with such fields where `metadata.namespace` is none of them. */
  readonly hasNamespaceField?: false;
  /**
   * Seconds until the object really goes; undefined for kinds that go at once.
   * `requested` is DeleteOptions.gracePeriodSeconds.
   */
  readonly gracePeriodSeconds?: (
    object: KubeObject,
    requested: number | bigint | undefined,
  ) => number | bigint;
  /**
   * For a kind whose deletion has stages of its own. Marks the object and answers `write`, or
   * `unchanged` when it is on its way already; undefined for what all kinds do.
   */
  readonly beginDeletion?: (
    object: KubeObject,
    propagation: Propagation,
    now: number,
  ) => "write" | "unchanged" | undefined;
  /** The text about a precondition of a DELETE that fails, where it is not that of all kinds. */
  readonly deletionConflict?: (
    object: Readonly<KubeObject>,
    preconditions: {
      readonly uid: string | undefined;
      readonly resourceVersion: string | undefined;
    },
  ) => string | undefined;
  /** Hooks of subresources that update the object. */
  readonly subresources?: Readonly<Record<string, UpdateHooks>>;
}
