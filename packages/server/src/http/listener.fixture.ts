import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { request as httpsRequest } from "node:https";
import { createConnection, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { realClock } from "../runtime/clock.ts";
import { silentLogger } from "../runtime/logger.ts";
import { systemRandom } from "../runtime/random.ts";
import {
  createCertificateAuthority,
  generateKey,
  issueClientCertificate,
  issueServingCertificate,
  type KeyedCertificate,
} from "../tls/certificate-authority.ts";
import type { Handler } from "./exchange.ts";
import { createListener, type Listener, type ListenerOptions } from "./listener.ts";

/** Authorities and certificates of a test, made once. */
export interface TestTls {
  readonly ca: string;
  readonly clientCa: string;
  readonly serving: KeyedCertificate;
  readonly client: KeyedCertificate;
  /** Issued by somebody else. */
  readonly stranger: KeyedCertificate;
  /** Another serving certificate of the same authority. */
  readonly nextServing: KeyedCertificate;
}

export function createTestTls(): TestTls {
  const context = { now: Date.now(), random: systemRandom };
  const authority = createCertificateAuthority(context, generateKey(), "ca");
  const clientAuthority = createCertificateAuthority(context, generateKey(), "client-ca");
  const other = createCertificateAuthority(context, generateKey(), "other-ca");
  const names = { dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"] };
  const subject = { commonName: "jane", organizations: ["dev", "ops"] };
  return {
    ca: authority.cert,
    clientCa: clientAuthority.cert,
    serving: issueServingCertificate(context, authority, generateKey(), names),
    client: issueClientCertificate(context, clientAuthority, generateKey(), subject),
    stranger: issueClientCertificate(context, other, generateKey(), subject),
    nextServing: issueServingCertificate(context, authority, generateKey(), names),
  };
}

/** A listener on a free port of the loopback interface. */
export async function startListener(
  tls: TestTls,
  handler: Handler,
  options: Partial<ListenerOptions> = {},
): Promise<{ readonly listener: Listener; readonly port: number }> {
  const listener = createListener({
    tls: { ...tls.serving, clientCa: tls.clientCa },
    handler,
    clock: realClock,
    logger: silentLogger,
    ...options,
  });
  const { port } = await listener.listen(0, "127.0.0.1");
  return { listener, port };
}

export type Protocol = "http/1.1" | "h2";

export interface Exchange {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly certificate?: KeyedCertificate;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** One request over a connection of its own. */
export function exchange(
  protocol: Protocol,
  tls: TestTls,
  port: number,
  wanted: Exchange = {},
): Promise<Answer> {
  return protocol === "h2" ? exchangeHttp2(tls, port, wanted) : exchangeHttp1(tls, port, wanted);
}

function exchangeHttp1(tls: TestTls, port: number, wanted: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { key, cert } = wanted.certificate ?? {};
    const request = httpsRequest(
      {
        host: "127.0.0.1",
        port,
        ca: tls.ca,
        ...(key === undefined ? {} : { key, cert }),
        method: wanted.method ?? "GET",
        path: wanted.path ?? "/",
        headers: { ...wanted.headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(wanted.body);
  });
}

async function exchangeHttp2(tls: TestTls, port: number, wanted: Exchange): Promise<Answer> {
  const session = openSession(tls, port, wanted.certificate);
  try {
    return await requestOver(session, wanted);
  } finally {
    session.close();
  }
}

export function openSession(
  tls: TestTls,
  port: number,
  certificate?: KeyedCertificate,
): ClientHttp2Session {
  const { key, cert } = certificate ?? {};
  const session = connectHttp2(`https://127.0.0.1:${port}`, {
    ca: tls.ca,
    ...(key === undefined ? {} : { key, cert }),
  });
  session.on("error", () => {});
  return session;
}

export function requestOver(session: ClientHttp2Session, wanted: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(
      { ":method": wanted.method ?? "GET", ":path": wanted.path ?? "/", ...wanted.headers },
      { endStream: wanted.body === undefined },
    );
    let status = 0;
    let headers: Answer["headers"] = {};
    const chunks: Buffer[] = [];
    stream.on("response", (received) => {
      status = Number(received[":status"]);
      headers = received as Answer["headers"];
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("close", () => {
      // A stream that is reset also shows an end; the code tells.
      if (stream.rstCode === 0) resolve({ status, headers, body: Buffer.concat(chunks) });
      else reject(new Error(`the stream was reset with code ${stream.rstCode}`));
    });
    if (wanted.body !== undefined) stream.end(wanted.body);
  });
}

/** A TLS connection on which a test writes what it likes. @param over - A connection to use. */
export function openTls(
  tls: TestTls,
  port: number,
  protocol: Protocol,
  over?: Socket,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const where = over === undefined ? { host: "127.0.0.1", port } : { socket: over };
    const options = { ...where, servername: "localhost", ca: tls.ca, ALPNProtocols: [protocol] };
    const socket = connectTls(options, () => resolve(socket));
    socket.on("error", reject);
  });
}

/** A TCP connection without TLS. */
export function openTcp(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1", () => resolve(socket));
    socket.on("error", reject);
  });
}

/** All that a peer sends until it closes. */
export function readToEnd(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
  });
}

/** Milliseconds until a peer closes. */
export async function timeToClose(socket: Socket): Promise<number> {
  const start = performance.now();
  await readToEnd(socket);
  return performance.now() - start;
}
