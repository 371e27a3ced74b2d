import { strictEqual } from "node:assert";
import { randomInt } from "node:crypto";
import { containing } from "../expectation.ts";
import type { KubectlSession } from "../kubectl-session.ts";
import { findNode, type TestNode } from "../node.ts";
import type { KubectlScenario } from "./scenario.ts";

/** Logs, commands, files and ports of pods that run. */
export const streams: KubectlScenario = {
  name: "streams",
  needsNode: true,
  async run(k) {
    const node = await findNode(k);
    if (node === undefined) return;
    await startPods(k, node);
    await logs(k);
    await commands(k);
    await files(k);
    await ports(k, node);
  },
};

const container = (name: string, image: string, script: string): string =>
  `{name: ${name}, image: ${image}, command: [sh, -c, ${JSON.stringify(script)}]}`;

const pod = (name: string, node: TestNode, more: string, containers: readonly string[]): string =>
  `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec: {nodeName: ${node.name}, terminationGracePeriodSeconds: 1, ${more}containers: [${containers.join(", ")}]}
`;

/** `talker` talks all the time, `falls` falls and is started again, `once` ends well. */
async function startPods(k: KubectlSession, node: TestNode): Promise<void> {
  const { image } = node;
  const talk = "echo first; echo problem >&2; while :; do sleep 1; echo tick; done";
  const pods = [
    pod("talker", node, "", [
      container("app", image, talk),
      container("side", image, "echo side; exec sleep 3600"),
    ]),
    pod("falls", node, "", [container("c", image, "echo run; exit 3")]),
    pod("once", node, "restartPolicy: Never, ", [container("c", image, "echo a; echo b; echo c")]),
  ];
  k.file("pods.yaml", pods.join("---\n"));
  await k.step("create -f pods.yaml", {
    out: "pod/talker created\npod/falls created\npod/once created",
  });
  await k.step("wait pod/talker --for=condition=Ready --timeout=35s", {
    out: "pod/talker condition met",
  });
  await k.eventually("get pod once -o jsonpath={.status.phase}", { out: "Succeeded" });
  await k.eventually("get pod falls -o jsonpath={.status.containerStatuses[0].restartCount}", {
    out: /^[1-9]/,
  });
}

async function logs(k: KubectlSession): Promise<void> {
  await k.step("logs once", { out: "a\nb\nc" });
  await k.step("logs once --tail=2", { out: "b\nc" });
  await k.step("logs once --tail=0", { out: "" });
  await k.step("logs once --limit-bytes=3", { out: "a\nb" });
  await k.step("logs once --timestamps --tail=1", { out: "TIME c" });
  await k.step("logs once --since=1h", { out: "a\nb\nc" });
  await k.step("logs once -f", { out: "a\nb\nc" });
  await k.step("logs talker -c side", { out: "side" });
  await k.step("logs talker -c app", { out: containing("first", "problem") });
  await k.step("logs talker --all-containers", { out: containing("first", "side") });
  await k.step("logs talker", {
    err: containing('Defaulted container "app" out of: app, side'),
    out: containing("first"),
  });
  await k.step("logs talker -c nobody", {
    code: 1,
    err: "error: container nobody is not valid for pod talker",
  });
  await k.step("logs falls --previous", { out: "run" });
  await k.step("logs talker -c app --previous", {
    code: 1,
    err: 'Error from server (BadRequest): previous terminated container "app" in pod "talker" not found',
  });
  await k.check("logs -f goes on", async () => {
    const text = await k.background("logs -f talker -c app --tail=1").lines(3);
    strictEqual(text.split("\n").filter((line) => line === "tick").length >= 2, true, text);
  });
}

