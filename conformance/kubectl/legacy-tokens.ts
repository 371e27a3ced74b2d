import { containing } from "../expectation.ts";
import type { KubectlScenario } from "./scenario.ts";

const secret = (name: string, account: string): string => `apiVersion: v1
kind: Secret
type: kubernetes.io/service-account-token
metadata:
  name: ${name}
  annotations: {kubernetes.io/service-account.name: ${account}}
`;

/** Tokens in Secrets, as before 1.24: filled in, working, and dying with their account. */
export const legacyTokens: KubectlScenario = {
  name: "legacy tokens",
  async run(k) {
    k.file("token.yaml", secret("robot-token", "robot"));
    k.file("orphan.yaml", secret("orphan-token", "nobody"));
    await k.step("create sa robot", { out: "serviceaccount/robot created" });
    await k.step("apply -f token.yaml", { out: "secret/robot-token created" });
    await k.eventually("describe secret robot-token", {
      out: containing(
        "kubernetes.io/service-account.uid: UID",
        /^Type: +kubernetes.io\/service-account-token$/m,
        /^ca.crt: +\d+ bytes$/m,
        /^namespace: +\d+ bytes$/m,
        /^token: +JWT$/m,
      ),
    });
    await k.step("get secrets", {
      out: "NAME  TYPE  DATA  AGE\nrobot-token  kubernetes.io/service-account-token  3  AGE",
    });
    const token = Buffer.from(
      await k.read("get secret robot-token -o jsonpath={.data.token}"),
      "base64",
    ).toString();
    await k.step("get --raw /api", { out: /"kind": ?"APIVersions"/ }, { token });
    await k.step(
      "get secrets",
      { code: 1, err: /User "system:serviceaccount:\$ns:robot" cannot list resource "secrets"/ },
      { token },
    );
    await k.step("apply -f orphan.yaml", { out: "secret/orphan-token created" });
    await k.eventually("get secret orphan-token", {
      code: 1,
      err: 'Error from server (NotFound): secrets "orphan-token" not found',
    });
    await k.step("delete sa robot", { out: 'serviceaccount "robot" deleted' });
    await k.eventually("get secret robot-token", {
      code: 1,
      err: 'Error from server (NotFound): secrets "robot-token" not found',
    });
    await k.step(
      "get --raw /api",
      { code: 1, err: "error: You must be logged in to the server (Unauthorized)" },
      { token },
    );
  },
};
