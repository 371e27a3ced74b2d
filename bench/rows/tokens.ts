import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { join } from "node:path";
import { loadHttp1, median } from "../load.ts";
import { startCountersign } from "../processes.ts";
import { type BenchContext, type Row, rateRow } from "../table.ts";
import { NAMESPACE, prepareAccount } from "./accounts.ts";
import { compare } from "./compare.ts";

const TOKEN_PATH = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/reader/token`;
/** About what a TokenRequest with its token weighs. */
const ANSWER_BYTES = 1_400;

/** Tokens issued: ES256 against the floor, RS256 against what one thread signs. */
export async function measureTokens(context: BenchContext): Promise<readonly Row[]> {
  return [await measureEcdsa(context), await measureRsa(context)];
}

function tokenRequest(origin: string, token: string) {
  return {
    origin,
    path: TOKEN_PATH,
    method: "POST" as const,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ spec: { audiences: ["vault"], expirationSeconds: 3600 } }),
  };
}

async function measureEcdsa(context: BenchContext): Promise<Row> {
  const server = await startCountersign(join(context.scratch, "es256"));
  try {
    const request = tokenRequest(server.origin, await prepareAccount(server));
    const { measured, floor } = await compare(context, request, {
      protocol: "http1",
      connections: 64,
      bodyBytes: ANSWER_BYTES,
      value: ({ requestsPerSecond }) => requestsPerSecond,
    });
    return rateRow("TokenRequest, ES256", measured, floor, 0.25);
  } finally {
    await server.stop();
  }
}

async function measureRsa(context: BenchContext): Promise<Row> {
  const server = await startCountersign(
    join(context.scratch, "rs256"),
    "--service-account-signing-algorithm=RS256",
  );
  try {
    const request = tokenRequest(server.origin, await prepareAccount(server));
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }));
    const measured: number[] = [];
    const floors: number[] = [];
    for (let round = 0; round < context.rounds; round++) {
      floors.push(rawSignatures(key, context.seconds));
      const load = await loadHttp1(request, {
        connections: 64,
        seconds: context.seconds,
        scratch: context.scratch,
      });
      if (load.failures > 0) throw new Error(`${load.failures} tokens were refused`);
      measured.push(load.requestsPerSecond);
    }
    return rateRow(
      "TokenRequest, RS256-2048, against node:crypto on one thread",
      median(measured),
      median(floors),
      0.85,
    );
  } finally {
    await server.stop();
  }
}

/** Signatures a second of one thread. */
function rawSignatures(key: KeyObject, seconds: number): number {
  const data = Buffer.alloc(900, "x");
  const startedAt = performance.now();
  let count = 0;
  while (performance.now() - startedAt < seconds * 1000) {
    sign("sha256", data, key);
    count++;
  }
  return count / ((performance.now() - startedAt) / 1000);
}
