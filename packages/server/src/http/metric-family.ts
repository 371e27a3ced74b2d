/**
 * Counters, gauges and histograms whose recording costs an addition: a child is looked up once and
 * kept by whoever records, and no object is made per observation. Texts are made when somebody reads.
 */

/** How far upstream promises not to change a metric; printed in its help. */
export type Stability = "STABLE" | "BETA" | "ALPHA";

export interface FamilyOptions {
  readonly name: string;
  readonly help: string;
  readonly stability: Stability;
  readonly labels?: readonly string[];
}

/** One metric with all its children, as the registry prints it. */
export interface MetricFamily {
  readonly name: string;
  /** Lines of the exposition format, each with its line end; empty when there is nothing to tell. */
  render(): string;
}

/** A value that goes up. */
export interface Counter {
  inc(by?: number): void;
}

/** A value that goes both ways. */
export interface Gauge extends Counter {
  set(value: number): void;
}

/** Counts of values below bounds. */
export interface Histogram {
  observe(value: number): void;
}

/** Children above this number are not kept: a peer must not be able to fill the memory. */
const MAX_CHILDREN = 4096;

abstract class Family<Child> implements MetricFamily {
  readonly name: string;
  readonly #head: string;
  readonly #labels: readonly string[];
  readonly #children = new Map<string, { readonly text: string; readonly child: Child }>();
  #overflow: Child | undefined;

  constructor(options: FamilyOptions, type: "counter" | "gauge" | "histogram") {
    this.name = options.name;
    this.#labels = options.labels ?? [];
    this.#head = `# HELP ${options.name} [${options.stability}] ${escapeHelp(options.help)}\n# TYPE ${options.name} ${type}\n`;
  }

  /** The child with these label values, in the order of the label names. */
  with(...values: readonly string[]): Child {
    const key = values.join("\u0000");
    const known = this.#children.get(key);
    if (known !== undefined) return known.child;
    if (this.#children.size >= MAX_CHILDREN) {
      this.#overflow ??= this.create();
      return this.#overflow;
    }
    const text = this.#labels
      .map((label, index) => `${label}="${escapeValue(values[index] ?? "")}"`)
      .join(",");
    const child = this.create();
    this.#children.set(key, { text, child });
    return child;
  }

  render(): string {
    if (this.#children.size === 0) return "";
    const children = [...this.#children.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
    return this.#head + children.map(({ text, child }) => this.lines(text, child)).join("");
  }

  protected abstract create(): Child;
  /** @param labels - `a="b",c="d"` or empty */
  protected abstract lines(labels: string, child: Child): string;
}

class NumberChild implements Gauge {
  value = 0;
  inc(by = 1): void {
    this.value += by;
  }
  set(value: number): void {
    this.value = value;
  }
}

/** A family of counters. Without labels its only child exists, and is 0, from the start. */
export class CounterFamily extends Family<Counter> {
  constructor(options: FamilyOptions) {
    super(options, "counter");
    if (options.labels === undefined) this.with();
  }
  protected override create(): Counter {
    return new NumberChild();
  }
  protected override lines(labels: string, child: Counter): string {
    return valueLine(this.name, labels, child instanceof NumberChild ? child.value : 0);
  }
}

/** A family of gauges; `refresh` is called before it is printed, to set what is only known then. */
export class GaugeFamily extends Family<Gauge> {
  readonly #refresh: ((family: GaugeFamily) => void) | undefined;
  constructor(options: FamilyOptions, refresh?: (family: GaugeFamily) => void) {
    super(options, "gauge");
    this.#refresh = refresh;
  }
  override render(): string {
    this.#refresh?.(this);
    return super.render();
  }
  protected override create(): Gauge {
    return new NumberChild();
  }
  protected override lines(labels: string, child: Gauge): string {
    return valueLine(this.name, labels, child instanceof NumberChild ? child.value : 0);
  }
}

class HistogramChild implements Histogram {
  readonly bounds: readonly number[];
  /** Values up to each bound and above the one before it; the last one counts the rest. */
  readonly counts: Float64Array;
  sum = 0;
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }
  observe(value: number): void {
    let index = 0;
    while (index < this.bounds.length && value > (this.bounds[index] ?? 0)) index++;
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.sum += value;
  }
}

/** A family of histograms with the same bounds, ascending, without infinity. */
export class HistogramFamily extends Family<Histogram> {
  readonly #bounds: readonly number[];
  constructor(options: FamilyOptions & { readonly bounds: readonly number[] }) {
    super(options, "histogram");
    this.#bounds = options.bounds;
  }
  protected override create(): Histogram {
    return new HistogramChild(this.#bounds);
  }
  protected override lines(labels: string, child: Histogram): string {
    if (!(child instanceof HistogramChild)) return "";
    const prefix = labels === "" ? "" : `${labels},`;
    let text = "";
    let total = 0;
    child.counts.forEach((count, index) => {
      total += count;
      const bound = child.bounds[index];
      const le = bound === undefined ? "+Inf" : String(bound);
      text += valueLine(`${this.name}_bucket`, `${prefix}le="${le}"`, total);
    });
    return (
      text +
      valueLine(`${this.name}_sum`, labels, child.sum) +
      valueLine(`${this.name}_count`, labels, total)
    );
  }
}

/** Bounds that grow by a factor. */
export function exponentialBounds(start: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start * factor ** index);
}

function valueLine(name: string, labels: string, value: number): string {
  return labels === "" ? `${name} ${value}\n` : `${name}{${labels}} ${value}\n`;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
