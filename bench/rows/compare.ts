import { startFloor } from "../floor.ts";
import { type LoadRequest, type LoadResult, loadHttp1, loadHttp2, median } from "../load.ts";
import type { BenchContext } from "../table.ts";

export interface Comparison {
  readonly measured: number;
  readonly floor: number;
}

export interface CompareOptions {
  readonly protocol: "http1" | "http2";
  readonly connections: number;
  /** Size of the floor's body: that of our answer. */
  readonly bodyBytes: number;
  readonly value: (result: LoadResult) => number;
}

/** Measures ours and the floor in alternating rounds. @throws when an answer was no success */
export async function compare(
  context: BenchContext,
  request: LoadRequest,
  options: CompareOptions,
): Promise<Comparison> {
  const floor = await startFloor(context.scratch, options.bodyBytes);
  const measured: number[] = [];
  const floors: number[] = [];
  const load = (target: LoadRequest): Promise<LoadResult> =>
    options.protocol === "http2"
      ? loadHttp2(target, { seconds: context.seconds, scratch: context.scratch })
      : loadHttp1(target, {
          connections: options.connections,
          seconds: context.seconds,
          scratch: context.scratch,
        });
  try {
    await load(request);
    for (let round = 0; round < context.rounds; round++) {
      floors.push(options.value(await load({ ...request, origin: floor.origin })));
      const result = await load(request);
      if (result.failures > 0) throw new Error(`${result.failures} answers were no success`);
      measured.push(options.value(result));
    }
  } finally {
    await floor.process.stop();
  }
  return { measured: median(measured), floor: median(floors) };
}
