import type { KubeObject } from "../api/object.ts";
import { equalAs } from "../api/typed-equality.ts";
import type { Node, Pod, PodSpec } from "../api/types.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";

/** What a change of a bound pod may need of its node, in the order of names. */
const NEEDS: readonly {
  readonly feature: string;
  isNeeded(old: PodSpec, now: PodSpec): boolean;
}[] = [
  {
    feature: "InPlacePodLevelResourcesVerticalScaling",
    isNeeded: (old, now) => !sameResources(old.resources, now.resources),
  },
  {
    feature: "InPlacePodVerticalScalingInitContainers",
    isNeeded: (old, now) =>
      (old.initContainers ?? []).some(
        ({ restartPolicy, resources }, index) =>
          restartPolicy !== "Always" &&
          !sameResources(resources, now.initContainers?.[index]?.resources),
      ),
  },
];

/**
 * A bound pod is changed only in ways that its node says it can follow.
 * @see kubernetes plugin/pkg/admission/nodedeclaredfeatures/admission.go
 */
export function createNodeDeclaredFeatures(
  nodeOf: (name: string) => Readonly<KubeObject> | undefined,
): AdmissionPlugin {
  return {
    name: "NodeDeclaredFeatureValidator",
    validate: (attributes) => {
      const { operation, group, resource, subresource } = attributes;
      if (operation !== "UPDATE" || group !== "" || resource !== "pods") return;
      if (subresource === "" || subresource === "resize") check(attributes, nodeOf);
    },
  };
}

function check(
  attributes: AdmissionAttributes,
  nodeOf: (name: string) => Readonly<KubeObject> | undefined,
): void {
  const { metadata, spec } = (attributes.object ?? {}) as Pod;
  const old = (attributes.oldObject ?? {}) as Pod;
  const nodeName = spec?.nodeName ?? "";
  // The generation moves with the specification.
  if (nodeName === "" || metadata?.generation === old.metadata?.generation) return;
  if (spec === undefined || old.spec === undefined) return;
  const { spec: before } = old;
  const needed = NEEDS.filter(({ isNeeded }) => isNeeded(before, spec));
  if (needed.length === 0) return;
  const node = nodeOf(nodeName) as Node | undefined;
  const shown = JSON.stringify(nodeName);
  if (node === undefined) throw admissionForbidden(attributes, `node ${shown} not found`);
  const declared = node.status?.declaredFeatures ?? [];
  const missing = needed.filter(({ feature }) => !declared.includes(feature));
  if (missing.length === 0) return;
  const list = missing.map(({ feature }) => feature).join(", ");
  const text = `pod update requires features ${list} which are not available on node ${shown}`;
  throw admissionForbidden(attributes, text);
}

function sameResources(left: unknown, right: unknown): boolean {
  return equalAs("core.v1.ResourceRequirements", left, right);
}
