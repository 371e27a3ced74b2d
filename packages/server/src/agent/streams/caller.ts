import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Client } from "../../client/client.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { NodeAccess } from "./agent-routes.ts";
import { VerdictCache } from "./verdict-cache.ts";

/** Who calls the agent. */
export interface Caller {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface CallerCheckOptions {
  /** Speaks to the API server in the node's name. */
  readonly client: Client;
  readonly nodeName: string;
  readonly clock: Clock;
}

/** Kubelets keep verdicts for minutes; so long after a right was taken, it is still granted. */
const KEEP = { keepMs: 10_000, maxEntries: 1024 };
const AUTHENTICATED = "system:authenticated";

interface TokenReviewAnswer {
  readonly status?: { readonly authenticated?: boolean; readonly user?: Caller };
}
interface AccessReviewAnswer {
  readonly status?: { readonly allowed?: boolean };
}

/**
 * Finds out who calls the agent, by client certificate or token, and whether they may: the API server
 * knows. Verdicts are kept for ten seconds.
 * @see kubernetes cmd/kubelet/app/auth.go
 */
export class CallerCheck {
  readonly #options: CallerCheckOptions;
  readonly #callers: VerdictCache<Caller | undefined>;
  readonly #accesses: VerdictCache<boolean>;

  constructor(options: CallerCheckOptions) {
    this.#options = options;
    this.#callers = new VerdictCache(options.clock, KEEP);
    this.#accesses = new VerdictCache(options.clock, KEEP);
  }

  /** Undefined for nobody. @throws when the API server cannot be asked */
  async authenticate(message: IncomingMessage): Promise<Caller | undefined> {
    const byCertificate = certificateCaller(message.socket as TLSSocket, this.#options.clock.now());
    if (byCertificate !== undefined) return byCertificate;
    const token = bearerToken(message.headers.authorization ?? "");
    if (token === undefined) return undefined;
    const key = createHash("sha256").update(token).digest("base64");
    return await this.#callers.get(key, () => this.#reviewToken(token));
  }

  /** @throws when the API server cannot be asked */
  async authorize(caller: Caller, access: NodeAccess): Promise<boolean> {
    for (const subresource of access.subresources) {
      const key = JSON.stringify([caller, access.verb, subresource]);
      const review = () => this.#reviewAccess(caller, access.verb, subresource);
      if (await this.#accesses.get(key, review)) return true;
    }
    return false;
  }

  async #reviewToken(token: string): Promise<Caller | undefined> {
    const { status } = await this.#ask<TokenReviewAnswer>("authentication.k8s.io", "TokenReview", {
      token,
    });
    if (status?.authenticated !== true || status.user === undefined) return undefined;
    const { user } = status;
    return { ...user, groups: [...new Set([...(user.groups ?? []), AUTHENTICATED])] };
  }

  async #reviewAccess(caller: Caller, verb: string, subresource: string): Promise<boolean> {
    const { username: user, groups, uid = "", extra = {} } = caller;
    const resourceAttributes = {
      verb,
      version: "v1",
      resource: "nodes",
      subresource,
      name: this.#options.nodeName,
    };
    const spec = { resourceAttributes, user, groups, uid, extra };
    const kind = "SubjectAccessReview";
    const { status } = await this.#ask<AccessReviewAnswer>("authorization.k8s.io", kind, spec);
    return status?.allowed === true;
  }

  async #ask<T>(group: string, kind: string, spec: object): Promise<T> {
    const url = `/apis/${group}/v1/${kind.toLowerCase()}s`;
    const body = { apiVersion: `${group}/v1`, kind, spec };
    const answer = await this.#options.client.send("POST", url, { body });
    return JSON.parse(await answer.text()) as T;
  }
}

/**
 * Whom the client's certificate names, if it is one of the cluster's. A connection may last longer than
 * the certificate that it began with.
 */
function certificateCaller(socket: TLSSocket, now: number): Caller | undefined {
  if (!socket.authorized) return undefined;
  const { subject, valid_to: validTo } = socket.getPeerCertificate();
  if (!(now <= Date.parse(validTo))) return undefined;
  // Of several common names Go takes the last.
  const username = listed(subject?.CN).at(-1) ?? "";
  if (username === "") return undefined;
  return { username, groups: [...listed(subject?.O), AUTHENTICATED] };
}

function listed(value: string | string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

function bearerToken(header: string): string | undefined {
  const [scheme = "", token = ""] = header.trim().split(" ");
  return scheme.toLowerCase() === "bearer" && token !== "" ? token : undefined;
}
