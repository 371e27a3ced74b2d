/**
 * A value that is an integer of 32 bits or a string: ports, percentages.
 * In memory it is that number or string.
 * @see apimachinery pkg/util/intstr/intstr.go
 */
export type IntOrString = number | string;

/**
 * The number a percentage or integer stands for, of `total`; undefined for another string.
 * @param roundUp - which way a fraction goes.
 */
export function scaledValue(
  value: IntOrString,
  total: number,
  roundUp: boolean,
): number | undefined {
  if (typeof value === "number") return value;
  const match = /^([+-]?[0-9]+)%$/.exec(value);
  if (match === null) return undefined;
  const exact = (Number(match[1]) * total) / 100;
  return roundUp ? Math.ceil(exact) : Math.floor(exact);
}
