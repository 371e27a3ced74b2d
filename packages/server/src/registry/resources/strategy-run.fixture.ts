/** Runs the hooks of strategies as the registry does, for tests of strategies. */
import { applySchemaDefaults, encodeObject } from "../../api/codec.ts";
import { decode } from "../../api/decode.ts";
import type { KubeObject } from "../../api/object.ts";
import { resourceOf } from "../../api/schema/resources.ts";
import { kindOf } from "../../api/scheme.ts";
import { printFieldErrors } from "../../api/status-error.ts";
import type { Strategy, StrategyContext, UpdateHooks } from "../strategy.ts";
import { strategyOf } from "./index-of-strategies.ts";

export interface Run {
  /** As an answer shows it. */
  readonly made: KubeObject;
  /** Every field error as one text; empty when there is none. */
  readonly errors: string;
  readonly warnings: readonly string[];
  /** Whether the generation grows. */
  readonly grows: boolean;
}

export const CONTEXT: StrategyContext = {
  user: {
    username: "jane",
    uid: "u-1",
    groups: ["system:authenticated"],
    extra: { scopes: ["a"] },
  },
  now: Date.UTC(2026, 0, 2, 3, 4, 5),
  name: "x",
  namespace: "ns",
};

type Body = Readonly<Record<string, unknown>>;

/** The strategy of a resource of one group version, and the two ends of the codec for it. */
function target(group: string, version: string, resource: string) {
  const strategy = strategyOf(group, resource);
  const definition = resourceOf(group, version, resource);
  const kind = definition && kindOf(group, version, definition.kind);
  if (strategy === undefined || definition === undefined || kind === undefined) {
    throw new Error(`no strategy for ${group}/${version} ${resource}`);
  }
  const read = (body: Body): KubeObject => {
    const whole = {
      apiVersion: group === "" ? version : `${group}/${version}`,
      kind: definition.kind,
      ...body,
      metadata: {
        name: "x",
        ...(definition.namespaced ? { namespace: "ns" } : {}),
        ...(body.metadata as object),
      },
    };
    const object = decode(kind.typeName, whole).value as KubeObject;
    applySchemaDefaults(kind.typeName, object);
    strategy.defaults?.(object);
    return object;
  };
  const shown = (object: KubeObject) =>
    JSON.parse(encodeObject(kind, object, "json")) as KubeObject;
  return { strategy, read, shown };
}

function textOf(errors: ReturnType<NonNullable<Strategy["validateCreate"]>>): string {
  return errors.length === 0 ? "" : printFieldErrors(errors);
}

/** @param at - `group/version/resource`; `/v1/pods` for core */
export function runCreate(at: string, body: Body): Run {
  const [group = "", version = "", resource = ""] = at.split("/");
  const { strategy, read, shown } = target(group, version, resource);
  const object = read(body);
  object.metadata.uid = "11111111-2222-3333-4444-555555555555";
  strategy.prepareForCreate?.(object, CONTEXT);
  const errors = strategy.validateCreate?.(object, CONTEXT) ?? [];
  const warnings = strategy.warningsOnCreate?.(object) ?? [];
  if (errors.length === 0) strategy.readBack?.(object);
  return { made: shown(object), errors: textOf(errors), warnings, grows: false };
}

/** `old` is an object as `runCreate` made it; it must not be changed, so it is frozen. */
export function runUpdate(at: string, body: Body, old: KubeObject, subresource = ""): Run {
  const [group = "", version = "", resource = ""] = at.split("/");
  const { strategy, read, shown } = target(group, version, resource);
  const hooks: UpdateHooks =
    subresource === "" ? strategy : (strategy.subresources?.[subresource] ?? {});
  const object = read({
    ...body,
    metadata: { uid: old.metadata.uid, ...(body.metadata as object) },
  });
  freeze(old);
  hooks.prepareForUpdate?.(object, old, CONTEXT);
  const grows = subresource !== "status" && strategy.changesGeneration?.(object, old) === true;
  // As the registry does: validation sees the stored version.
  object.metadata.resourceVersion = "1";
  const errors = hooks.validateUpdate?.(object, old, CONTEXT) ?? [];
  delete object.metadata.resourceVersion;
  const warnings = hooks.warningsOnUpdate?.(object, old) ?? [];
  return { made: shown(object), errors: textOf(errors), warnings, grows };
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
}
