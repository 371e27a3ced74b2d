import type { Pod, PodStatus } from "../../api/types.ts";
import { PODS } from "../../client/resource-type.ts";
import { formatTime } from "../../runtime/clock.ts";
import type { ControlledServer } from "../controlled-server.fixture.ts";

/** Says of a pod, as its node would, that it runs under an address and is ready or not. */
export async function tellRunning(
  { client, clock }: ControlledServer,
  pod: Pod,
  ip: string,
  isReady: boolean,
): Promise<Pod> {
  const lastTransitionTime = formatTime(clock.now());
  const status: PodStatus = {
    phase: "Running",
    podIP: ip,
    podIPs: [{ ip }],
    conditions: [{ type: "Ready", status: isReady ? "True" : "False", lastTransitionTime }],
  };
  return await client.resource(PODS).update({ ...pod, status }, { subresource: "status" });
}
