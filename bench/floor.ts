import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Running, startNode } from "./processes.ts";

const FLOOR = fileURLToPath(new URL("floor-server.ts", import.meta.url));

/** A bare server with a body of that size, under a certificate like ours (P-256). */
export async function startFloor(
  scratch: string,
  bodyBytes: number,
): Promise<{ readonly origin: string; readonly process: Running }> {
  const key = join(scratch, "floor.key");
  const cert = join(scratch, "floor.crt");
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      "-days",
      "2",
      "-subj",
      "/CN=127.0.0.1",
    ],
    { stdio: "ignore" },
  );
  const running = await startNode([FLOOR, key, cert, String(bodyBytes)]);
  return { origin: `https://127.0.0.1:${running.firstLine}`, process: running };
}
