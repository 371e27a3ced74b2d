import { resourceOf, subresourceOf } from "../api/schema/resources.ts";
import type { RequestInfo } from "../request/request-info.ts";
import type { InFlightLimits } from "./in-flight-limits.ts";
import {
  type Counter,
  CounterFamily,
  exponentialBounds,
  GaugeFamily,
  type Histogram,
  HistogramFamily,
} from "./metric-family.ts";
import type { MetricsRegistry } from "./metrics-registry.ts";

/** Labels that every metric of requests has. */
const LABELS: readonly string[] = [
  "component",
  "group",
  "resource",
  "scope",
  "subresource",
  "verb",
  "version",
];
const DURATION_BOUNDS: readonly number[] = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45,
  60,
];
const COMPONENT = "apiserver";

/** What is counted of one kind of request, looked up once. */
interface RequestSeries {
  readonly info: RequestInfo;
  readonly scope: string;
  readonly labels: readonly string[];
  readonly duration: Histogram;
  readonly sli: Histogram;
  readonly sizes: Histogram | undefined;
  /** By status code. */
  readonly totals: Map<number, Counter>;
}

/** Kinds of requests above this number are not counted; those of all that is served are fewer. */
const MAX_SERIES = 2048;

/**
 * Metrics of requests under kube-apiserver's names.
 * @see apiserver pkg/endpoints/metrics/metrics.go
 */
export class RequestMetrics {
  readonly #total: CounterFamily;
  readonly #durations: HistogramFamily;
  readonly #sliDurations: HistogramFamily;
  readonly #sizes: HistogramFamily;
  readonly #longRunning: GaugeFamily;
  readonly #series = new Map<string, RequestSeries[]>();
  #count = 0;
  /** Handshakes that failed. */
  readonly handshakeErrors: Counter;

  constructor(registry: MetricsRegistry, limits: InFlightLimits) {
    const families = createFamilies(registry, limits);
    this.#total = families.total;
    this.#durations = families.durations;
    this.#sliDurations = families.sliDurations;
    this.#sizes = families.sizes;
    this.#longRunning = families.longRunning;
    this.handshakeErrors = families.handshakeErrors.with();
  }

  /**
   * Counts an answered request.
   * @param seconds - How long it took, if that was measured.
   * @param bytes - Size of the answer; counted for reads.
   */
  observe(info: RequestInfo, status: number, seconds?: number, bytes?: number): void {
    const series = this.#seriesOf(info);
    if (series === undefined) return;
    let total = series.totals.get(status);
    if (total === undefined) {
      total = this.#total.with(String(status), "", ...series.labels, "");
      series.totals.set(status, total);
    }
    total.inc();
    if (seconds !== undefined) {
      series.duration.observe(seconds);
      series.sli.observe(seconds);
    }
    if (bytes !== undefined) series.sizes?.observe(bytes);
  }

  /** Counts a request that lasts. @returns what to call at its end */
  beginLongRunning(info: RequestInfo): () => void {
    const series = this.#seriesOf(info);
    if (series === undefined) return () => {};
    const gauge = this.#longRunning.with(...series.labels);
    gauge.inc();
    return () => gauge.inc(-1);
  }

  #seriesOf(info: RequestInfo): RequestSeries | undefined {
    const scope = scopeOf(info);
    const known = this.#series.get(info.resource);
    const found = known?.find((each) => isSameKind(each, info, scope));
    if (found !== undefined) return found;
    if (!isOfOurs(info)) return this.#seriesOf(asForeign(info));
    if (this.#count >= MAX_SERIES) return undefined;
    this.#count++;
    const series = this.#createSeries(info, scope);
    if (known === undefined) this.#series.set(info.resource, [series]);
    else known.push(series);
    return series;
  }

  #createSeries(info: RequestInfo, scope: string): RequestSeries {
    const verb = reportedVerb(info);
    const labels = [
      COMPONENT,
      info.apiGroup,
      info.resource,
      scope,
      subresourceLabel(info),
      verb,
      info.apiVersion,
    ];
    return {
      info,
      scope,
      labels,
      duration: this.#durations.with(...labels, ""),
      sli: this.#sliDurations.with(...labels),
      sizes: verb === "GET" || verb === "LIST" ? this.#sizes.with(...labels) : undefined,
      totals: new Map(),
    };
  }
}

