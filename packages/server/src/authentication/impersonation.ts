import { StatusError } from "../api/status-error.ts";
import type { AuthorizationAttributes, Authorizer } from "../authorization/authorizer.ts";
import { askAuthorizer, type Questions } from "../authorization/questions.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { UserInfo } from "./authenticator.ts";
import { ask, type BecomeChecks, become } from "./impersonation-checks.ts";
import type { WantedUser } from "./impersonation-headers.ts";
import { accountOfUsername, nodeOfUsername } from "./impersonation-usernames.ts";

export { parseImpersonationHeaders, type WantedUser } from "./impersonation-headers.ts";

/**
 * Impersonation: acting as somebody else for one request (`kubectl --as`).
 *
 * A requester needs the classical right, verb `impersonate` on the user, its groups, uid and extras;
 * or, in the constrained modes (KEP-5284), both `impersonate:<mode>` on these and
 * `impersonate-on:<mode>:<verb>` on what the request is about. Every mode that fits is tried,
 * constrained ones first, so that whoever has only some rights is told about the narrower ones.
 * @see apiserver pkg/endpoints/filters/impersonation
 */
export interface Impersonator {
  /**
   * The user that the request goes on as.
   * @param attributes - what the request wants to do, in its requester's own name
   * @throws StatusError 403
   */
  impersonate(
    wanted: WantedUser,
    attributes: AuthorizationAttributes,
  ): MaybePromise<ImpersonatedUser>;
}

export interface ImpersonatedUser {
  readonly user: UserInfo;
  /** `impersonate:<mode>` where a constrained mode allowed it, empty for the classical right; for the audit log. */
  readonly constraint: string;
}

interface Mode {
  readonly verb: string;
  /** Empty for the classical mode. */
  readonly name: string;
  /** Whether the mode is for such a user at all. */
  readonly fits: (wanted: WantedUser, requester: UserInfo) => boolean;
  readonly adjust: BecomeChecks["adjust"];
}

/** Requesters whose last mode is remembered; what the cache of upstream holds. */
const MAX_REQUESTERS = 10_000;
const NODE_NAME_EXTRA = "authentication.kubernetes.io/node-name";
const ASSOCIATED_KEYS_EXTRA = "authentication.kubernetes.io/associated-node-keys";

const unchanged = (question: AuthorizationAttributes): AuthorizationAttributes => question;

function onlyUsername({ uid, groups, extra }: WantedUser): boolean {
  return uid === "" && groups.length === 0 && Object.keys(extra).length === 0;
}

/** A pod's own node: its token says where it runs. */
function isAssociatedNode({ username }: WantedUser, requester: UserInfo): boolean {
  const node = nodeOfUsername(username);
  if (node === undefined || accountOfUsername(requester.username) === undefined) return false;
  const names = requester.extra[NODE_NAME_EXTRA];
  return names?.length === 1 && names[0] === node;
}

/** Questions of this mode hold for every node: no node's name, and of the extras only their keys. */
function forAnyNode(question: AuthorizationAttributes): AuthorizationAttributes {
  const keys = Object.keys(question.user.extra).sort();
  return {
    ...question,
    user: { ...question.user, extra: { [ASSOCIATED_KEYS_EXTRA]: keys } },
    name: question.verb === "impersonate:associated-node" ? "*" : question.name,
  };
}

function constrained(
  name: string,
  fits: Mode["fits"],
  adjust: BecomeChecks["adjust"] = unchanged,
): Mode {
  return { name, verb: `impersonate:${name}`, fits, adjust };
}

/** In the order in which they are tried. */
const MODES: readonly Mode[] = [
  constrained(
    "associated-node",
    (wanted, requester) => onlyUsername(wanted) && isAssociatedNode(wanted, requester),
    forAnyNode,
  ),
  constrained(
    "arbitrary-node",
    (wanted) => onlyUsername(wanted) && nodeOfUsername(wanted.username) !== undefined,
  ),
  constrained(
    "serviceaccount",
    (wanted) => onlyUsername(wanted) && accountOfUsername(wanted.username) !== undefined,
  ),
  constrained(
    "user-info",
    ({ username }) =>
      nodeOfUsername(username) === undefined && accountOfUsername(username) === undefined,
  ),
  { name: "", verb: "impersonate", fits: () => true, adjust: unchanged },
];

/** What one mode says: the user, or why not. */
function* tryMode(
  mode: Mode,
  wanted: WantedUser,
  attributes: AuthorizationAttributes,
): Questions<UserInfo | StatusError> {
  const isConstrained = mode.name !== "";
  if (isConstrained) {
    const on = { ...attributes, verb: `impersonate-on:${mode.name}:${attributes.verb}` };
    const refused = yield* ask(on, mode.adjust);
    if (refused !== undefined) return refused;
  }
  const { verb, adjust } = mode;
  return yield* become(wanted, {
    verb,
    constrained: isConstrained,
    requester: attributes.user,
    adjust,
  });
}

/** Remembers, per requester, the mode that worked last; it is tried, and its refusal shown, first. */
class LastModes {
  readonly #modes = new Map<string, Mode>();

  get(requester: string): Mode | undefined {
    return this.#modes.get(requester);
  }

  set(requester: string, mode: Mode): void {
    // Maps keep the order of insertion: the first key is the one that was set longest ago.
    this.#modes.delete(requester);
    this.#modes.set(requester, mode);
    if (this.#modes.size <= MAX_REQUESTERS) return;
    const [oldest] = this.#modes.keys();
    if (oldest !== undefined) this.#modes.delete(oldest);
  }
}

function* decide(
  wanted: WantedUser,
  attributes: AuthorizationAttributes,
  lastModes: LastModes,
): Questions<ImpersonatedUser> {
  const requester = attributes.user;
  const last = lastModes.get(requester.username);
  const order = last === undefined ? MODES : [last, ...MODES.filter((mode) => mode !== last)];
  let firstRefusal: StatusError | undefined;
  for (const mode of order) {
    if (!mode.fits(wanted, requester)) continue;
    const result = yield* tryMode(mode, wanted, attributes);
    if (result instanceof StatusError) {
      firstRefusal ??= result;
      continue;
    }
    if (mode !== last) lastModes.set(requester.username, mode);
    return { user: result, constraint: mode.name === "" ? "" : mode.verb };
  }
  // The classical mode fits everybody, so that there is a refusal.
  throw firstRefusal ?? new Error("no mode of impersonation was tried");
}

/** An impersonator that asks `authorizer`, and remembers nothing but which mode worked last. */
export function createImpersonator(authorizer: Authorizer): Impersonator {
  const lastModes = new LastModes();
  return {
    impersonate: (wanted, attributes) =>
      askAuthorizer(decide(wanted, attributes, lastModes), authorizer),
  };
}
