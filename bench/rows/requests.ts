import { join } from "node:path";
import type { LoadRequest } from "../load.ts";
import { startCountersign } from "../processes.ts";
import { type BenchContext, type Row, rateRow } from "../table.ts";
import { NAMESPACE, prepareAccount } from "./accounts.ts";
import { compare } from "./compare.ts";

/** Reads and reviews with a token that the server has seen before. */
export async function measureRequests(context: BenchContext): Promise<readonly Row[]> {
  const server = await startCountersign(join(context.scratch, "requests"));
  try {
    const token = await prepareAccount(server);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/reader`;
    const account = JSON.stringify(await server.call("GET", path));
    const get: LoadRequest = { origin: server.origin, path, method: "GET", headers };
    const tokenReview: LoadRequest = {
      origin: server.origin,
      path: "/apis/authentication.k8s.io/v1/tokenreviews",
      method: "POST",
      headers,
      body: JSON.stringify({ spec: { token } }),
    };
    const accessReview: LoadRequest = {
      origin: server.origin,
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      method: "POST",
      headers,
      body: JSON.stringify({
        spec: { resourceAttributes: { namespace: NAMESPACE, verb: "list", resource: "pods" } },
      }),
    };
    const rows: Row[] = [];
    const measure = async (
      name: string,
      request: LoadRequest,
      protocol: "http1" | "http2",
      bodyBytes: number,
      atLeast: number,
    ): Promise<void> => {
      const { measured, floor } = await compare(context, request, {
        protocol,
        connections: 64,
        bodyBytes,
        value: ({ requestsPerSecond }) => requestsPerSecond,
      });
      rows.push(rateRow(name, measured, floor, atLeast));
    };
    await measure("GET one account, HTTP/1.1", get, "http1", account.length, 0.6);
    await measure("GET one account, HTTP/2", get, "http2", account.length, 0.6);
    await measure("TokenReview of a known token", tokenReview, "http1", 1_700, 0.5);
    await measure("SelfSubjectAccessReview", accessReview, "http1", 700, 0.5);
    return rows;
  } finally {
    await server.stop();
  }
}
