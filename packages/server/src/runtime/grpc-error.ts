/** Go's names of the codes of gRPC, by number. @see google.golang.org/grpc/codes */
const CODE_NAMES: readonly string[] = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
];

export function grpcCodeName(code: number): string {
  return CODE_NAMES[code] ?? `Code(${code})`;
}

/** A failed call in the words in which Go's gRPC, and so Kubernetes, passes it on. */
export function grpcErrorText(codeName: string, details: string): string {
  return `rpc error: code = ${codeName} desc = ${details}`;
}
