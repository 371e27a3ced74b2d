import { describe, expect, it } from "vitest";
import type { ServicePort } from "../../api/types.ts";
import { type ObservedService, observeService, serviceVariables } from "./service-environment.ts";

function service(
  namespace: string,
  name: string,
  clusterIP: string,
  ...ports: ServicePort[]
): ObservedService {
  return observeService({ metadata: { namespace, name }, spec: { clusterIP, ports } });
}

const API = service("default", "kubernetes", "10.0.0.1", { name: "https", port: 443 });

describe("variables of services", () => {
  it("tell every pod of the API server", () => {
    const others = [API, service("default", "web", "10.0.0.9", { port: 80 })];
    expect(Object.fromEntries(serviceVariables(others, "ns", false))).toEqual({
      KUBERNETES_SERVICE_HOST: "10.0.0.1",
      KUBERNETES_SERVICE_PORT: "443",
      KUBERNETES_SERVICE_PORT_HTTPS: "443",
      KUBERNETES_PORT: "tcp://10.0.0.1:443",
      KUBERNETES_PORT_443_TCP: "tcp://10.0.0.1:443",
      KUBERNETES_PORT_443_TCP_PROTO: "tcp",
      KUBERNETES_PORT_443_TCP_PORT: "443",
      KUBERNETES_PORT_443_TCP_ADDR: "10.0.0.1",
    });
  });

  it("name another address of it, where pods cannot reach that of the service", () => {
    const variables = serviceVariables([API], "ns", true, { host: "127.0.0.1", port: 6443 });
    expect(variables.get("KUBERNETES_SERVICE_HOST")).toBe("127.0.0.1");
    expect(variables.get("KUBERNETES_SERVICE_PORT_HTTPS")).toBe("6443");
    expect(variables.get("KUBERNETES_PORT_6443_TCP_ADDR")).toBe("127.0.0.1");
  });

  it("tell of services of the namespace, if the pod wants them", () => {
    const dns = service(
      "ns",
      "kube-dns",
      "fd00::a",
      { name: "dns-udp", port: 53, protocol: "UDP" },
      { name: "dns-tcp", port: 53 },
    );
    const others = [dns, service("other", "web", "10.0.0.9", { port: 80 })];
    expect(serviceVariables(others, "ns", false).size).toBe(0);
    expect([...serviceVariables(others, "ns", true)]).toEqual([
      ["KUBE_DNS_SERVICE_HOST", "fd00::a"],
      ["KUBE_DNS_SERVICE_PORT", "53"],
      ["KUBE_DNS_SERVICE_PORT_DNS_UDP", "53"],
      ["KUBE_DNS_SERVICE_PORT_DNS_TCP", "53"],
      ["KUBE_DNS_PORT", "udp://[fd00::a]:53"],
      ["KUBE_DNS_PORT_53_UDP", "udp://[fd00::a]:53"],
      ["KUBE_DNS_PORT_53_UDP_PROTO", "udp"],
      ["KUBE_DNS_PORT_53_UDP_PORT", "53"],
      ["KUBE_DNS_PORT_53_UDP_ADDR", "fd00::a"],
      ["KUBE_DNS_PORT_53_TCP", "tcp://[fd00::a]:53"],
      ["KUBE_DNS_PORT_53_TCP_PROTO", "tcp"],
      ["KUBE_DNS_PORT_53_TCP_PORT", "53"],
      ["KUBE_DNS_PORT_53_TCP_ADDR", "fd00::a"],
    ]);
  });

  it("say nothing of services without an address", () => {
    expect(
      serviceVariables([service("ns", "headless", "None", { port: 80 })], "ns", true).size,
    ).toBe(0);
  });
});
