/**
 * What both versions of OpenAPI say of a path, in neither's words: `v2-paths.ts` and `v3-paths.ts`
 * write it down.
 */

export const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"] as const;

/** In the order in which both specifications list them. */
export type Method = (typeof METHODS)[number];

/** What a body or an answer holds: a type of the schema tables, or bare text. */
export type BodyType = { readonly typeName: string } | "string";

export interface PathModel {
  /** `/api/v1/namespaces/{namespace}/pods/{name}` */
  readonly path: string;
  readonly operations: readonly OperationModel[];
}

export interface OperationModel {
  readonly method: Method;
  /** `listCoreV1NamespacedPod` */
  readonly operationId: string;
  /** `core_v1` */
  readonly tag: string;
  readonly description: string;
  /** `x-kubernetes-action`; absent where no resource is meant. */
  readonly action?: string;
  readonly groupVersionKind?: GroupVersionKindModel;
  readonly parameters: readonly ParameterModel[];
  readonly body?: BodyModel;
  /** Media types of the body; empty when nothing is said. */
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** By status code; 401 is added to all. */
  readonly responses: Readonly<Record<number, BodyType>>;
}

export interface GroupVersionKindModel {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface ParameterModel {
  readonly name: string;
  readonly in: "path" | "query";
  readonly type: "string" | "boolean" | "integer";
  readonly description?: string;
  /** Where version 2 keeps it among the shared parameters; absent for one that every path spells out. */
  readonly sharedName?: string;
}

export interface BodyModel {
  readonly type: BodyType;
  readonly required: boolean;
  /** As for parameters. */
  readonly sharedName?: string;
}

/** A path's parameters, told apart: those that every operation has are said once for all of them. */
export interface PathParameters {
  readonly common: readonly ParameterModel[];
  /** Per operation, in the order of `PathModel.operations`. */
  readonly own: readonly (readonly ParameterModel[])[];
}

/**
 * Splits the parameters of a path, each part sorted by name and then by place.
 * @see kube-openapi pkg/builder/openapi.go (findCommonParameters, sortParameters)
 */
export function splitParameters({ operations }: PathModel): PathParameters {
  const counts = new Map<string, number>();
  for (const { parameters } of operations) {
    for (const each of parameters) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1);
  }
  const isCommon = (each: ParameterModel): boolean => counts.get(keyOf(each)) === operations.length;
  const first = operations[0]?.parameters ?? [];
  return {
    common: first.filter(isCommon).sort(byNameAndPlace),
    own: operations.map(({ parameters }) =>
      parameters.filter((each) => !isCommon(each)).sort(byNameAndPlace),
    ),
  };
}

function keyOf(parameter: ParameterModel): string {
  return `${parameter.in} ${parameter.name}`;
}

function byNameAndPlace(left: ParameterModel, right: ParameterModel): number {
  if (left.name !== right.name) return left.name < right.name ? -1 : 1;
  return left.in < right.in ? -1 : 1;
}

/** Paths by name, ascending. */
export function sortPaths(paths: readonly PathModel[]): readonly PathModel[] {
  return [...paths].sort((left, right) => (left.path < right.path ? -1 : 1));
}
