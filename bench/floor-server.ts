/**
 * The raw floor: a bare node:http2 server with HTTP/1.1 on the same port that answers a constant body
 * over TLS, in a process of its own. What it serves is the most that Node could, with no work done.
 * Arguments: key file, certificate file, body size in bytes. Prints its port.
 */
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";

const [keyFile = "", certFile = "", size = "600"] = process.argv.slice(2);
const body = Buffer.alloc(Number(size), "x");
const headers = { "content-type": "application/json", "content-length": body.byteLength };

const server = createSecureServer({
  key: readFileSync(keyFile),
  cert: readFileSync(certFile),
  allowHTTP1: true,
});
server.on("request", (request, response) => {
  request.on("data", () => {});
  request.on("end", () => {
    response.writeHead(200, headers);
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.on("SIGTERM", () => process.exit(0));
