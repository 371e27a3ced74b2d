import { writeMostlyPlainJson } from "../api/encode-json-text.ts";
import { parseValidJson } from "../api/json-long-integers.ts";
import type { ListMeta } from "../api/types.ts";
import { errorOfAnswer } from "./errors.ts";
import type { ApiObject, ObjectKey, ResourceType } from "./resource-type.ts";
import type { Transport, TransportResponse } from "./transport.ts";
import { decodeWatch, type WatchEvent } from "./watch.ts";

/** What is listed or watched. */
export interface Selection {
  /** Empty or absent for all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface ListOptions extends Selection {
  /** At most so many items; the rest by `continueToken`. */
  readonly limit?: number;
  readonly continueToken?: string;
  readonly resourceVersion?: string;
  readonly signal?: AbortSignal;
}

export interface WatchOptions extends Selection {
  /** Changes after this revision. */
  readonly resourceVersion: string;
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
}

export interface WriteOptions extends RequestOptions {
  /** `status`, `finalize` … */
  readonly subresource?: string;
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Takes fields over from other managers. */
  readonly force?: boolean;
}

export interface DeleteOptions extends RequestOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** One page of a collection. Its items bear neither `kind` nor `apiVersion`. */
export interface ObjectList<T extends ApiObject> {
  readonly metadata: ListMeta;
  readonly items: readonly T[];
}

export type PatchType = "json-patch" | "merge-patch" | "strategic-merge-patch";

const encoder = new TextEncoder();

/** So many items are asked for at once by `pages`. @see client-go tools/pager (defaultPageSize) */
const PAGE_SIZE = 500;

/**
 * Speaks to one server as one identity. Answers of 400 and above are thrown as `StatusError`; what
 * the transport throws passes through.
 */
export class Client {
  readonly #transport: Transport;
  readonly #userAgent: string;
  /** Reads a body. */
  readonly parse: (text: string) => unknown;

  /**
   * @param options.userAgent - What stands before its first slash becomes the field manager of writes.
   * @param options.exactIntegers - Integers that a number would round are read as bigints: for those
   *   who write back what they have read.
   */
  constructor(
    transport: Transport,
    options: { readonly userAgent: string; readonly exactIntegers?: boolean },
  ) {
    this.#transport = transport;
    this.#userAgent = options.userAgent;
    this.parse = options.exactIntegers === true ? parseValidJson : JSON.parse;
  }

  resource<T extends ApiObject>(type: ResourceType<T>): ResourceClient<T> {
    return new ResourceClient(this, type);
  }

  /** The same objects; what is read of them is the metadata alone. */
  metadata<T extends ApiObject>(type: ResourceType<T>): ResourceClient<ApiObject> {
    return new ResourceClient(this, type, METADATA);
  }

  /** Any request; the way for paths that are no resource. @throws StatusError */
  async send(
    method: string,
    url: string,
    options: RequestOptions & {
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    } = {},
  ): Promise<TransportResponse> {
    const { body, signal, headers } = options;
    const response = await this.#transport({
      method,
      url,
      headers: {
        "user-agent": this.#userAgent,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: encoder.encode(writeMostlyPlainJson(body)) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.status >= 400) throw errorOfAnswer(response.status, await response.text());
    return response;
  }
}

/** In which form objects and lists are asked for. */
interface ReadForm {
  readonly object: string;
  readonly list: string;
}

const WHOLE: ReadForm = { object: "application/json", list: "application/json" };
const METADATA: ReadForm = {
  object: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
  list: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
};

/** The verbs of one resource. */
export class ResourceClient<T extends ApiObject> {
  readonly type: ResourceType<T>;
  readonly #client: Client;
  readonly #form: ReadForm;
  readonly #root: string;

