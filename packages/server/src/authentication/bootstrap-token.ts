import { timingSafeEqual } from "node:crypto";
import {
  BOOTSTRAP_TOKEN_PREFIX,
  BOOTSTRAP_TOKEN_TYPE,
  bootstrapTokenData,
  bootstrapTokenLeftMs,
} from "../api/bootstrap-token-secret.ts";
import type { KubeObject } from "../api/object.ts";
import type { Secret } from "../api/types.ts";
import type { Clock } from "../runtime/clock.ts";
import type { AuthenticationResult, TokenAuthenticator } from "./authenticator.ts";

export interface BootstrapTokenDependencies {
  /** A Secret of kube-system. */
  readonly secretOf: (name: string) => Readonly<KubeObject> | undefined;
  readonly clock: Clock;
}

/** Whoever holds any bootstrap token is in this group. */
export const BOOTSTRAPPERS = "system:bootstrappers";

const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const EXTRA_GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

const NO_OPINION: AuthenticationResult = { outcome: "no-opinion" };

/**
 * Knows nodes that want to join by tokens in Secrets `bootstrap-token-<id>`. Whatever is wrong with
 * a token or its Secret, nothing is said: others may know it.
 * @see kubernetes plugin/pkg/auth/authenticator/token/bootstrap/bootstrap.go
 */
export function bootstrapTokenAuthenticator({
  secretOf,
  clock,
}: BootstrapTokenDependencies): TokenAuthenticator {
  return {
    authenticateToken(token) {
      const [, id = "", password = ""] = TOKEN.exec(token) ?? [];
      if (id === "") return NO_OPINION;
      const secret = secretOf(`${BOOTSTRAP_TOKEN_PREFIX}${id}`) as Secret | undefined;
      if (secret === undefined || !isGood(secret, id, password, clock.now())) return NO_OPINION;
      const groups = groupsOf(secret);
      if (groups === undefined) return NO_OPINION;
      const user = { username: `system:bootstrap:${id}`, uid: "", groups, extra: {} };
      return { outcome: "authenticated", user, audiences: [] };
    },
  };
}

function isGood(secret: Secret, id: string, password: string, now: number): boolean {
  return (
    secret.metadata.deletionTimestamp === undefined &&
    secret.type === BOOTSTRAP_TOKEN_TYPE &&
    isSame(bootstrapTokenData(secret, "token-secret"), password) &&
    bootstrapTokenData(secret, "token-id") === id &&
    bootstrapTokenLeftMs(secret, now) > 0 &&
    bootstrapTokenData(secret, "usage-bootstrap-authentication") === "true"
  );
}

/** In a time that does not tell how much of it is right. */
function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Sorted; undefined when one of them is no group of bootstrappers. */
function groupsOf(secret: Secret): readonly string[] | undefined {
  const text = bootstrapTokenData(secret, "auth-extra-groups");
  const extra = text === "" ? [] : text.split(",");
  if (!extra.every((group) => EXTRA_GROUP.test(group))) return undefined;
  return [...new Set([BOOTSTRAPPERS, ...extra])].sort();
}
