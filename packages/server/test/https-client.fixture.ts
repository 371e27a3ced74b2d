import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { TestServer } from "../src/testing/test-server.ts";

export interface HttpsAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }];
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }];
}

function decoded(base64: string | undefined): string {
  return Buffer.from(base64 ?? "", "base64").toString();
}

/** Speaks to a test server over its port, as its admin or with a certificate of somebody else. */
export class HttpsClient {
  readonly ca: string;
  readonly url: string;
  readonly #credential: { readonly key?: string; readonly cert?: string };

  constructor(
    { server }: TestServer,
    credential?: { readonly key?: string; readonly cert?: string },
  ) {
    const file = JSON.parse(readFileSync(server.kubeconfigPath, "utf8")) as Kubeconfig;
    const [{ user }] = file.users;
    this.url = server.url;
    this.ca = decoded(file.clusters[0].cluster["certificate-authority-data"]);
    this.#credential = credential ?? {
      cert: decoded(user["client-certificate-data"]),
      key: decoded(user["client-key-data"]),
    };
  }

  /** The head of the answer. @param send - writes the body; without it there is none */
  open(
    method: string,
    path: string,
    options: Pick<RequestOptions, "headers" | "signal"> & {
      readonly send?: (write: NodeJS.WritableStream) => void;
    } = {},
  ): Promise<IncomingMessage> {
    const { send, ...rest } = options;
    const tls = { ca: this.ca, ...this.#credential };
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(this.url + path, { ...rest, ...tls, method, agent: false });
      outgoing.on("response", resolve).on("error", reject);
      if (send === undefined) outgoing.end();
      else send(outgoing);
    });
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpsAnswer> {
    const answer = await this.open(method, path, {
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { send: (out) => out.end(JSON.stringify(body)) }),
    });
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await textOf(answer) };
  }
}

export async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
