import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { quoteGo } from "../../../api/go-quote.ts";
import type { Container, HTTPGetAction } from "../../../api/types.ts";
import type { Clock } from "../../../runtime/clock.ts";
import { describeNetworkError } from "./network-error.ts";

export interface HttpGet {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly location: string | undefined;
  /** At most 10 KiB. */
  readonly body: string;
}

/** No answer came. The message is Go's. */
export class HttpGetError extends Error {
  /** Whether the other side spoke HTTP where HTTPS was expected. */
  readonly plainHttp: boolean;

  constructor(message: string, plainHttp: boolean, options?: ErrorOptions) {
    super(message, options);
    this.name = "HttpGetError";
    this.plainHttp = plainHttp;
  }
}

/** @see kubernetes pkg/probe/http/http.go */
const MAX_BODY_BYTES = 10 * 1024;
const MAX_REDIRECTS = 10;
const KUBERNETES_VERSION = "1.36";

/**
 * The port of an action; names are those of the container's ports.
 * @throws HttpGetError
 * @see kubernetes pkg/probe/util.go (ResolveContainerPort)
 */
export function resolvePort(port: number | string, container: Container): number {
  const named =
    typeof port === "string" ? container.ports?.find(({ name }) => name === port) : undefined;
  const number = named?.containerPort ?? Number(port);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  if (typeof port === "string" && !/^[-+]?\d+$/.test(port)) {
    const reason = `strconv.Atoi: parsing "${port}": invalid syntax`;
    throw new HttpGetError(reason, false);
  }
  throw new HttpGetError(`invalid port number: ${number}`, false);
}

/**
 * The request that an action stands for.
 * @param purpose - Goes into the user agent: `probe`, `lifecycle`.
 * @throws HttpGetError when there is no such port
 * @see kubernetes pkg/probe/http/request.go (NewRequestForHTTPGetAction)
 */
export function httpGetOf(
  action: HTTPGetAction,
  container: Container,
  podIP: string,
  purpose: string,
): HttpGet {
  const scheme = (action.scheme ?? "HTTP").toLowerCase();
  const host = action.host === undefined || action.host === "" ? podIP : action.host;
  const port = resolvePort(action.port, container);
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const path = action.path ?? "";
  const url = new URL(`${scheme}://${authority}${path.startsWith("/") ? "" : "/"}${path}`);
  return { url, headers: headersOf(action, purpose) };
}

function headersOf(
  { httpHeaders = [] }: HTTPGetAction,
  purpose: string,
): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const { name, value } of httpHeaders) {
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = before === undefined ? value : [before, value].flat();
  }
  headers["user-agent"] ??= `kube-${purpose}/${KUBERNETES_VERSION}`;
  if (headers.accept === undefined) headers.accept = "*/*";
  else if (headers.accept === "") delete headers.accept;
  return headers;
}

export interface HttpGetOptions {
  readonly clock: Clock;
  /** Absent: as long as it takes. */
  readonly timeoutMs?: number;
  /** Gives it up. */
  readonly signal: AbortSignal;
}

/**
 * Asks, and follows redirects on the same host. Certificates are not looked at.
 * @throws HttpGetError
 */
export async function getHttp(
  { url, headers }: HttpGet,
  { clock, timeoutMs, signal }: HttpGetOptions,
): Promise<HttpAnswer> {
  const deadline = new AbortController();
  const expire = (): void => deadline.abort();
  const cancel = timeoutMs === undefined ? () => {} : clock.after(timeoutMs, expire);
  signal.addEventListener("abort", expire, { once: true });
  if (signal.aborted) expire();
  try {
    let current = url;
    for (let redirects = 0; ; redirects++) {
      const answer = await ask({ url: current, headers }, deadline.signal);
      if (!isRedirect(answer)) return answer;
      const next = redirectOf(answer.location, current);
      if (next.hostname !== url.hostname) return answer;
      if (redirects + 1 >= MAX_REDIRECTS) {
        throw failure(url, new Error("stopped after 10 redirects"));
      }
      current = next;
    }
  } finally {
    cancel();
    signal.removeEventListener("abort", expire);
  }
}

function isRedirect(answer: HttpAnswer): answer is HttpAnswer & { readonly location: string } {
  return [301, 302, 303, 307, 308].includes(answer.status) && answer.location !== undefined;
}

/** @throws HttpGetError: whatever a container answers, its probe has failed */
function redirectOf(location: string, from: URL): URL {
  const next = URL.parse(location, from);
  if (next !== null) return next;
  throw failure(from, new Error(`failed to parse Location header ${quoteGo(location)}`));
}

function ask({ url, headers }: HttpGet, signal: AbortSignal): Promise<HttpAnswer> {
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== "http" && scheme !== "https") {
    throw failure(url, new Error(`unsupported protocol scheme ${quoteGo(scheme)}`));
  }
  const secure = url.protocol === "https:";
  const options = {
    headers: { ...headers, connection: "close" } as Record<string, string | string[]>,
    agent: false,
    signal,
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(failure(url, error, { timedOut: signal.aborted, secure }));
    let hasAnswer = false;
    const answered = (response: IncomingMessage): void => {
      hasAnswer = true;
      readBody(response).then(
        (body) =>
          resolve({
            status: response.statusCode ?? 0,
            location: response.headers.location,
            body,
          }),
        fail,
      );
    };
    const send = (): ClientRequest =>
      secure
        ? requestHttps(url, { ...options, rejectUnauthorized: false }, answered)
        : requestHttp(url, options, answered);
    let request: ClientRequest;
    try {
      request = send();
    } catch (error) {
      // Headers that cannot be sent.
      return fail(error as Error);
    }
    // Nobody has asked for another protocol: there is no body, and nothing more to come.
    request.on("upgrade", ({ statusCode = 0 }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, location: undefined, body: "" });
    });
    request.on("error", fail);
    // Whatever came of it: who waits for longer waits for ever.
    request.on("close", () => {
      if (!hasAnswer) fail(new Error("EOF"));
    });
    request.end();
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, MAX_BODY_BYTES - bytes));
    bytes += chunk.byteLength;
    if (bytes >= MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}

function failure(
  url: URL,
  error: Error,
  { timedOut = false, secure = false }: { timedOut?: boolean; secure?: boolean } = {},
): HttpGetError {
  const code = "code" in error ? String(error.code) : "";
  const plainHttp = secure && /WRONG_VERSION_NUMBER|PACKET_LENGTH|EPROTO/.test(code);
  const reason = timedOut
    ? "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
    : plainHttp
      ? "http: server gave HTTP response to HTTPS client"
      : describeNetworkError(error, url.host);
  return new HttpGetError(`Get "${url.href}": ${reason}`, plainHttp, { cause: error });
}
