import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type BusyboxImage, sha256 } from "./busybox-image.fixture.ts";

export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

export interface ImageRegistryOptions {
  readonly image: BusyboxImage;
  /** Who gets what; without a login: everybody. */
  readonly allows: (repository: string, login: RegistryLogin | undefined) => boolean;
  /** Repositories for which one goes to a server of tokens first. */
  readonly wantsToken: (repository: string) => boolean;
}

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const REALM = "registry of a test";

/**
 * A registry on this machine that has one image by every name, as much of the distribution
 * specification as a pull needs, over plain HTTP.
 * @see github.com/opencontainers/distribution-spec · docs.docker.com/registry/spec/auth/token
 */
export class ImageRegistry implements AsyncDisposable {
  /** `GET team/app:1 anna`: manifests that were asked for, and by whom; `401` where they were refused. */
  readonly requests: string[] = [];
  readonly #options: ImageRegistryOptions;
  readonly #server: Server;
  readonly #blobs: ReadonlyMap<string, Buffer>;
  readonly #manifest: Buffer;
  /** Of its own, and for what they are. */
  readonly #tokens = new Map<string, { readonly repository: string; readonly username: string }>();

  private constructor(options: ImageRegistryOptions) {
    this.#options = options;
    const { config, layer } = options.image;
    const described = (mediaType: string, bytes: Buffer) => ({
      mediaType,
      digest: `sha256:${sha256(bytes)}`,
      size: bytes.length,
    });
    this.#manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: described("application/vnd.oci.image.config.v1+json", config),
        layers: [described("application/vnd.oci.image.layer.v1.tar", layer)],
      }),
    );
    this.#blobs = new Map([config, layer].map((each) => [`sha256:${sha256(each)}`, each]));
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(options: ImageRegistryOptions): Promise<ImageRegistry> {
    const registry = new ImageRegistry(options);
    registry.#server.listen(0, "127.0.0.1");
    await once(registry.#server, "listening");
    return registry;
  }

  /** `127.0.0.1:5000` */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Of a manifest, with what came of it; the oldest first. */
  of(repository: string): readonly string[] {
    return this.requests.filter((each) => each.split(/[ :]/)[1] === repository);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? "", `http://${this.host}`);
    if (pathname === "/token") {
      this.#giveToken(request, response, searchParams);
      return;
    }
    const [, repository = "", kind, reference = ""] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
    const who = this.#caller(request, repository);
    const isAllowed = who !== "nobody" || this.#options.allows(repository, undefined);
    if (kind === "manifests") {
      const line = `${request.method} ${repository}:${reference} ${who}`;
      this.requests.push(isAllowed ? line : `${line} 401`);
    }
    if (!isAllowed) {
      this.#refuse(response, repository);
      return;
    }
    const body = kind === "blobs" ? this.#blobs.get(reference) : this.#manifest;
    if (body === undefined || kind === undefined) {
      response.writeHead(404).end(JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN" }] }));
      return;
    }
    response.writeHead(200, {
      "content-type": kind === "blobs" ? "application/octet-stream" : MANIFEST,
      "content-length": body.length,
      "docker-content-digest": `sha256:${sha256(body)}`,
    });
    response.end(request.method === "HEAD" ? undefined : body);
  }

  /** Whom the request's header names, if that one may have the repository. */
  #caller({ headers: { authorization = "" } }: IncomingMessage, repository: string): string {
    const [scheme = "", value = ""] = authorization.split(" ");
    if (scheme === "Bearer") {
      const token = this.#tokens.get(value);
      return token?.repository === repository ? token.username : "nobody";
    }
    const login = readBasic(scheme, value);
    if (login === undefined || this.#options.wantsToken(repository)) return "nobody";
    return this.#options.allows(repository, login) ? login.username : "nobody";
  }

  #refuse(response: ServerResponse, repository: string): void {
    const scope = `repository:${repository}:pull`;
    const challenge = this.#options.wantsToken(repository)
      ? `Bearer realm="http://${this.host}/token",service="${this.host}",scope="${scope}"`
      : `Basic realm="${REALM}"`;
    response.writeHead(401, { "www-authenticate": challenge });
    response.end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "who is it" }] }));
  }

  /** The older way, with a header; of the newer one clients find out that there is none. */
  #giveToken(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    if (request.method !== "GET") {
      response.writeHead(405).end();
      return;
    }
    const [, repository = ""] = (query.get("scope") ?? "").split(":");
    const [scheme = "", value = ""] = (request.headers.authorization ?? "").split(" ");
    const login = readBasic(scheme, value);
    if (login === undefined || !this.#options.allows(repository, login)) {
      response.writeHead(401).end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED" }] }));
      return;
    }
    const token = `token-${this.#tokens.size + 1}`;
    this.#tokens.set(token, { repository, username: login.username });
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ token, expires_in: 300 }));
  }
}

function readBasic(scheme: string, value: string): RegistryLogin | undefined {
  if (scheme !== "Basic") return undefined;
  const text = Buffer.from(value, "base64").toString();
  const at = text.indexOf(":");
  return { username: text.slice(0, at), password: text.slice(at + 1) };
}
