import { connect } from "node:http2";
import { join } from "node:path";
import { median } from "../load.ts";
import { type Countersign, startCountersign } from "../processes.ts";
import type { BenchContext, Row } from "../table.ts";
import { NAMESPACE, prepareAccount } from "./accounts.ts";

/** Streams of one HTTP/2 connection. */
const STREAMS_PER_CONNECTION = 100;

/** From a write's answer until the last of many watchers has seen it. */
export async function measureWatch(context: BenchContext): Promise<readonly Row[]> {
  const server = await startCountersign(join(context.scratch, "watch"));
  try {
    const token = await prepareAccount(server);
    const watchers = await openWatchers(server, token, context.watchers);
    const times: number[] = [];
    for (let round = 0; round < context.rounds * 2; round++) {
      times.push(await watchers.timeOneWrite(`w-${round}`));
    }
    watchers.close();
    const ms = median(times);
    return [
      {
        name: `one write seen by ${context.watchers} watchers`,
        measured: `${ms.toFixed(1)} ms`,
        floor: "",
        bound: "< 100 ms",
        met: ms < 100,
      },
    ];
  } finally {
    await server.stop();
  }
}

async function openWatchers(server: Countersign, token: string, count: number) {
  let seen = 0;
  let allSeen = (): void => {};
  const sessions = Array.from({ length: Math.ceil(count / STREAMS_PER_CONNECTION) }, () =>
    connect(server.origin, { rejectUnauthorized: false }),
  );
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`;
  const { metadata } = (await server.call("GET", path)) as {
    metadata: { resourceVersion: string };
  };
  const opened = Array.from({ length: count }, (_, index) => {
    const session = sessions[Math.floor(index / STREAMS_PER_CONNECTION)];
    if (session === undefined) throw new Error("no session");
    const stream = session.request({
      ":path": `${path}?watch=1&resourceVersion=${metadata.resourceVersion}`,
      authorization: `Bearer ${token}`,
    });
    stream.on("data", () => {
      seen++;
      if (seen === count) allSeen();
    });
    stream.on("error", () => {});
    return new Promise<void>((resolve) => stream.on("response", () => resolve()));
  });
  await Promise.all(opened);
  return {
    timeOneWrite: async (name: string): Promise<number> => {
      seen = 0;
      const done = new Promise<void>((resolve) => {
        allSeen = resolve;
      });
      const startedAt = performance.now();
      await server.call("POST", path, { metadata: { name } });
      await done;
      return performance.now() - startedAt;
    },
    close: () => {
      for (const session of sessions) session.destroy();
    },
  };
}
