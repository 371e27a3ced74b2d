/**
 * How upstream converts a value field by field, in the order of its structs, and what it says of one
 * that does not fit; a text is decoded in its own order, and strictly, instead.
 * @see apimachinery pkg/runtime/converter.go (fromUnstructured)
 */
import { shapeOf } from "./codec-shape.ts";
import { decode, JsonTypeError } from "./decode.ts";
import { type ResolvedType, resolveType, type Scalar } from "./scheme.ts";

type Members = Readonly<Record<string, unknown>>;

/**
 * @param typeName - a struct of the tables, `core.v1.Pod`.
 * @param value - what does not decode as one.
 * @param found - what decoding says.
 */
export function conversionFault(typeName: string, value: unknown, found: JsonTypeError): string {
  try {
    decode(typeName, inStructOrder(resolveType(typeName), value));
  } catch (error) {
    if (error instanceof JsonTypeError) return error.conversionMessage;
    throw error;
  }
  return found.conversionMessage;
}

/**
 * The value with its whole numbers as Go makes integers of them: too large for the field they lose
 * their upper bits, and from 2^63 on, where they are floating point, they become the smallest of all.
 */
export function withGoIntegers(typeName: string, value: Members): Members {
  return inStructOrder(resolveType(typeName), value, goInteger) as Members;
}

const TWO_63 = 2 ** 63;

function goInteger(scalar: Scalar, value: unknown): unknown {
  if (scalar !== "int32" && scalar !== "int64") return value;
  const isWhole = typeof value === "bigint" || Number.isInteger(value);
  if (!isWhole) return value;
  const number = value as number | bigint;
  const wide = number >= TWO_63 || number < -TWO_63 ? -(2n ** 63n) : BigInt(number);
  if (scalar === "int32") return Number(BigInt.asIntN(32, wide));
  return Number.isSafeInteger(Number(wide)) ? Number(wide) : wide;
}

type ScalarConversion = (scalar: Scalar, value: unknown) => unknown;

const unchanged: ScalarConversion = (_scalar, value) => value;

function inStructOrder(
  type: ResolvedType,
  value: unknown,
  convert: ScalarConversion = unchanged,
): unknown {
  switch (type.kind) {
    case "pointer":
      return inStructOrder(type.element, value, convert);
    case "list":
      return Array.isArray(value)
        ? value.map((item) => inStructOrder(type.element, item, convert))
        : value;
    case "map":
      return isMembers(value)
        ? mapMembers(value, (item) => inStructOrder(type.value, item, convert))
        : value;
    case "struct":
      return isMembers(value) ? orderMembers(type.typeName, value, convert) : value;
    case "scalar":
      return convert(type.scalar, value);
    default:
      return value;
  }
}

function orderMembers(typeName: string, value: Members, convert: ScalarConversion): Members {
  const ordered: Record<string, unknown> = {};
  for (const { name, type } of shapeOf(typeName).fields) {
    if (Object.hasOwn(value, name)) ordered[name] = inStructOrder(type, value[name], convert);
  }
  return { ...ordered, ...without(value, ordered) };
}

function without(value: Members, taken: Members): Members {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !Object.hasOwn(taken, name)));
}

function mapMembers(value: Members, each: (item: unknown) => unknown): Members {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, each(item)]));
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
