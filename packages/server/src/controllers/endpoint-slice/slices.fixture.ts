import type { EndpointSlice } from "../../api/types.ts";
import { ENDPOINT_SLICES } from "../../client/resource-type.ts";
import type { ControlledServer } from "../controlled-server.fixture.ts";

/** The slices of a namespace, once they are as asked for. */
export async function slicesWhen(
  server: ControlledServer,
  namespace: string,
  check: (found: readonly EndpointSlice[]) => boolean,
): Promise<readonly EndpointSlice[]> {
  return await server.until(async () => {
    const { items } = await server.client.resource(ENDPOINT_SLICES).list({ namespace });
    return check(items) ? items : undefined;
  }, 100);
}

export function addressesOf(slices: readonly EndpointSlice[]): readonly string[] {
  return slices.flatMap(({ endpoints }) => (endpoints ?? []).flatMap((each) => each.addresses));
}
