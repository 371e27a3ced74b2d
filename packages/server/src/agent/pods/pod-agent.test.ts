import { afterEach, describe, expect, it } from "vitest";
import { type AgentOfServer, startAgentOfServer } from "./agent-of-server.fixture.ts";

let agent: AgentOfServer | undefined;
afterEach(async () => {
  await agent?.[Symbol.asyncDispose]();
  agent = undefined;
});

describe("a pod", () => {
  it("is started, told of, and ended", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", { automountServiceAccountToken: false });
    const running = await agent.until("p", ({ status }) => status?.phase === "Running");
    expect(running.status).toMatchInlineSnapshot(`
      {
        "conditions": [
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-01-01T00:00:00Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "PodReadyToStartContainers",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-01-01T00:00:00Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "Initialized",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-01-01T00:00:00Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "Ready",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-01-01T00:00:00Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "ContainersReady",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-01-01T00:00:00Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "PodScheduled",
          },
        ],
        "containerStatuses": [
          {
            "containerID": "scripted://container-2",
            "image": "host",
            "imageID": "id-of-host",
            "lastState": {},
            "name": "c",
            "ready": true,
            "resources": {},
            "restartCount": 0,
            "started": true,
            "state": {
              "running": {
                "startedAt": "2026-01-01T00:00:00Z",
              },
            },
          },
        ],
        "hostIP": "192.0.2.1",
        "hostIPs": [
          {
            "ip": "192.0.2.1",
          },
        ],
        "observedGeneration": 1,
        "phase": "Running",
        "podIP": "10.1.0.7",
        "podIPs": [
          {
            "ip": "10.1.0.7",
          },
        ],
        "qosClass": "BestEffort",
        "resources": {},
        "startTime": "2026-01-01T00:00:00Z",
      }
    `);
    expect(await agent.events("p")).toMatchInlineSnapshot(`
      [
        "Normal Pulling Pulling image "host"",
        "Normal Pulled Successfully pulled image "host" in 0s (0s including waiting). Image size: 1024 bytes.",
        "Normal Created Container created",
        "Normal Started Container started",
      ]
    `);
    await agent.pods.delete({ namespace: "ns", name: "p" });
    await agent.untilGone("p");
    expect(agent.runtime.calls).toMatchInlineSnapshot(`
      [
        "run-pod p/0",
        "pull host",
        "create c/0",
        "start c/0",
        "stop c/0 30000",
        "stop-pod p",
        "remove-pod p",
      ]
    `);
  });
});
