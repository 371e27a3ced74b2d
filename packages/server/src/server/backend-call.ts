import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { serverResponseError } from "../api/server-response-error.ts";
import {
  badRequest,
  bareError,
  internalError,
  type StatusError,
  serviceUnavailable,
} from "../api/status-error.ts";
import type { ApiRequest, ApiResponse } from "../http/exchange.ts";
import { type LinkContext, rewriteLink } from "../http/proxy/link-rewriting.ts";
import { forwardedHeaders, returnedHeaders } from "../http/proxy/proxied-headers.ts";
import { readableBody } from "../http/proxy/readable-body.ts";
import { rewrittenPage } from "../http/proxy/rewritten-page.ts";
import type { Backend, Backends, ReadSubject } from "../registry/endpoints/node-backend.ts";
import type { RequestContext } from "../request/request-context.ts";
import {
  BackendAddressError,
  type BackendConnectionOptions,
  BackendConnections,
} from "./backend-connection.ts";
import { openStreams } from "./backend-streams.ts";
import { dialErrorText, hostPort } from "./dial-error.ts";

export interface BackendCallOptions extends BackendConnectionOptions {
  /** Headers, in lower case, in which a front proxy says who its user is: never passed on. */
  readonly isUserHeader: (name: string) => boolean;
}

/** Of an agent's refusal. @see apiserver pkg/registry/generic/rest/response_checker.go */
const MAX_REFUSAL_BYTES = 50_000;
const SHORT_BODY_BYTES = 64 * 1024;
/** Of a body that does not come as a stream: a request of this process. */
const MAX_WHOLE_BODY_BYTES = 3 * 1024 * 1024;

/** Reaches agents of nodes, pods and services over HTTP and HTTPS. */
export function createBackends(options: BackendCallOptions): Backends {
  const connections = new BackendConnections(options);
  return {
    callBackend: async (backend, context) =>
      passedBack(await forward(connections, options, backend, context), backend, context.request),
    readAgent: (place, subject, context) => readAgent(connections, place, subject, context),
    openStreams: (backend, context) => openStreams(backend, context, options),
  };
}

/** @throws StatusError when nobody is there */
async function forward(
  connections: BackendConnections,
  { isUserHeader }: BackendCallOptions,
  backend: Backend,
  { request, info }: RequestContext,
): Promise<IncomingMessage> {
  const uri = encodeURI(info.path.toWellFormed());
  const headers = forwardedHeaders({ request, withheld: isUserHeader, uri });
  const body = await bodyOf(request);
  if (body !== undefined && request.headers["content-length"] === undefined) {
    headers.push(
      ...(body instanceof Uint8Array
        ? ["Content-Length", String(body.length)]
        : ["Transfer-Encoding", "chunked"]),
    );
  }
  try {
    return await connections.send({
      ...backend,
      checkAddress: true,
      method: request.method,
      headers,
      body,
      onClose: (callback) => request.onClose(callback),
    });
  } catch (error) {
    if (error instanceof BackendAddressError) throw badRequest(error.message, error);
    const why = dialErrorText(error, backend.host, backend.port);
    throw serviceUnavailable(`error trying to reach service: ${why}`);
  }
}

/** A short body, which has come already, as a whole. */
async function bodyOf(request: ApiRequest): Promise<Readable | Uint8Array | undefined> {
  const isShort = Number(request.headers["content-length"]) <= SHORT_BODY_BYTES;
  if (!isShort && request.bodyStream !== undefined) return request.bodyStream();
  const bytes = await request.body(MAX_WHOLE_BODY_BYTES);
  return bytes.length === 0 ? undefined : bytes;
}

function passedBack(answer: IncomingMessage, backend: Backend, request: ApiRequest): ApiResponse {
  const status = answer.statusCode ?? 502;
  const headers = returnedHeaders(answer.rawHeaders, answer.headers.connection);
  const links = linkContext(backend, request);
  const { location = "" } = answer.headers;
  if (location !== "") {
    headers.location = rewriteLink(location, links);
    return { status, headers, body: readableBody(answer) };
  }
  const page = request.method === "HEAD" ? undefined : pageOf(answer, links);
  if (page === undefined) return { status, headers, body: readableBody(answer) };
  const { "content-length": _length, ...others } = headers;
  return { status, headers: others, body: readableBody(page) };
}

/** The page with links as they are seen here; undefined for what is no page. */
function pageOf(answer: IncomingMessage, links: LinkContext): Readable | undefined {
  const [type = ""] = (answer.headers["content-type"] ?? "").split(";");
  if (type.trim() !== "text/html") return undefined;
  return rewrittenPage(answer, answer.headers["content-encoding"] ?? "", links);
}

function linkContext({ prefix, host, port }: Backend, { headers }: ApiRequest): LinkContext {
  const asked = headers.host ?? headers[":authority"];
  const hosts = typeof asked === "string" ? [hostPort(host, port), asked] : [hostPort(host, port)];
  return { prefix, hosts };
}

async function readAgent(
  connections: BackendConnections,
  { host, port, target }: Pick<Backend, "host" | "port" | "target">,
  subject: ReadSubject,
  { request }: RequestContext,
): Promise<ApiResponse> {
  const place = hostPort(host, port);
  let answer: IncomingMessage;
  try {
    answer = await connections.send({
      scheme: "https",
      host,
      port,
      target,
      agent: true,
      checkAddress: false,
      method: "GET",
      headers: ["Host", place, "User-Agent", "kube-apiserver"],
      body: undefined,
      onClose: (callback) => request.onClose(callback),
    });
  } catch (error) {
    const url = JSON.stringify(`https://${place}${target}`);
    throw bareError(`Get ${url}: ${dialErrorText(error, host, port)}`, error);
  }
  const status = answer.statusCode ?? 500;
  if (status < 200 || status > 206) throw refusal(status, await textOf(answer), subject);
  return { status, headers: {}, body: readableBody(answer) };
}

/** @see apiserver pkg/registry/generic/rest/response_checker.go */
function refusal(status: number, text: string, { resource, name }: ReadSubject): StatusError {
  if (status === 500) return internalError(text);
  if (status === 400) return badRequest(text);
  return serverResponseError(status, text, resource, name);
}

/** The beginning of a text, and all of one that is not very long. */
async function textOf(source: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= MAX_REFUSAL_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_REFUSAL_BYTES).toString();
}
