/** Defaults of containers. @see kubernetes pkg/apis/core/v1/defaults.go */
import { roundUpToMilli } from "../quantity.ts";
import type { Container, Handler, HttpGet, Probe, ResourceList } from "../validation/pod-shapes.ts";
import { defaultPullPolicy } from "./image-reference.ts";

/** Resources are kept in thousandths; anything finer is rounded up. */
export function defaultResourceList(list: ResourceList | null | undefined): void {
  if (list == null) return;
  for (const name in list) {
    const text = String(list[name]);
    // Only tiny units and decimal fractions can be finer than thousandths.
    if (/[nu.]|e-/i.test(text)) list[name] = roundUpToMilli(text);
  }
}

function defaultHttpGet(action: HttpGet): void {
  action.path ||= "/";
  action.scheme ||= "HTTP";
}

function defaultHandler(handler: Handler | null | undefined): void {
  if (handler?.httpGet != null) defaultHttpGet(handler.httpGet);
}

function defaultProbe(probe: Probe | null | undefined): void {
  if (probe == null) return;
  defaultHandler(probe);
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.grpc != null) probe.grpc.service ??= "";
}

/** Defaults of one container, of whichever sort. */
export function defaultContainer(container: Container): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image ?? "");
  container.terminationMessagePath ||= "/dev/termination-log";
  container.terminationMessagePolicy ||= "File";
  for (const port of container.ports ?? []) port.protocol ||= "TCP";
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef != null) valueFrom.fieldRef.apiVersion ||= "v1";
    if (valueFrom?.resourceFieldRef != null) valueFrom.resourceFieldRef.divisor ??= "0";
  }
  if (container.resources != null) {
    defaultResourceList(container.resources.limits);
    defaultResourceList(container.resources.requests);
  }
  defaultProbe(container.livenessProbe);
  defaultProbe(container.readinessProbe);
  defaultProbe(container.startupProbe);
  defaultHandler(container.lifecycle?.postStart);
  defaultHandler(container.lifecycle?.preStop);
}

/** Whatever is limited and not requested is requested as much as it is limited. */
export function requestLimits(container: Container): void {
  const { resources } = container;
  if (resources?.limits == null) return;
  resources.requests ??= {};
  for (const [name, value] of Object.entries(resources.limits)) resources.requests[name] ??= value;
}
