import { describe, expect, test } from "vitest";
import { OutputHub, type OutputListener } from "./output-hub.ts";

async function read(listener: OutputListener): Promise<string> {
  let text = "";
  for await (const chunk of listener) text += Buffer.from(chunk).toString();
  return text;
}

describe("an output for several", () => {
  test("each gets what comes while it listens", async () => {
    const hub = new OutputHub();
    const first = read(hub.listen());
    await hub.push(Buffer.from("a"));
    const second = read(hub.listen());
    await hub.push(Buffer.from("b"));
    hub.end();
    expect([await first, await second, await read(hub.listen())]).toEqual(["ab", "b", ""]);
  });

  test("nobody listens, nobody waits", async () => {
    const hub = new OutputHub();
    await hub.push(Buffer.from("a"));
    hub.end();
  });

  test("the slowest sets the pace, until it leaves", async () => {
    const hub = new OutputHub();
    const slow = hub.listen();
    const fast = read(hub.listen());
    let pushed = 0;
    const push = (async () => {
      for (const text of ["a", "b", "c"]) {
        await hub.push(Buffer.from(text));
        pushed++;
      }
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(pushed).toBe(0);
    expect((await slow.next()).value?.toString()).toBe("a");
    await new Promise((resolve) => setImmediate(resolve));
    expect(pushed).toBe(1);
    slow.leave();
    await push;
    hub.end();
    expect([await fast, await slow.next()]).toEqual(["abc", { done: true, value: undefined }]);
  });

  test("who stops reading leaves", async () => {
    const hub = new OutputHub();
    const listener = hub.listen();
    const reading = (async () => {
      for await (const _ of listener) break;
    })();
    await hub.push(Buffer.from("a"));
    await reading;
    await hub.push(Buffer.from("b"));
    await hub.push(Buffer.from("c"));
  });
});