async function commands(k: KubectlSession): Promise<void> {
  for (const code of [0, 1, 137]) {
    await k.step(`exec talker -c app -- sh -c 'echo out; echo err >&2; exit ${code}'`, {
      code,
      out: "out",
      err: code === 0 ? "err" : `err\ncommand terminated with exit code ${code}`,
    });
  }
  await k.step("exec talker -i -c app -- wc -c", { out: /^\s*12$/ }, { stdin: "twelve bytes" });
  const long = "0123456789".repeat(50_000);
  await k.step("exec talker -i -c app -- cat", { out: long }, { stdin: long });
  await k.step(
    "exec talker -it -c app -- cat",
    {
      out: "piped",
      err: "Unable to use a TTY - input is not a terminal or the right kind of file",
    },
    { stdin: "piped" },
  );
  await k.step("exec talker -c app -- no-such-program", {
    code: 1,
    err: containing("no-such-program"),
  });
  await k.step("exec talker -c nobody -- true", {
    code: 1,
    err: "Error from server (BadRequest): container nobody is not valid for pod talker",
  });
  await k.step("exec once -- true", {
    code: 1,
    err: "error: cannot exec into a container in a completed pod; current phase is Succeeded",
  });
  await k.step("exec nobody -- true", {
    code: 1,
    err: 'Error from server (NotFound): pods "nobody" not found',
  });
  await k.step("create role reader --verb=get,list,watch --resource=pods,pods/exec", {
    out: "role.rbac.authorization.k8s.io/reader created",
  });
  await k.step("create rolebinding reader --role=reader --user=$ns-reader", {
    out: "rolebinding.rbac.authorization.k8s.io/reader created",
  });
  // Who may read does not get a stream, whether it is asked for with GET or with POST.
  await k.step("exec talker -c app --as=$ns-reader -- true", {
    code: 1,
    err: containing(
      "Error from server (Forbidden)",
      'User "$ns-reader" cannot create resource "pods/exec" in API group "" in the namespace "$ns"',
    ),
  });
  await k.check("attach shows what is written", async () => {
    const text = await k.background("attach talker -c app").lines(1);
    strictEqual(text, "tick");
  });
}

async function files(k: KubectlSession): Promise<void> {
  const content = "line of a file\n".repeat(10_000);
  k.file("up.txt", content);
  await k.step("cp up.txt talker:/tmp/there.txt -c app");
  await k.step("exec talker -c app -- cat /tmp/there.txt", { out: content });
  await k.step("cp talker:/tmp/there.txt down.txt -c app");
  const read = "create cm x --from-file=down.txt --dry-run=client -o jsonpath={.data.down\\.txt}";
  await k.step(read, { out: content });
}

async function ports(k: KubectlSession, node: TestNode): Promise<void> {
  const port = randomInt(20_000, 30_000);
  const serve = [
    "mkdir -p /tmp/www && cd /tmp/www && echo hello > index.html",
    `busybox httpd -f -p ${port} || exec python3 -m http.server ${port}`,
  ].join("; ");
  const ready = `readinessProbe: {tcpSocket: {port: ${port}}, periodSeconds: 1}`;
  const server = container("c", node.image, serve).replace(/}$/, `, ${ready}}`);
  k.file("http.yaml", pod("http", node, "", [server]));
  await k.step("create -f http.yaml", { out: "pod/http created" });
  await k.step("wait pod/http --for=condition=Ready --timeout=35s", {
    out: "pod/http condition met",
  });
  await k.check("port-forward carries requests one by one and at once", async () => {
    await k.background(`port-forward pod/http :${port}`).during(1, async (text) => {
      const local = /:(\d+) ->/.exec(text)?.[1] ?? "";
      const ask = async (): Promise<string> => {
        const answer = await fetch(`http://127.0.0.1:${local}/`, {
          headers: { connection: "close" },
        });
        return await answer.text();
      };
      strictEqual(await ask(), "hello\n");
      const answers = await Promise.all(Array.from({ length: 10 }, ask));
      strictEqual(answers.join(""), "hello\n".repeat(10));
    });
  });
}
