/**
 * A dashboard that lists the pods of its namespace with its own service account.
 *
 *   node examples/dashboard/main.ts [--port 8080] [--prefix FOLDER]
 *
 * `--prefix` (or `DASHBOARD_PREFIX`) stands before `/var/run/secrets/kubernetes.io/serviceaccount`:
 * empty in a pod, a folder with the same files elsewhere.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { askForPods } from "./cluster.ts";
import { renderPage } from "./page.ts";

/** Longer than any token, short enough to hold. */
const MAX_FORM_BYTES = 64 * 1024;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    prefix: { type: "string", default: process.env.DASHBOARD_PREFIX ?? "" },
  },
});

/** A form's `token`; undefined when it is empty or there is no form. */
async function pastedToken(request: IncomingMessage): Promise<string | undefined> {
  if (request.method !== "POST") return undefined;
  let form = "";
  for await (const chunk of request) {
    form += String(chunk);
    if (form.length > MAX_FORM_BYTES) return undefined;
  }
  return new URLSearchParams(form).get("token")?.trim() || undefined;
}

const server = createServer((request, response) => {
  const answer = async (): Promise<void> => {
    if (request.url !== "/") {
      response.writeHead(404).end();
      return;
    }
    const page = renderPage(await askForPods(values.prefix, await pastedToken(request)));
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  };
  answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
});

server.listen(Number(values.port), "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`dashboard on http://127.0.0.1:${port}\n`);
});
process.on("SIGTERM", () => server.close(() => process.exit(0)));
