import { spawn } from "node:child_process";
import { once } from "node:events";

/** What `jq -R FILTER` prints for an input. */
export async function runJq(jq: string, filter: string, input: string): Promise<string> {
  const child = spawn(jq, ["-R", filter], { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  child.stdin.end(input);
  await once(child, "close");
  return text;
}
