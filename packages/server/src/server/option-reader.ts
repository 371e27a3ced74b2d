import type { OptionValue, ResolvedOptions } from "./options.ts";

/** Values of options, by their types. */
export interface OptionReader {
  readonly text: (name: string) => string;
  readonly number: (name: string) => number;
  readonly flag: (name: string) => boolean;
  readonly list: (name: string) => readonly string[];
}

export function optionReader(options: ResolvedOptions): OptionReader {
  const value = (name: string): OptionValue => {
    const found = options.get(name);
    if (found === undefined) throw new Error(`no option --${name}`);
    return found;
  };
  return {
    text: (name: string): string => String(value(name)),
    number: (name: string): number => Number(value(name)),
    flag: (name: string): boolean => value(name) === true,
    list: (name: string): readonly string[] => {
      const found = value(name);
      return typeof found === "object" ? found : [];
    },
  };
}

/** A value that is one of a few words; what is none of them is a problem. */
export function oneOf<T extends string>(
  name: string,
  value: string,
  choices: readonly T[],
  problems: string[],
): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    problems.push(`--${name}: ${JSON.stringify(value)} is none of ${choices.join(", ")}`);
  }
  return found ?? (choices[0] as T);
}
