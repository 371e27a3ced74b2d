import type { MountedToken, SentRequest } from "./judge.ts";

/**
 * For `sh -c`: watches the mounted token, and prints when it saw another one and what that one claims.
 * Claims are no secret without the signature, which stays where it is.
 */
export const WATCH_SCRIPT = `
last=
while :; do
  now=$(cut -d. -f2 /var/run/secrets/kubernetes.io/serviceaccount/token)
  if [ "$now" != "$last" ]; then
    echo "$(date +%s%3N) $now"
    last=$now
  fi
  sleep 0.2
done`;

/** What the script has printed. */
export function parseTokens(log: string): readonly MountedToken[] {
  return linesOf(log).map((line) => {
    const [seenAt, payload = ""] = line.split(" ");
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number };
    return { seenAt: Number(seenAt), expiresAt: exp * 1000 };
  });
}

/** What a reader has printed: `START_MS END_MS STATUS` lines among others. */
export function parseRequests(log: string): readonly SentRequest[] {
  return linesOf(log).flatMap((line) => {
    const [, startedAt, endedAt, status] = /^(\d{13}) (\d{13}) (\d{1,3})$/.exec(line) ?? [];
    if (status === undefined) return [];
    return [{ startedAt: Number(startedAt), endedAt: Number(endedAt), status: Number(status) }];
  });
}

/** Whole lines: the last one may still be on its way. */
function linesOf(log: string): readonly string[] {
  return log
    .slice(0, log.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1);
}
