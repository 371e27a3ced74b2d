import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Keeps the processor busy for a while. */
function spin(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test("what takes its time leaves the rest of the line for later turns, in order", async () => {
  const turns = new Turns();
  const sent: string[] = [];
  for (const name of ["a", "b", "c"]) {
    turns.add(() => {
      sent.push(name);
      spin(6);
    });
  }
  await turn();
  expect(sent).toEqual(["a"]);
  await turn();
  expect(sent).toEqual(["a", "b"]);
  await turn();
  expect(sent).toEqual(["a", "b", "c"]);
});

test("who has more to send stands behind the others", async () => {
  const turns = new Turns();
  const sent: string[] = [];
  const sender = (name: string, times: number) => (): void => {
    sent.push(name);
    if (times > 1) turns.add(sender(name, times - 1));
  };
  turns.add(sender("long", 3));
  turns.add(sender("short", 1));
  for (let count = 0; count < 3; count++) await turn();
  expect(sent).toEqual(["long", "short", "long", "long"]);
});
