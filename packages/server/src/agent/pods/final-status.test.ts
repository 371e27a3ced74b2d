import { describe, expect, it } from "vitest";
import type { ContainerStatus, PodSpec, PodStatus } from "../../api/types.ts";
import { finalStatus } from "./final-status.ts";

function status(name: string, state: ContainerStatus["state"] = {}): ContainerStatus {
  return { name, state, image: "", imageID: "", ready: false, restartCount: 0 };
}

const RUNNING = { running: {} };
const WAITING = { waiting: {} };
const DONE = { terminated: { exitCode: 0 } };

function last(told: PodStatus, spec: Partial<PodSpec> = {}): PodStatus {
  return finalStatus({ metadata: {}, spec: { containers: [{ name: "c" }], ...spec } }, told);
}

describe("the last status of a pod", () => {
  it.each([
    ["Pending" as const, "Failed"],
    ["Running" as const, "Failed"],
    ["Succeeded" as const, "Succeeded"],
    ["Failed" as const, "Failed"],
  ])("of phase %s is %s", (phase, wanted) => {
    expect(last({ phase }).phase).toBe(wanted);
  });

  it("leaves no container in a state that could change", () => {
    const told = { containerStatuses: [status("c", RUNNING), status("d", DONE)] };
    expect(last(told).containerStatuses?.map(({ state }) => state)).toEqual([
      {
        terminated: {
          exitCode: 137,
          reason: "ContainerStatusUnknown",
          message: "The container could not be located when the pod was terminated",
        },
      },
      DONE,
    ]);
  });

  it("leaves those alone whose turn never came", () => {
    const spec = { initContainers: [{ name: "i" }, { name: "j" }] };
    const told = {
      initContainerStatuses: [status("i", RUNNING), status("j", WAITING)],
      containerStatuses: [status("c", WAITING)],
    };
    const { initContainerStatuses, containerStatuses } = last(told, spec);
    expect(initContainerStatuses?.map(({ state }) => state)).toEqual([
      { terminated: expect.objectContaining({ exitCode: 137 }) },
      WAITING,
    ]);
    expect(containerStatuses?.[0]?.state).toEqual(WAITING);
  });

  it("ends those whose turn had come", () => {
    const spec = { initContainers: [{ name: "i" }] };
    const told = {
      initContainerStatuses: [status("i", DONE)],
      containerStatuses: [status("c", WAITING)],
    };
    expect(last(told, spec).containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(137);
    const sidecar = { initContainers: [{ name: "i", restartPolicy: "Always" }] };
    const started = { ...status("i", RUNNING), started: true };
    const beside = { ...told, initContainerStatuses: [started] };
    expect(last(beside, sidecar).containerStatuses?.[0]?.state?.terminated).toBeDefined();
  });
});
