import { describe, expect, it } from "vitest";
import type {
  Pod,
  PodSpec,
  PodStatus,
  Service,
  ServicePort,
  ServiceSpec,
} from "../../api/types.ts";
import {
  addressesOf,
  hostnameOf,
  isReachable,
  podChange,
  selects,
  selectsPods,
  targetPortOf,
} from "./service-pods.ts";
import { TriggerTimes } from "./trigger-times.ts";

const service = (spec: Partial<ServiceSpec>): Service => ({
  metadata: { namespace: "n", name: "web", creationTimestamp: "2026-01-01T00:00:00Z" },
  spec,
});
const pod = (
  status: Partial<PodStatus> = {},
  { metadata = {}, spec = {} }: { metadata?: Pod["metadata"]; spec?: Partial<PodSpec> } = {},
): Pod => ({
  metadata: { namespace: "n", name: "pod", ...metadata },
  spec: { containers: [], ...spec },
  status: { podIP: "10.0.0.1", podIPs: [{ ip: "10.0.0.1" }], ...status },
});
const GOING = { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } };

describe("the pods of a service", () => {
  it.each<[string, Partial<ServiceSpec>, boolean, boolean]>([
    ["its selector", { selector: { app: "web" } }, true, true],
    ["no selector", {}, false, false],
    ["a selector of nothing", { selector: {} }, false, false],
    ["more than the pod has", { selector: { app: "web", tier: "a" } }, true, false],
    ["another value", { selector: { app: "x" } }, true, false],
    ["a name of elsewhere", { type: "ExternalName", selector: { app: "web" } }, false, true],
  ])("%s", (_case, spec, looksForPods, takesThis) => {
    expect(selectsPods(service(spec))).toBe(looksForPods);
    expect(selects(service(spec), { app: "web", other: "label" })).toBe(takesThis);
  });

  it.each<[string, Pod, boolean, boolean]>([
    ["has an address", pod(), true, true],
    ["has none yet", pod({ podIP: "", podIPs: [] }), false, false],
    ["has ended", pod({ phase: "Succeeded" }), false, false],
    ["has failed", pod({ phase: "Failed" }), false, false],
    ["goes", pod({}, GOING), false, true],
  ])("are reached: one that %s", (_case, it, usually, evenIfItGoes) => {
    expect(isReachable(it, false)).toBe(usually);
    expect(isReachable(it, true)).toBe(evenIfItGoes);
  });

  it("have addresses of both families", () => {
    const both = pod({ podIPs: [{ ip: "fd00:0::1" }, { ip: "10.0.0.1" }] });
    expect(addressesOf(both, "IPv4")).toEqual(["10.0.0.1"]);
    expect(addressesOf(both, "IPv6")).toEqual(["fd00::1"]);
  });

  it.each<[string, Partial<PodSpec>, string | undefined]>([
    ["below their service", { hostname: "h", subdomain: "web" }, "h"],
    ["below another", { hostname: "h", subdomain: "db" }, undefined],
    ["without a name", { subdomain: "web" }, undefined],
  ])("have a host name %s", (_case, spec, hostname) => {
    expect(hostnameOf(pod({}, { spec }), service({}))).toBe(hostname);
  });
});

describe("the port of a pod", () => {
  const spec: PodSpec = {
    containers: [
      { name: "a", ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }] },
      { name: "b", ports: [{ name: "dns", containerPort: 53, protocol: "UDP" }] },
    ],
    initContainers: [
      { name: "once", ports: [{ name: "init", containerPort: 1, protocol: "TCP" }] },
      {
        name: "beside",
        restartPolicy: "Always",
        ports: [{ name: "side", containerPort: 2, protocol: "TCP" }],
      },
    ],
  };
  it.each<[string, Partial<ServicePort>, number | undefined]>([
    ["a number", { targetPort: 9090 }, 9090],
    ["a name", { targetPort: "http", protocol: "TCP" }, 8080],
    ["a name of another protocol", { targetPort: "dns", protocol: "TCP" }, undefined],
    ["a name of the second container", { targetPort: "dns", protocol: "UDP" }, 53],
    ["a name of a sidecar", { targetPort: "side", protocol: "TCP" }, 2],
    ["a name of a container that ends", { targetPort: "init", protocol: "TCP" }, undefined],
  ])("%s", (_case, port, expected) => {
    expect(targetPortOf(pod({}, { spec }), { port: 80, ...port })).toBe(expected);
  });
});

describe("a change of a pod", () => {
  const ready = { conditions: [{ type: "Ready", status: "True" as const }] };
  it.each<[string, Pod, Pod, boolean, boolean]>([
    ["nothing", pod(), pod({ hostIP: "10.1.1.1" }), false, false],
    ["it is ready", pod(), pod(ready), false, true],
    ["it goes", pod(ready), pod(ready, GOING), false, true],
    ["another address", pod(), pod({ podIPs: [{ ip: "10.0.0.2" }] }), false, true],
    ["another label", pod(), pod({}, { metadata: { labels: { a: "b" } } }), true, false],
    ["another host name", pod(), pod({}, { spec: { hostname: "h" } }), true, false],
    [
      "both",
      pod({}, { metadata: { labels: { a: "b" } } }),
      pod(ready, { metadata: { labels: { a: "c" } } }),
      true,
      true,
    ],
  ])("%s", (_case, before, after, membership, reachability) => {
    expect(podChange(before, after)).toEqual({ membership, reachability });
  });
});

describe("when the first of the changes happened", () => {
  const web = service({});
  const at = (minute: number): number => Date.UTC(2026, 0, 1, 0, minute);
  const since = (name: string, minute: number): Pod => {
    const lastTransitionTime = `2026-01-01T00:0${minute}:00Z`;
    const condition = { type: "Ready", status: "True" as const, lastTransitionTime };
    return pod({ conditions: [condition] }, { metadata: { name } });
  };

  it("is when the service was made, at first", () => {
    expect(new TriggerTimes().changedAt(web, [since("a", 5)])).toBe(at(0));
  });

  it("is the first that was not there before", () => {
    const times = new TriggerTimes();
    times.changedAt(web, [since("a", 1)]);
    expect(times.changedAt(web, [since("a", 1), since("b", 4), since("c", 3)])).toBe(at(3));
    expect(times.changedAt(web, [since("a", 1), since("b", 4)])).toBeUndefined();
    expect(times.changedAt(web, [since("a", 1), since("b", 6)])).toBe(at(6));
  });

  it("is forgotten with the service", () => {
    const times = new TriggerTimes();
    times.changedAt(web, [since("a", 1)]);
    times.forget({ namespace: "n", name: "web" });
    expect(times.changedAt(web, [since("a", 1)])).toBe(at(0));
  });
});
