import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInProcessTransport, type InProcessRequest } from "../client/in-process.ts";
import { type ApiResponse, isStreamBody, type TrustedUser } from "../http/exchange.ts";
import { type Clock, realClock } from "../runtime/clock.ts";
import { type Logger, silentLogger } from "../runtime/logger.ts";
import { systemRandom } from "../runtime/random.ts";
import { configFromOptions } from "../server/config.ts";
import { type RawOptions, resolveOptions } from "../server/options.ts";
import { type RunningServer, startServer } from "../server/server.ts";

export interface TestServerOptions {
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Options of `countersign up` by name, on top of: memory, a free port, no node. */
  readonly options?: RawOptions;
}

/** What a request was answered, its body read whole. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: ApiResponse["headers"];
  readonly text: string;
  /** The body as JSON. @throws SyntaxError when it is none */
  json<T = Record<string, unknown>>(): T;
}

const ADMIN: TrustedUser = {
  username: "admin",
  groups: ["system:masters", "system:authenticated"],
};

/** A whole server in this process, with a data directory that is deleted in the end. */
export interface TestServer extends AsyncDisposable {
  readonly server: RunningServer;
  readonly dataDir: string;
  /** Sends a request as the admin, or as `user`; a body that is no text or bytes is sent as JSON. */
  send(
    method: string,
    url: string,
    body?: unknown,
    more?: { readonly headers?: Readonly<Record<string, string>>; readonly user?: TrustedUser },
  ): Promise<TestAnswer>;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "countersign-test-"));
  const flags = {
    "data-dir": dataDir,
    storage: "memory",
    "secure-port": "0",
    "no-node": true,
    ...options.options,
  };
  const server = await startServer(
    configFromOptions(resolveOptions({ flags, environment: {}, file: {} })),
    {
      clock: options.clock ?? realClock,
      random: systemRandom,
      logger: options.logger ?? silentLogger,
      freezeObjects: true,
    },
  );
  return {
    server,
    dataDir,
    send: async (method, url, body, more = {}) => {
      const request: InProcessRequest = {
        method,
        url,
        headers: { "content-type": "application/json", ...more.headers },
        ...(body === undefined ? {} : { body: encodeBody(body) }),
      };
      const transport = createInProcessTransport(server.handler, more.user ?? ADMIN);
      return readAnswer(await transport(request));
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function encodeBody(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function readAnswer({ status, headers, body }: ApiResponse): TestAnswer {
  const text = bodyText(body);
  return { status, headers, text, json: <T>() => JSON.parse(text) as T };
}

function bodyText(body: ApiResponse["body"]): string {
  if (body === undefined) return "";
  if (typeof body === "string") return body;
  if (isStreamBody(body)) throw new Error("a stream has no text; watch it over the client");
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  return Buffer.concat([...body]).toString();
}
