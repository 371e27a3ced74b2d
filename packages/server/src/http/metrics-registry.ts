import type { ApiResponse } from "./exchange.ts";
import type { MetricFamily } from "./metric-family.ts";

/** As a real server labels its metrics. */
const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/** What `/metrics` shows. */
export class MetricsRegistry {
  readonly #families = new Map<string, MetricFamily>();
  #processMetrics: Promise<() => Promise<string>> | undefined;

  /** @throws Error when the name is taken */
  register<F extends MetricFamily>(family: F): F {
    if (this.#families.has(family.name)) throw new Error(`metric ${family.name} exists already`);
    this.#families.set(family.name, family);
    return family;
  }

  /** Families in the order of their names. */
  render(): string {
    const names = [...this.#families.keys()].sort();
    return names.map((name) => this.#families.get(name)?.render() ?? "").join("");
  }

  /** The answer to `GET /metrics`: ours, and those of process and runtime. */
  async respond(): Promise<ApiResponse> {
    this.#processMetrics ??= loadProcessMetrics();
    const processMetrics = await this.#processMetrics;
    return {
      status: 200,
      headers: { "content-type": CONTENT_TYPE },
      body: this.render() + (await processMetrics()),
    };
  }
}

/**
 * `process_*` and `nodejs_*` come from prom-client, which is loaded by the first scrape: a server
 * that nobody scrapes does not pay the 20 to 80 ms.
 */
async function loadProcessMetrics(): Promise<() => Promise<string>> {
  const { Registry, collectDefaultMetrics } = await import("prom-client");
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return () => registry.metrics();
}
