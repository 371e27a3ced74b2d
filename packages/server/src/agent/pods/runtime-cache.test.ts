import { describe, expect, it } from "vitest";
import type { ContainerState, PodRuntime, PodSandbox } from "../pod-runtime.ts";
import { RuntimeError } from "../pod-runtime.ts";
import { RuntimeCache } from "./runtime-cache.ts";

type Lists = Awaited<ReturnType<PodRuntime["list"]>>;

function sandboxOf(uid: string): PodSandbox {
  return {
    id: uid,
    uid,
    namespace: "ns",
    name: uid,
    attempt: 0,
    state: "ready",
    createdAt: 0,
    ips: [],
  };
}

/** A runtime that answers when it is told to. */
function slowRuntime() {
  const asked: PromiseWithResolvers<Lists>[] = [];
  const list = (): Promise<Lists> => {
    const answer = Promise.withResolvers<Lists>();
    asked.push(answer);
    return answer.promise;
  };
  return { cache: new RuntimeCache({ list } as Partial<PodRuntime> as PodRuntime), asked };
}

const answer = (...uids: string[]): Lists => ({ pods: uids.map(sandboxOf), containers: [] });

describe("what a runtime shows", () => {
  it("is asked for once by all who ask while it answers another", async () => {
    const { cache, asked } = slowRuntime();
    const first = cache.observe("a");
    const later = [cache.observe("b"), cache.observe("b"), cache.refresh()];
    expect(asked).toHaveLength(1);
    asked[0]?.resolve(answer("a"));
    expect((await first).sandboxes).toHaveLength(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(2);
    asked[1]?.resolve(answer("b"));
    const [one] = await Promise.all(later);
    expect(one).toMatchObject({ sandboxes: [{ uid: "b" }] });
    expect(cache.peek("a").sandboxes).toEqual([]);
    expect(cache.peek("b").sandboxes).toHaveLength(1);
  });

  it("is asked for again after a failure", async () => {
    const { cache, asked } = slowRuntime();
    const first = cache.refresh();
    const second = cache.refresh();
    asked[0]?.reject(new RuntimeError("unavailable", "no socket"));
    await expect(first).rejects.toThrow("no socket");
    await new Promise((resolve) => setImmediate(resolve));
    asked[1]?.resolve(answer("a"));
    expect((await second).size).toBe(1);
  });

  it("is sorted by pod, the newest first", async () => {
    const { cache, asked } = slowRuntime();
    const looking = cache.observe("a");
    const run = (id: string, createdAt: number, attempt: number): ContainerState => ({
      ...{ id, createdAt, attempt, podId: "a", podUid: "a", name: "c", image: "", imageId: "" },
      state: "exited",
      logPath: "",
    });
    asked[0]?.resolve({
      ...answer("a"),
      containers: [run("old", 1, 0), run("new", 2, 1), run("newest", 2, 2)],
    });
    expect((await looking).containers.map(({ id }) => id)).toEqual(["newest", "new", "old"]);
  });
});
