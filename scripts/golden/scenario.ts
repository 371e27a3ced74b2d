/**
 * Recorded scenarios as they are replayed against us: a copy in which our own prose does not count,
 * and in which steps that are known to differ do not wait long.
 */

/** A scenario as far as it is read here; `replay.py` documents the whole form. */
export interface Scenario {
  readonly name: string;
  readonly steps: readonly ScenarioStep[];
  readonly [field: string]: unknown;
}

export interface ScenarioStep {
  readonly ignore?: readonly string[];
  readonly expect?: unknown;
  readonly [field: string]: unknown;
}

/** Descriptions of table columns are our own words (docs/compatibility.md). */
const COLUMN_PROSE = "columnDefinitions.*.description";
const WATCHED_COLUMN_PROSE = `events.*.object.${COLUMN_PROSE}`;

/** The same scenario with the prose of table columns left out of what is compared. */
export function withoutProse(scenario: Scenario): Scenario {
  return { ...scenario, steps: scenario.steps.map(stepWithoutProse) };
}

function stepWithoutProse(step: ScenarioStep): ScenarioStep {
  if (step.expect === undefined) return step;
  const path = "collect" in step ? WATCHED_COLUMN_PROSE : COLUMN_PROSE;
  return {
    ...step,
    ignore: [...(step.ignore ?? []), path],
    expect: dropColumnProse(step.expect),
  };
}

/** What `replay.py` drops from an answer under the paths above, dropped from what is expected. */
function dropColumnProse(expected: unknown): unknown {
  if (!isRecord(expected)) return expected;
  const { body, events } = expected;
  return {
    ...expected,
    ...(body === undefined ? {} : { body: dropFromTable(body) }),
    ...(Array.isArray(events) ? { events: events.map(dropFromEvent) } : {}),
  };
}

function dropFromEvent(event: unknown): unknown {
  return isRecord(event) && "object" in event
    ? { ...event, object: dropFromTable(event.object) }
    : event;
}

function dropFromTable(table: unknown): unknown {
  if (!isRecord(table)) return table;
  const columns = table.columnDefinitions;
  if (!Array.isArray(columns)) return table;
  return { ...table, columnDefinitions: columns.map(withoutDescription) };
}

function withoutDescription(column: unknown): unknown {
  if (!isRecord(column)) return column;
  const { description: _, ...rest } = column;
  return rest;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How long a step that is known to differ may still wait for what will not come. */
const SHORT_WAIT_SECONDS = 0.5;

/**
 * The same scenario for a quick run.
 * @param equal - steps that are expected to be equal; the others hardly wait
 */
export function withShortWaits(scenario: Scenario, equal: ReadonlySet<number>): Scenario {
  return {
    ...scenario,
    steps: scenario.steps.map((step, index) =>
      equal.has(index) || !("until" in step || "collect" in step)
        ? step
        : { ...step, seconds: SHORT_WAIT_SECONDS },
    ),
  };
}
