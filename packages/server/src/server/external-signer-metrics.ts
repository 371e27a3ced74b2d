import { CounterFamily, GaugeFamily, HistogramFamily } from "../http/metric-family.ts";
import type { MetricsRegistry } from "../http/metrics-registry.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ExternalSignerObserver } from "../tokens/external-signer/open-external-signer.ts";

const SECONDS_BOUNDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** The code of a failure that no call of gRPC gave. */
const NO_CALL = "unknown-non-grpc";

/** @see kubernetes pkg/serviceaccount/externaljwt/metrics/metrics.go */
export function createExternalSignerMetrics(
  registry: MetricsRegistry,
  clock: Pick<Clock, "now">,
): ExternalSignerObserver {
  const named = (name: string, help: string) =>
    ({ name: `apiserver_externaljwt_${name}`, help, stability: "ALPHA" }) as const;
  const fetchedAt = registry.register(
    new GaugeFamily(
      named("fetch_keys_success_timestamp", "When the keys were last fetched, in Unix seconds"),
    ),
  );
  const dataAt = registry.register(
    new GaugeFamily(
      named("fetch_keys_data_timestamp", "How old the signer says its keys are, in Unix seconds"),
    ),
  );
  const fetches = registry.register(
    new CounterFamily({
      ...named("fetch_keys_request_total", "Attempts at fetching the keys, by outcome"),
      labels: ["code"],
    }),
  );
  const signatures = registry.register(
    new CounterFamily({
      ...named("sign_request_total", "Attempts at having a token signed, by outcome"),
      labels: ["code"],
    }),
  );
  const durations = registry.register(
    new HistogramFamily({
      ...named("request_duration_seconds", "Time that calls of the external signer take"),
      labels: ["method", "code"],
      bounds: SECONDS_BOUNDS,
    }),
  );
  return {
    onCall: (method, code, seconds) => durations.with(method, code).observe(seconds),
    onFetch: (error, seconds) => {
      fetches.with(codeOf(error)).inc();
      if (seconds === undefined) return;
      fetchedAt.with().set(clock.now() / 1000);
      dataAt.with().set(seconds);
    },
    onSign: (error) => signatures.with(codeOf(error)).inc(),
  };
}

/** That of the call behind an error, however often it was wrapped. */
function codeOf(error: unknown): string {
  if (error === undefined) return "OK";
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === "SignerError" && "code" in cause) return String(cause.code);
  }
  return NO_CALL;
}
