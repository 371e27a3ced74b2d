import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert";
import {
  AuthenticationV1Api,
  AuthorizationV1Api,
  type V1TokenReviewStatus,
} from "@kubernetes/client-node";
import { refusal } from "./crud.ts";
import type { ClientScenario } from "./scenario.ts";

/** Tokens made with TokenRequest and judged with TokenReview. */
export const tokenReview: ClientScenario = {
  name: "tokens",
  async run({ core, config, namespace, check }) {
    const authentication = config.makeApiClient(AuthenticationV1Api);
    const review = async (
      token: string,
      audiences?: string[],
    ): Promise<V1TokenReviewStatus | undefined> => {
      const spec = { token, ...(audiences === undefined ? {} : { audiences }) };
      return (await authentication.createTokenReview({ body: { spec } })).status;
    };
    const request = async (audiences: string[], expirationSeconds = 600): Promise<string> => {
      const { status } = await core.createNamespacedServiceAccountToken({
        ...{ name: "robot", namespace },
        body: { spec: { audiences, expirationSeconds } },
      });
      ok(status?.expirationTimestamp instanceof Date);
      return status.token ?? "";
    };
    await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: "robot" } } });
    await check("a token of the API's own audience is authenticated", async () => {
      const status = await review(await request([]));
      strictEqual(status?.authenticated, true);
      strictEqual(status?.user?.username, `system:serviceaccount:${namespace}:robot`);
      deepStrictEqual(status?.user?.groups, [
        "system:serviceaccounts",
        `system:serviceaccounts:${namespace}`,
        "system:authenticated",
      ]);
    });
    await check("a foreign audience is for its owner alone", async () => {
      const token = await request(["vault"]);
      strictEqual((await review(token))?.authenticated ?? false, false);
      const status = await review(token, ["vault", "other"]);
      strictEqual(status?.authenticated, true);
      deepStrictEqual(status?.audiences, ["vault"]);
    });
    await check("what is no token is an error, not a refusal", async () => {
      const status = await review("no-token");
      strictEqual(status?.authenticated ?? false, false);
      ok((status?.error ?? "").length > 0);
    });
    await check("less than ten minutes is refused", async () => {
      await rejects(request([], 60), refusal(422, "Invalid"));
    });
    await check("a deleted account's token is refused", async () => {
      const token = await request([]);
      await core.deleteNamespacedServiceAccount({ name: "robot", namespace });
      strictEqual((await review(token))?.authenticated ?? false, false);
    });
    await check("SubjectAccessReview", async () => {
      const authorization = config.makeApiClient(AuthorizationV1Api);
      const resourceAttributes = { namespace, verb: "list", resource: "pods" };
      const allowed = async (groups: string[]): Promise<boolean | undefined> => {
        const body = { spec: { user: "ann", groups, resourceAttributes } };
        return (await authorization.createSubjectAccessReview({ body })).status?.allowed;
      };
      strictEqual(await allowed([]), false);
      strictEqual(await allowed(["system:masters"]), true);
    });
  },
};