  constructor(client: Client, type: ResourceType<T>, form: ReadForm = WHOLE) {
    this.type = type;
    this.#client = client;
    this.#form = form;
    const { group, version } = type;
    this.#root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  }

  async get(key: ObjectKey, options: RequestOptions = {}): Promise<T> {
    return await this.#object("GET", this.#url(key), options);
  }

  async list(options: ListOptions = {}): Promise<ObjectList<T>> {
    const url = this.#collection(options.namespace) + query(listParameters(options));
    const headers = { accept: this.#form.list };
    const response = await this.#client.send("GET", url, { ...signalOf(options), headers });
    const list = this.#client.parse(await response.text()) as Partial<ObjectList<T>>;
    // Servers write no items as null in some forms.
    return { metadata: list.metadata ?? {}, items: list.items ?? [] };
  }

  /** All pages at one revision. @throws StatusError 410 when it is compacted between two pages */
  async *pages(options: ListOptions = {}): AsyncGenerator<ObjectList<T>> {
    let continueToken: string | undefined;
    do {
      const page: ObjectList<T> = await this.list({
        limit: PAGE_SIZE,
        ...options,
        ...(continueToken === undefined ? {} : { continueToken }),
      });
      yield page;
      continueToken = page.metadata.continue;
    } while (continueToken !== undefined && continueToken !== "");
  }

  /** One watch, until the server ends it; `resumeWatch` goes on from there. @throws StatusError */
  async *watch(options: WatchOptions): AsyncGenerator<WatchEvent<T>> {
    const parameters = {
      watch: "true",
      allowWatchBookmarks: "true",
      timeoutSeconds: options.timeoutSeconds,
      ...listParameters(options),
    };
    const url = this.#collection(options.namespace) + query(parameters);
    const headers = { accept: this.#form.object };
    const response = await this.#client.send("GET", url, { ...signalOf(options), headers });
    yield* decodeWatch<T>(response, this.#client.parse);
  }

  async create(object: T, options: WriteOptions = {}): Promise<T> {
    const { namespace = "", name = "" } = object.metadata;
    const url =
      options.subresource === undefined
        ? this.#collection(namespace)
        : this.#url({ namespace, name }, options.subresource);
    return await this.#object("POST", url + query(writeParameters(options)), options, object);
  }

  async update(object: T, options: WriteOptions = {}): Promise<T> {
    const { namespace = "", name = "" } = object.metadata;
    const url = this.#url({ namespace, name }, options.subresource);
    return await this.#object("PUT", url + query(writeParameters(options)), options, object);
  }

  async patch(
    key: ObjectKey,
    type: PatchType,
    patch: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    const url = this.#url(key, options.subresource) + query(writeParameters(options));
    return await this.#object("PATCH", url, options, patch, `application/${type}+json`);
  }

  /** Server-side apply: `object` names the fields that `fieldManager` wants, and no others. */
  async apply(key: ObjectKey, object: object, options: ApplyOptions): Promise<T> {
    const parameters = { ...writeParameters(options), force: options.force ? "true" : undefined };
    const url = this.#url(key, options.subresource) + query(parameters);
    return await this.#object("PATCH", url, options, object, "application/apply-patch+yaml");
  }

  /** Resolves when the deletion has been accepted; finalizers may hold the object. */
  async delete(key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    await this.#delete(this.#url(key), options);
  }

  async deleteCollection(selection: Selection, options: DeleteOptions = {}): Promise<void> {
    const url = this.#collection(selection.namespace) + query(listParameters(selection));
    await this.#delete(url, options);
  }

  async #delete(url: string, { signal, ...body }: DeleteOptions): Promise<void> {
    const response = await this.#client.send("DELETE", url, {
      body: { kind: "DeleteOptions", apiVersion: "v1", ...body },
      ...(signal === undefined ? {} : { signal }),
    });
    await response.text();
  }

  async #object(
    method: string,
    url: string,
    options: RequestOptions,
    body?: unknown,
    contentType?: string,
  ): Promise<T> {
    const response = await this.#client.send(method, url, {
      ...signalOf(options),
      ...(body === undefined ? {} : { body }),
      headers: {
        accept: this.#form.object,
        ...(contentType === undefined ? {} : { "content-type": contentType }),
      },
    });
    return this.#client.parse(await response.text()) as T;
  }

  #collection(namespace = ""): string {
    const { namespaced, resource } = this.type;
    return namespaced && namespace !== ""
      ? `${this.#root}/namespaces/${encodeURIComponent(namespace)}/${resource}`
      : `${this.#root}/${resource}`;
  }

  #url({ namespace, name }: ObjectKey, subresource?: string): string {
    const url = `${this.#collection(namespace)}/${encodeURIComponent(name)}`;
    return subresource === undefined ? url : `${url}/${subresource}`;
  }
}

type Parameters = Readonly<Record<string, string | number | undefined>>;

function listParameters(options: ListOptions): Parameters {
  const { labelSelector, fieldSelector, limit, continueToken, resourceVersion } = options;
  return { labelSelector, fieldSelector, limit, continue: continueToken, resourceVersion };
}

function writeParameters({ dryRun, fieldManager }: WriteOptions): Parameters {
  return { dryRun: dryRun ? "All" : undefined, fieldManager };
}

function query(parameters: Parameters): string {
  const parts = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : `${name}=${encodeURIComponent(value)}`,
  );
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

function signalOf({ signal }: RequestOptions): RequestOptions {
  return signal === undefined ? {} : { signal };
}
