import { deepStrictEqual, strictEqual } from "node:assert";
import { containing, json } from "../expectation.ts";
import { runJq } from "../jq.ts";
import type { KubectlSession } from "../kubectl-session.ts";
import { findProgram } from "../programs.ts";
import { requireProgram } from "../required.ts";
import type { KubectlScenario } from "./scenario.ts";

const POD = `apiVersion: v1
kind: Pod
metadata: {name: runner}
spec:
  serviceAccountName: robot
  containers: [{name: c, image: "registry.example/pause:1"}]
`;

const UNAUTHORIZED = {
  code: 1,
  err: "error: You must be logged in to the server (Unauthorized)",
} as const;

/** `kubectl create token` with each flag, and what becomes of the tokens. */
export const tokens: KubectlScenario = {
  name: "tokens",
  async run(k) {
    k.file("pod.yaml", POD);
    await k.step("create sa robot", { out: "serviceaccount/robot created" });
    await k.step("create -f pod.yaml", { out: "pod/runner created" });
    await k.step("create secret generic box --from-literal=a=b", { out: "secret/box created" });
    await claims(k);
    await refusals(k);
    await audiences(k);
    await bound(k);
    await damaged(k);
    await deletedAccount(k);
  },
};

async function claims(k: KubectlSession): Promise<void> {
  const token = await k.read("create token robot --duration=600s");
  const uid = await k.read("get sa robot -o jsonpath={.metadata.uid}");
  await k.check("claims of a token that lives ten minutes", () => {
    const claims = payload(token);
    strictEqual(claims.sub, `system:serviceaccount:${k.namespace}:robot`);
    strictEqual(Number(claims.exp) - Number(claims.iat), 600);
    strictEqual(claims.nbf, claims.iat);
    deepStrictEqual(claims["kubernetes.io"], {
      namespace: k.namespace,
      serviceaccount: { name: "robot", uid },
    });
  });
  await k.check("one hour unless told", async () => {
    const claims = payload(await k.read("create token robot"));
    strictEqual(Number(claims.exp) - Number(claims.iat), 3600);
  });
  const jq = findProgram("jq");
  await k.check("jq -R 'split(\".\") | .[1] | @base64d | fromjson' shows the claims", async () => {
    if (jq === undefined) return requireProgram("jq");
    const shown = await runJq(jq, 'split(".") | .[1] | @base64d | fromjson | .sub', token);
    strictEqual(shown, `"system:serviceaccount:${k.namespace}:robot"\n`);
  });
  await k.step("create token robot -o jsonpath={.kind}/{.spec.expirationSeconds}", {
    out: "TokenRequest/3600",
  });
}

async function refusals(k: KubectlSession): Promise<void> {
  await k.step("create token robot --duration=5m", {
    code: 1,
    err: containing(
      "spec.expirationSeconds: Invalid value",
      "may not specify a duration less than 10 minutes",
    ),
  });
  await k.step("create token nobody", {
    code: 1,
    err: 'error: failed to create token: serviceaccounts "nobody" not found',
  });
  await k.step("create token robot --bound-object-kind Pod --bound-object-name nobody", {
    code: 1,
    err: 'error: failed to create token: pods "nobody" not found',
  });
  const wrong = "11111111-1111-1111-1111-111111111111";
  await k.step(
    `create token robot --bound-object-kind Pod --bound-object-name runner --bound-object-uid ${wrong}`,
    {
      code: 1,
      err: 'error: failed to create token: Operation cannot be fulfilled on Pod "runner": the UID in the bound object reference (UID) does not match the UID in record. The object might have been deleted and then recreated',
    },
  );
}

async function audiences(k: KubectlSession): Promise<void> {
  const both = "--audience=https://vault.example --audience=https://other.example";
  await k.step(`create token robot ${both} -o jsonpath={.spec.audiences}`, {
    out: json(["https://vault.example", "https://other.example"]),
  });
  const token = await k.read(`create token robot ${both}`);
  await k.check("aud names every audience asked for", () => {
    deepStrictEqual(payload(token).aud, ["https://vault.example", "https://other.example"]);
  });
  await k.step("get pods", UNAUTHORIZED, { token });
  const own = await k.read("create token robot");
  await k.step("get --raw /api", { out: /"kind": ?"APIVersions"/ }, { token: own });
  await whoami(k, own);
}

async function whoami(k: KubectlSession, token: string): Promise<void> {
  if (k.kubectl.minor < 28) {
    // It knows the alpha and beta versions of the API alone, which 1.36 no longer has.
    await k.step(
      "auth whoami",
      { code: 1, err: /^error: the selfsubjectreviews API is not enabled in the cluster/ },
      { token },
    );
    return;
  }
  await k.step(
    "auth whoami",
    {
      out: containing(
        "Username  system:serviceaccount:$ns:robot",
        "Groups  [system:serviceaccounts system:serviceaccounts:$ns system:authenticated]",
        "Extra: authentication.kubernetes.io/credential-id  [JTI=UID]",
      ),
    },
    { token },
  );
}

async function bound(k: KubectlSession): Promise<void> {
  const podUid = await k.read("get pod runner -o jsonpath={.metadata.uid}");
  const forPod = await k.read(
    `create token robot --bound-object-kind Pod --bound-object-name runner --bound-object-uid ${podUid}`,
  );
  const forSecret = await k.read(
    "create token robot --bound-object-kind Secret --bound-object-name box",
  );
  await k.check("the claims name the pod", () => {
    const { pod } = payload(forPod)["kubernetes.io"] as { pod: unknown };
    deepStrictEqual(pod, { name: "runner", uid: podUid });
  });
  for (const token of [forPod, forSecret]) {
    await k.step("get --raw /api", { out: /"kind": ?"APIVersions"/ }, { token });
  }
  await k.step("delete secret box", { out: 'secret "box" deleted' });
  await k.eventually("get --raw /api", UNAUTHORIZED, { token: forSecret });
  await k.step("delete pod runner --grace-period=0 --force", {
    out: 'pod "runner" force deleted',
    err: /^Warning: Immediate deletion does not wait/,
  });
  await k.eventually("get --raw /api", UNAUTHORIZED, { token: forPod });
}

/** Expiry has to be waited for, so it is left to the clock of the unit tests. */
async function damaged(k: KubectlSession): Promise<void> {
  const token = await k.read("create token robot");
  const [header = "", body = "", signature = ""] = token.split(".");
  const forged = Buffer.from(
    JSON.stringify({ ...payload(token), sub: "system:serviceaccount:kube-system:default" }),
  ).toString("base64url");
  const unsigned = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
  const swapped = signature.startsWith("A") ? "B" : "A";
  for (const damagedToken of [
    `${header}.${forged}.${signature}`,
    `${header}.${body}.${swapped}${signature.slice(1)}`,
    `${unsigned}.${body}.`,
    "no-token-at-all",
  ]) {
    await k.step("get --raw /api", UNAUTHORIZED, { token: damagedToken });
  }
}

async function deletedAccount(k: KubectlSession): Promise<void> {
  const token = await k.read("create token robot");
  await k.step("delete sa robot", { out: 'serviceaccount "robot" deleted' });
  await k.eventually("get --raw /api", UNAUTHORIZED, { token });
  await k.step("create sa robot", { out: "serviceaccount/robot created" });
  // The same name is not the same account.
  await k.step("get --raw /api", UNAUTHORIZED, { token });
}

function payload(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<
    string,
    unknown
  >;
}
