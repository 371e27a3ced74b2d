/**
 * Goes through objects by schema and does something to certain fields. What it does not concern is
 * never entered: a walk that has nothing to do in a type costs nothing there.
 */
import { type ShapeField, shapeOf, unionOf } from "./codec-shape.ts";
import type { ResolvedType } from "./scheme.ts";

export type Members = Record<string, unknown>;
/** Changes a struct's members in place. */
type Visitor = (members: Members) => void;
/** Changes the values below a field in place. */
type Descent = (value: unknown) => void;

/** Says what to do with a field of its owner; undefined for nothing. */
export type WalkRule = (field: ShapeField) => Visitor | undefined;

/** One rule, compiled per type at first use. */
export class SchemaWalk {
  readonly #rule: WalkRule;
  readonly #visitors = new Map<string, Visitor | undefined>();

  constructor(rule: WalkRule) {
    this.#rule = rule;
  }

  /** Applies the rule to an object and everything in it. */
  apply(typeName: string, members: Members): void {
    this.#visitorOf(typeName)?.(members);
  }

  #visitorOf(typeName: string): Visitor | undefined {
    if (this.#visitors.has(typeName)) return this.#visitors.get(typeName);
    if (unionOf(typeName) !== undefined) return undefined;
    // A type inside itself: taken to matter until the whole of it is known.
    this.#visitors.set(typeName, (members) => this.#visitors.get(typeName)?.(members));
    const steps = shapeOf(typeName).fields.flatMap((field) => this.#stepsOf(field));
    const visitor =
      steps.length === 0
        ? undefined
        : (members: Members): void => {
            for (const step of steps) step(members);
          };
    this.#visitors.set(typeName, visitor);
    return visitor;
  }

  #stepsOf(field: ShapeField): Visitor[] {
    const own = this.#rule(field);
    const descend = this.#descentInto(field.type);
    const steps = own === undefined ? [] : [own];
    if (descend === undefined) return steps;
    const { name } = field;
    const below: Visitor = (members) => {
      const value = members[name];
      if (value !== undefined && value !== null) descend(value);
    };
    return [...steps, below];
  }

  #descentInto(type: ResolvedType): Descent | undefined {
    switch (type.kind) {
      case "pointer":
        return this.#descentInto(type.element);
      case "struct": {
        const visitor = this.#visitorOf(type.typeName);
        return visitor === undefined ? undefined : (value) => visitor(value as Members);
      }
      case "list": {
        const descend = this.#descentInto(type.element);
        if (descend === undefined) return undefined;
        return (value) => {
          for (const item of value as readonly unknown[]) descend(item);
        };
      }
      case "map": {
        const descend = this.#descentInto(type.value);
        if (descend === undefined) return undefined;
        return (value) => {
          for (const item of Object.values(value as Members)) descend(item);
        };
      }
      default:
        return undefined;
    }
  }
}
