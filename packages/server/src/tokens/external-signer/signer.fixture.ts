import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import protobufjs from "protobufjs";

/** The service's messages, for a codec that is not ours. */
const DEFINITIONS = `
syntax = "proto3";
message SignJWTRequest { string claims = 1; }
message SignJWTResponse { string header = 1; string signature = 2; }
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
message Key { string key_id = 1; bytes key = 2; bool exclude_from_oidc_discovery = 3; }
message FetchKeysResponse { repeated Key keys = 1; Timestamp data_timestamp = 2; int64 refresh_hint_seconds = 3; }
message MetadataResponse { int64 max_token_expiration_seconds = 1; }
`;
const types: protobufjs.Root = protobufjs.parse(DEFINITIONS, { keepCase: true }).root;

export function encodeMessage(type: string, value: object): Buffer {
  const message = types.lookupType(type);
  return Buffer.from(message.encode(message.fromObject(value)).finish());
}

function decodeMessage(type: string, bytes: Buffer): Record<string, unknown> {
  return types.lookupType(type).decode(bytes).toJSON();
}

export interface SignerKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly excluded?: boolean;
}

export function makeSignerKey(id: string, excluded = false): SignerKey {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { id, privateKey, excluded };
}

export function publicDer({ privateKey }: SignerKey): Buffer {
  return createPublicKey(privateKey).export({ type: "spki", format: "der" });
}

/** An external signer at a socket; what it answers can be changed while it runs. */
export class TestSigner implements AsyncDisposable {
  readonly endpoint: string;
  keys: SignerKey[];
  maxTokenExpirationSeconds = 86_400;
  refreshHintSeconds = 100;
  dataSeconds = 1_700_000_000;
  /** Members of the next headers, over what is right. */
  header: Record<string, unknown> = {};
  /** Fails calls of Sign with this. */
  failure: { readonly code: number; readonly details: string } | undefined;
  fetches = 0;
  readonly #directory: string;
  #server: Server | undefined;

  constructor(keys: SignerKey[], abstractName?: string) {
    this.keys = keys;
    this.#directory = mkdtempSync(join(tmpdir(), "countersign-signer-"));
    this.endpoint =
      abstractName === undefined ? join(this.#directory, "signer.sock") : `@${abstractName}`;
  }

  async start(): Promise<void> {
    const server = new Server();
    const method = (name: string, answer: (request: Buffer) => Buffer) => ({
      path: `/v1.ExternalJWTSigner/${name}`,
      requestStream: false as const,
      responseStream: false as const,
      requestSerialize: (bytes: Buffer) => bytes,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => bytes,
      answer,
    });
    const methods = {
      Sign: method("Sign", (request) => this.#sign(request)),
      FetchKeys: method("FetchKeys", () => this.#fetchKeys()),
      Metadata: method("Metadata", () =>
        encodeMessage("MetadataResponse", {
          max_token_expiration_seconds: this.maxTokenExpirationSeconds,
        }),
      ),
    };
    const handlers = Object.fromEntries(
      Object.entries(methods).map(([name, { answer }]) => [
        name,
        (
          call: { readonly request: Buffer },
          callback: (error: object | null, response?: Buffer) => void,
        ) => {
          if (name === "Sign" && this.failure !== undefined) callback(this.failure);
          else callback(null, answer(call.request));
        },
      ]),
    );
    server.addService(methods, handlers);
    const path = this.endpoint.startsWith("@") ? `\0${this.endpoint.slice(1)}` : this.endpoint;
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    this.#server = server;
  }

  /** Goes away at once; `start` brings it back. */
  stop(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #sign(request: Buffer): Buffer {
    const { claims } = decodeMessage("SignJWTRequest", request);
    const [key] = this.keys;
    if (key === undefined) throw new Error("no key");
    const header = { alg: "ES256", kid: key.id, typ: "JWT", ...this.header };
    const encoded = Buffer.from(JSON.stringify(header)).toString("base64url");
    const input = Buffer.from(`${encoded}.${claims}`);
    const signature = sign("sha256", input, { key: key.privateKey, dsaEncoding: "ieee-p1363" });
    return encodeMessage("SignJWTResponse", {
      header: encoded,
      signature: signature.toString("base64url"),
    });
  }

  #fetchKeys(): Buffer {
    this.fetches++;
    return encodeMessage("FetchKeysResponse", {
      keys: this.keys.map((key) => ({
        key_id: key.id,
        key: publicDer(key),
        exclude_from_oidc_discovery: key.excluded ?? false,
      })),
      data_timestamp: { seconds: this.dataSeconds, nanos: 0 },
      refresh_hint_seconds: this.refreshHintSeconds,
    });
  }
}
