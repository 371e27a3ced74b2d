/** Probes and lifecycle hooks of containers. */
import {
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from "../field-error.ts";
import {
  checkComplaints,
  checkNonNegative,
  checkPortNumberOrName,
  type FieldErrors,
} from "./field-checks.ts";
import { regexComplaint } from "./names.ts";
import type { Handler, HttpGet, Lifecycle, Probe } from "./pod-shapes.ts";

const HEADER_FORMAT = "[-A-Za-z0-9]+";
const HEADER = new RegExp(`^${HEADER_FORMAT}$`);
const KINDS = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] as const;

function checkHttpGet(action: HttpGet, path: FieldPath, errors: FieldErrors): void {
  const { path: target = "", scheme = "" } = action;
  if (target === "") errors.push(required(path.child("path")));
  checkPortNumberOrName(action.port, path.child("port"), errors);
  if (scheme !== "HTTP" && scheme !== "HTTPS") {
    errors.push(notSupported(path.child("scheme"), scheme, ["HTTP", "HTTPS"]));
  }
  for (const { name = "" } of action.httpHeaders ?? []) {
    if (HEADER.test(name)) continue;
    const text = "a valid HTTP header must consist of alphanumeric characters or '-'";
    const complaint = regexComplaint(text, HEADER_FORMAT, "X-Header-Name");
    checkComplaints(name, [complaint], path.child("httpHeaders"), errors);
  }
}

function checkSleep(
  seconds: number,
  gracePeriod: number | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (gracePeriod == null || (seconds >= 0 && seconds <= gracePeriod)) return;
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`;
  errors.push(invalidValue(path, seconds, detail));
}

/** Exactly one action; the second one found is only refused. */
function checkHandler(
  handler: Handler,
  gracePeriod: number | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  let found = 0;
  for (const kind of KINDS) {
    if (handler[kind] == null) continue;
    found++;
    if (found > 1) {
      const detail = "may not specify more than 1 handler type";
      errors.push(forbiddenField(path.child(kind), detail));
    } else checkAction(kind, handler, gracePeriod, path.child(kind), errors);
  }
  if (found === 0) errors.push(required(path, "must specify a handler type"));
}

function checkAction(
  kind: (typeof KINDS)[number],
  handler: Handler,
  gracePeriod: number | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  switch (kind) {
    case "exec":
      if ((handler.exec?.command ?? []).length === 0) errors.push(required(path.child("command")));
      return;
    case "httpGet":
      checkHttpGet(handler.httpGet ?? {}, path, errors);
      return;
    case "tcpSocket":
      checkPortNumberOrName(handler.tcpSocket?.port, path.child("port"), errors);
      return;
    case "grpc":
      checkPortNumberOrName(handler.grpc?.port ?? 0, path.child("port"), errors);
      return;
    case "sleep":
      checkSleep(handler.sleep?.seconds ?? 0, gracePeriod, path, errors);
  }
}

function checkProbe(
  probe: Probe,
  gracePeriod: number | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  checkHandler(probe, gracePeriod, path, errors);
  checkNonNegative(probe.initialDelaySeconds, path, "initialDelaySeconds", errors);
  checkNonNegative(probe.timeoutSeconds, path, "timeoutSeconds", errors);
  checkNonNegative(probe.periodSeconds, path, "periodSeconds", errors);
  checkNonNegative(probe.successThreshold, path, "successThreshold", errors);
  checkNonNegative(probe.failureThreshold, path, "failureThreshold", errors);
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds != null && seconds <= 0) {
    const field = path.child("terminationGracePeriodSeconds");
    errors.push(invalidValue(field, seconds, "must be greater than 0"));
  }
}

export interface Probes {
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
}

/** The three probes of a container. @param path - the container's */
export function checkProbes(
  container: Probes,
  gracePeriod: number | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"] as const) {
    const probe = container[name];
    if (probe == null) continue;
    const at = path.child(name);
    checkProbe(probe, gracePeriod, at, errors);
    if (name === "readinessProbe") {
      if (probe.terminationGracePeriodSeconds == null) continue;
      const field = at.child("terminationGracePeriodSeconds");
      const detail = "must not be set for readinessProbes";
      errors.push(invalidValue(field, probe.terminationGracePeriodSeconds, detail));
    } else if ((probe.successThreshold ?? 0) !== 1) {
      const field = at.child("successThreshold");
      errors.push(invalidValue(field, probe.successThreshold ?? 0, "must be 1"));
    }
  }
}

export function checkLifecycle(
  lifecycle: Lifecycle,
  gracePeriod: number | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { postStart, preStop } = lifecycle;
  if (postStart != null) checkHandler(postStart, gracePeriod, path.child("postStart"), errors);
  if (preStop != null) checkHandler(preStop, gracePeriod, path.child("preStop"), errors);
}
