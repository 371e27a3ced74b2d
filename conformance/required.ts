/**
 * Without a program that a check needs, the check is skipped by name on a user's machine; where
 * `CI=true` says that everything is installed, its absence is a failure.
 */
export class MissingProgram extends Error {
  constructor(program: string) {
    super(`${program} is not installed`);
    this.name = "MissingProgram";
  }
}

export function isCi(): boolean {
  return process.env.CI === "true";
}

/** @throws MissingProgram always */
export function requireProgram(program: string): never {
  throw new MissingProgram(program);
}