function createFamilies(registry: MetricsRegistry, limits: InFlightLimits) {
  return {
    total: registry.register(
      new CounterFamily({
        name: "apiserver_request_total",
        help: "Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.",
        stability: "STABLE",
        labels: ["code", "dry_run", ...LABELS, "system_client"],
      }),
    ),
    durations: registry.register(
      new HistogramFamily({
        name: "apiserver_request_duration_seconds",
        help: "Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.",
        stability: "STABLE",
        labels: [...LABELS, "dry_run"],
        bounds: DURATION_BOUNDS,
      }),
    ),
    sliDurations: registry.register(
      new HistogramFamily({
        name: "apiserver_request_sli_duration_seconds",
        help: "Response latency distribution in seconds, waiting in queues and webhooks left out.",
        stability: "STABLE",
        labels: LABELS,
        bounds: DURATION_BOUNDS.slice(2),
      }),
    ),
    sizes: registry.register(
      new HistogramFamily({
        name: "apiserver_response_sizes",
        help: "Response size distribution in bytes of reads.",
        stability: "STABLE",
        labels: LABELS,
        bounds: exponentialBounds(1000, 10, 7),
      }),
    ),
    longRunning: registry.register(
      new GaugeFamily({
        name: "apiserver_longrunning_requests",
        help: "Requests under way that last as long as the client wants.",
        stability: "STABLE",
        labels: LABELS,
      }),
    ),
    handshakeErrors: registry.register(
      new CounterFamily({
        name: "apiserver_tls_handshake_errors_total",
        help: "TLS handshakes that failed.",
        stability: "ALPHA",
      }),
    ),
    inFlight: registry.register(
      new GaugeFamily(
        {
          name: "apiserver_current_inflight_requests",
          help: "Most requests under way at once since the last scrape.",
          stability: "STABLE",
          labels: ["request_kind"],
        },
        (family) => {
          const peaks = limits.takePeaks();
          family.with("readOnly").set(peaks.readOnly);
          family.with("mutating").set(peaks.mutating);
        },
      ),
    ),
  };
}

/**
 * Whether a request names what is served. Paths and methods are the client's to choose, strangers'
 * too: no series of its own for what is not, or they would fill the memory and crowd out the others.
 */
function isOfOurs(info: RequestInfo): boolean {
  if (!VERBS.has(info.verb) && info.verb !== OTHER_VERB) return false;
  if (!info.isResourceRequest) return true;
  const resource = resourceOf(info.apiGroup, info.apiVersion, info.resource);
  if (resource === undefined) return false;
  return info.subresource === "" || subresourceOf(resource, info.subresource) !== undefined;
}

/** What such a request is counted as: one for a path. */
function asForeign(info: RequestInfo): RequestInfo {
  const verb = VERBS.has(info.verb) ? info.verb : OTHER_VERB;
  const nowhere = { apiGroup: "", apiVersion: "", resource: "", subresource: "", name: "" };
  return { ...info, ...nowhere, isResourceRequest: false, verb, namespace: "", path: "" };
}

function isSameKind(series: RequestSeries, info: RequestInfo, scope: string): boolean {
  const other = series.info;
  return (
    other.verb === info.verb &&
    series.scope === scope &&
    other.subresource === info.subresource &&
    other.apiGroup === info.apiGroup &&
    other.apiVersion === info.apiVersion &&
    (info.isResourceRequest || subresourceLabel(other) === subresourceLabel(info))
  );
}

/** One object, a namespace or the cluster; empty for a path. */
function scopeOf(info: RequestInfo): string {
  if (!info.isResourceRequest) return "";
  if (info.name !== "" || info.verb === "create") return "resource";
  return info.namespace !== "" ? "namespace" : "cluster";
}

/** Paths that are worth telling apart; upstream reports them as subresources. */
const REPORTED_PATHS: ReadonlySet<string> = new Set([
  "/healthz",
  "/livez",
  "/readyz",
  "/metrics",
  "/version",
]);

function subresourceLabel(info: RequestInfo): string {
  if (info.isResourceRequest) return info.subresource;
  return REPORTED_PATHS.has(info.path) ? info.path : "";
}

/** A method that means nothing here. */
const OTHER_VERB = "other";

const VERBS: ReadonlyMap<string, string> = new Map([
  ["get", "GET"],
  ["list", "LIST"],
  ["watch", "WATCH"],
  ["create", "POST"],
  ["update", "PUT"],
  ["patch", "PATCH"],
  ["delete", "DELETE"],
  ["deletecollection", "DELETE"],
  ["post", "POST"],
  ["put", "PUT"],
  ["head", "GET"],
]);

const CONNECTING: ReadonlySet<string> = new Set(["log", "exec", "portforward", "attach", "proxy"]);

function reportedVerb(info: RequestInfo): string {
  if (CONNECTING.has(info.subresource)) return "CONNECT";
  return VERBS.get(info.verb) ?? OTHER_VERB;
}
