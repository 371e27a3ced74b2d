/**
 * What the error stream of exec and attach says at the end, from version 4 of the protocol on; older
 * versions get the message of a failure as text.
 * @see kubernetes staging/src/k8s.io/cri-streaming/pkg/streaming/remotecommand/status.go
 */
export interface CommandStatus {
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly causes: readonly { readonly reason: string; readonly message: string }[];
  };
  readonly code?: number;
}

/** All went well: an exec's exit code was 0, or what was attached to has ended. */
export const SUCCESS: CommandStatus = { metadata: {}, status: "Success" };

/** The command ran, and its exit code was not 0. */
export function nonZeroExitCode(command: readonly string[], exitCode: number): CommandStatus {
  const detail = `error executing command [${command.join(" ")}], exit code ${exitCode}`;
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: ${detail}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(exitCode) }] },
  };
}

/** It did not come to run, or to a known end. */
export function commandFailed(what: string): CommandStatus {
  return {
    metadata: {},
    status: "Failure",
    message: `Internal error occurred: ${what}`,
    reason: "InternalError",
    code: 500,
  };
}

/** How a version of the protocol writes it: nothing at all for what is good news to an old one. */
export function encodeStatus(status: CommandStatus, asText: boolean): Buffer {
  if (!asText) return Buffer.from(JSON.stringify(status));
  return Buffer.from(status.status === "Success" ? "" : (status.message ?? ""));
}
