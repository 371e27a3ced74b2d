/** Structured log. `fields` never hold tokens, keys or secret values. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Errors stand under `error`, where it is looked at what of them is logged; the library knows `err` as well. */
export type LogFields = Readonly<Record<string, unknown>> & { readonly err?: never };

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
