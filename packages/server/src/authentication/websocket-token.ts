import { failed } from "./authentication-failure.ts";
import type { AuthenticationResult, Authenticator, TokenAuthenticator } from "./authenticator.ts";
import { presentedTokenAuthenticator } from "./bearer-token.ts";

/**
 * Browsers cannot set headers on a WebSocket, so a token may come as a subprotocol:
 * `base64url.bearer.authorization.k8s.io.<base64url of the token>`, beside at least one real one.
 * @see apiserver pkg/authentication/request/websocket
 */
export const BEARER_SUBPROTOCOL_PREFIX = "base64url.bearer.authorization.k8s.io.";

const NO_OPINION: AuthenticationResult = { outcome: "no-opinion" };

/** `Connection` lists `upgrade`. @see k8s.io/streaming wsstream */
const CONNECTION_UPGRADE = /(?:^|,\s*)upgrade(?:$|\s*,)/i;

/** The subprotocols offered without the one that carries the token: what the server may choose from. */
export function realSubprotocols(header: string): readonly string[] {
  return header
    .split(",")
    .map((protocol) => protocol.trim())
    .filter((protocol) => !protocol.startsWith(BEARER_SUBPROTOCOL_PREFIX));
}

/** Presents the token of a WebSocket's subprotocol. */
export function websocketTokenAuthenticator(
  tokens: TokenAuthenticator,
  audiences: readonly string[],
): Authenticator {
  const presented = presentedTokenAuthenticator(tokens);
  return {
    authenticate(request, recorder) {
      const { upgrade, connection = "", "sec-websocket-protocol": offered } = request.headers;
      if (upgrade === undefined || offered === undefined) return NO_OPINION;
      if (upgrade.toLowerCase() !== "websocket" || !CONNECTION_UPGRADE.test(connection)) {
        return NO_OPINION;
      }
      const token = readSubprotocolToken(offered);
      if (token === undefined || typeof token !== "string") return token ?? NO_OPINION;
      return presented.authenticateToken(token, audiences, recorder);
    },
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The token, a failure, or undefined where no token is offered. */
function readSubprotocolToken(offered: string): string | AuthenticationResult | undefined {
  const encoded = offered
    .split(",")
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol.startsWith(BEARER_SUBPROTOCOL_PREFIX))
    .map((protocol) => protocol.slice(BEARER_SUBPROTOCOL_PREFIX.length));
  const [first] = encoded;
  if (first === undefined) return undefined;
  if (encoded.length > 1) return failed("multiple base64.bearer.authorization tokens specified");
  if (!/^[A-Za-z0-9_-]*$/.test(first) || first.length % 4 === 1) {
    return failed("invalid base64.bearer.authorization token encoding");
  }
  if (first === "") return undefined;
  if (realSubprotocols(offered).length === 0) return failed("missing additional subprotocol");
  try {
    return utf8.decode(Buffer.from(first, "base64url"));
  } catch {
    return failed("invalid base64.bearer.authorization token");
  }
}
