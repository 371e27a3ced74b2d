/** The command line asks for something that does not exist. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Errors of ours that a user can do something about; their messages say what. */
export const EXPLAINED_ERRORS: ReadonlySet<string> = new Set([
  "UsageError",
  "OptionsError",
  "DataDirectoryLockedError",
  "DamagedDatabaseError",
  "CertificateStoreError",
  "KeyError",
  "StorageError",
  "EtcdError",
  "KubeconfigError",
]);

/**
 * What to tell about an error that ends the process: one line when the user can act on it, with the
 * stack when it is a fault of the program.
 */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE" || code === "EACCES" || code === "EADDRNOTAVAIL") {
    const address = addressOf(error);
    if (address !== undefined) return `${LISTEN_WORDS[code]}: ${address}`;
  }
  if (EXPLAINED_ERRORS.has(error.name)) return oneLine(withCause(error));
  // What the operating system says names the operation and the path.
  if (typeof code === "string" && "syscall" in error) return oneLine(error.message);
  return error.stack ?? oneLine(error.message);
}

const LISTEN_WORDS = {
  EADDRINUSE: "the address is in use by another process",
  EACCES: "not allowed to listen on this address",
  EADDRNOTAVAIL: "this machine has no such address",
} as const;

/** `127.0.0.1:6443` of an error of `listen`. */
function addressOf(error: Error): string | undefined {
  const { syscall, address, port } = error as NodeJS.ErrnoException & {
    readonly address?: string;
    readonly port?: number;
  };
  return syscall === "listen" && address !== undefined ? `${address}:${port}` : undefined;
}

/** The others' messages say it all. */
function withCause({ name, message, cause }: Error): string {
  return cause instanceof Error && name === "CertificateStoreError"
    ? `${message}: ${cause.message}`
    : message;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
