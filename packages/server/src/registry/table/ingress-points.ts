/**
 * Addresses of a load balancer, each once and sorted: the IP where there is one, the host name
 * otherwise. Tables are always made for wide output, so nothing is cut off.
 * @see kubernetes pkg/printers/internalversion/printers.go (loadBalancerStatusStringer)
 */
export function ingressPoints(
  points: readonly { readonly ip?: string; readonly hostname?: string }[] | null | undefined,
): string {
  const texts = new Set((points ?? []).map(({ ip, hostname }) => ip || hostname || ""));
  texts.delete("");
  return [...texts].sort().join(",");
}
