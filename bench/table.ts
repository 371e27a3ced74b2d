/** What the rows of the benchmark are measured with. */
export interface BenchContext {
  /** A folder that is deleted at the end. */
  readonly scratch: string;
  readonly rounds: number;
  /** Length of one round. */
  readonly seconds: number;
  readonly listedPods: number;
  readonly watchers: number;
  /** Pods that one node is given at once. */
  readonly manyPods: number;
  /** Namespaces of the fleet, with ten accounts each. */
  readonly fleetNamespaces: number;
}

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly measured: string;
  /** What it is compared with; empty for figures that stand alone. */
  readonly floor: string;
  /** Measured over floor; undefined for figures that stand alone. */
  readonly ratio?: number;
  /** As the project promises it: `≥ 60 %`. */
  readonly bound: string;
  readonly met: boolean;
}

/** A row of a rate against its floor. `atLeast` is the promised share. */
export function rateRow(
  name: string,
  measured: number,
  floor: number,
  atLeast: number,
  unit = "/s",
): Row {
  const ratio = measured / floor;
  return {
    name,
    measured: `${formatRate(measured)}${unit}`,
    floor: `${formatRate(floor)}${unit}`,
    ratio,
    bound: `≥ ${Math.round(atLeast * 100)} %`,
    met: ratio >= atLeast,
  };
}

export function formatRate(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(1);
}

export function formatTable(rows: readonly Row[]): string {
  const lines = rows.map(({ name, measured, floor, ratio, bound, met }) => {
    const share = ratio === undefined ? "" : `${Math.round(ratio * 100)} %`;
    return `| ${name} | ${measured} | ${floor} | ${share} | ${bound} | ${met ? "yes" : "**no**"} |`;
  });
  return [
    "| what | measured | floor | share | promised | kept |",
    "|---|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}
