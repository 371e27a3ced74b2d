import type { PodSpec } from "../../api/types.ts";

/** A port of the node that a container takes. */
export interface HostPort {
  /** `0.0.0.0` for all addresses. */
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const EVERYWHERE = "0.0.0.0";

/** Ports of containers that run side by side. @see kubernetes pkg/scheduler/util (GetHostPorts) */
export function hostPortsOf({
  containers = [],
  initContainers = [],
}: PodSpec): readonly HostPort[] {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...containers, ...sidecars].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, hostIP = "", protocol = "TCP" }) =>
      hostPort > 0 ? [{ ip: hostIP === "" ? EVERYWHERE : hostIP, protocol, port: hostPort }] : [],
    ),
  );
}

/** Whether two pods cannot be on one node. @see kube-scheduler framework (HostPortInfo.CheckConflict) */
export function portsConflict(one: readonly HostPort[], other: readonly HostPort[]): boolean {
  return one.some((a) =>
    other.some(
      (b) =>
        a.port === b.port &&
        a.protocol === b.protocol &&
        (a.ip === b.ip || a.ip === EVERYWHERE || b.ip === EVERYWHERE),
    ),
  );
}
