import { connect } from "node:net";
import type { Clock } from "../../../runtime/clock.ts";
import { describeNetworkError } from "./network-error.ts";

/** Opens a connection and closes it. Resolves to what went wrong; undefined when nothing did. */
export function tryTcpConnect(
  host: string,
  port: number,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<string | undefined> {
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (trouble: string | undefined): void => {
      cancel();
      socket.destroy();
      resolve(trouble);
    };
    const cancel = clock.after(timeoutMs, () => finish(`dial tcp ${address}: i/o timeout`));
    socket.once("connect", () => finish(undefined));
    socket.once("error", (error) => finish(describeNetworkError(error, address)));
  });
}
