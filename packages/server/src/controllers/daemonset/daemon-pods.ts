import type { DaemonSet, Pod } from "../../api/types.ts";
import { isNamespaceTerminating, isNotFound } from "../../client/errors.ts";
import { keyOf, printKey } from "../../client/resource-type.ts";
import { joinErrors } from "../controller-ref.ts";
import type { Expectations } from "../expectations.ts";
import type { PodControl } from "../pod-control/pod-control.ts";
import { podFromTemplate } from "../pod-control/pod-from-template.ts";
import { slowStart } from "../pod-control/slow-start.ts";
import { DAEMON_SET, daemonPodTemplate } from "./daemon-pod.ts";

/** So many pods are created or deleted before the informer is waited for. */
const BURST = 250;

export interface PodChanges {
  readonly deletions: readonly Readonly<Pod>[];
  /** Nodes that get a pod. */
  readonly nodes: readonly string[];
}

/**
 * Creates and deletes pods of a DaemonSet.
 * @throws the error, or AggregateError of all that were not created or deleted
 * @see kubernetes pkg/controller/daemon/daemon_controller.go (syncNodes)
 */
export async function changePods(
  changes: PodChanges,
  set: Readonly<DaemonSet>,
  hash: string,
  dependencies: {
    readonly podControl: PodControl;
    readonly expectations: Expectations;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { podControl, expectations, signal } = dependencies;
  const owner = printKey(keyOf(set));
  const nodes = changes.nodes.slice(0, BURST);
  const keys = changes.deletions.slice(0, BURST).map(keyOf);
  expectations.expect(owner, nodes.length, keys.map(printKey));
  const errors: unknown[] = [];
  const { succeeded, error } = await slowStart(nodes.length, async (index) => {
    const template = daemonPodTemplate(set, hash, nodes[index] ?? "");
    try {
      await podControl.create(podFromTemplate(template, DAEMON_SET, set), set, signal);
    } catch (failure) {
      if (!isNamespaceTerminating(failure)) throw failure;
    }
  });
  for (let missing = nodes.length - succeeded; missing > 0; missing--) {
    expectations.creationObserved(owner);
  }
  if (error !== undefined) errors.push(error);
  await Promise.all(
    keys.map(async (key) => {
      try {
        await podControl.delete(key, set, signal);
      } catch (failure) {
        expectations.deletionObserved(owner, printKey(key));
        if (!isNotFound(failure)) errors.push(failure);
      }
    }),
  );
  if (errors.length > 0) throw joinErrors(errors);
}
