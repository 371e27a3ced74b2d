import type { EndpointSubset } from "../../api/types.ts";

/** So many addresses one object may have. @see kubernetes pkg/controller/endpoint/endpoints_controller.go */
const MAX_ADDRESSES = 1000;

export function isOverCapacity(subsets: readonly EndpointSubset[]): boolean {
  const { ready, notReady } = countAddresses(subsets);
  return ready + notReady > MAX_ADDRESSES;
}

/**
 * Leaves so many addresses of each subset as its share is, those that are ready before others.
 * @see kubernetes pkg/controller/endpoint/endpoints_controller.go (truncateEndpoints)
 */
export function truncateSubsets(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  const { ready, notReady } = countAddresses(subsets);
  if (ready + notReady <= MAX_ADDRESSES) return subsets;
  const cutsReady = ready > MAX_ADDRESSES;
  const room = cutsReady ? MAX_ADDRESSES : MAX_ADDRESSES - ready;
  const total = cutsReady ? ready : notReady;
  let left = room;
  return subsets.map(({ addresses = [], notReadyAddresses = [], ports }) => {
    const cut = cutsReady ? addresses : notReadyAddresses;
    const kept = cut.slice(0, Math.min(Math.ceil((cut.length / total) * room), left));
    left -= kept.length;
    const [some, others] = cutsReady ? [kept, []] : [addresses, kept];
    return {
      ...(some.length === 0 ? {} : { addresses: some }),
      ...(others.length === 0 ? {} : { notReadyAddresses: others }),
      ...(ports === undefined ? {} : { ports }),
    };
  });
}

function countAddresses(subsets: readonly EndpointSubset[]) {
  let ready = 0;
  let notReady = 0;
  for (const { addresses = [], notReadyAddresses = [] } of subsets) {
    ready += addresses.length;
    notReady += notReadyAddresses.length;
  }
  return { ready, notReady };
}
