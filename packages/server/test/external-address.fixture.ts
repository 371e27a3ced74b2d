import { networkInterfaces } from "node:os";

/**
 * An address of this machine that is no loopback, which requests are never passed on to. A machine
 * without one can skip what needs it; CI cannot.
 */
export const EXTERNAL_ADDRESS: string | undefined = findAddress();

function findAddress(): string | undefined {
  const found = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal);
  if (found === undefined && process.env.CI === "true") throw new Error("no network interface");
  return found?.address;
}
