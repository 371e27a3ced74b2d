import type { Taint, TaintEffect, Toleration } from "./types.ts";

/**
 * Whether a pod with this toleration puts up with a taint.
 * @see kubernetes staging/src/k8s.io/api/core/v1/toleration.go (ToleratesTaint)
 */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  const { key = "", operator, value = "", effect } = toleration;
  if ((effect ?? "") !== "" && effect !== taint.effect) return false;
  if (key !== "" && key !== taint.key) return false;
  switch (operator ?? "Equal") {
    case "Equal":
      return value === (taint.value ?? "");
    case "Exists":
      return true;
    default:
      // `Lt` and `Gt` are behind a feature gate that is off.
      return false;
  }
}

/** The first taint of these effects that none of the tolerations endures. */
export function untoleratedTaint(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effects: readonly TaintEffect[],
): Taint | undefined {
  return taints.find(
    (taint) =>
      effects.includes(taint.effect) &&
      !tolerations.some((toleration) => toleratesTaint(toleration, taint)),
  );
}
