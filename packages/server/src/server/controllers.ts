import { Client } from "../client/client.ts";
import { isAlreadyExists } from "../client/errors.ts";
import { connectInProcess } from "../client/in-process.ts";
import { SERVICE_ACCOUNTS } from "../client/resource-type.ts";
import type { Transport } from "../client/transport.ts";
import { WriteGate } from "../client/write-gate.ts";
import { createLegacyTokenTracking } from "../controllers/legacy-token-tracking.ts";
import type { Handler, TrustedUser } from "../http/exchange.ts";
import { orAborted } from "../runtime/or-aborted.ts";
import { type Runnable, runTogether } from "../runtime/task-group.ts";
import { SERVER_USER } from "./bootstrap.ts";
import { CONTROLLER_NAMES, type ControllerName, OFF_BY_DEFAULT } from "./controller-names.ts";
import type { ControllerParts } from "./controller-row.ts";
import { CONTROLLERS } from "./controller-rows.ts";
import { createSharedInformers, type SharedInformers } from "./shared-informers.ts";
import { versionDocument } from "./version.ts";

export interface ControllersOptions
  extends Omit<ControllerParts, "client" | "manager" | "informers" | "caBase64"> {
  readonly handler: Handler;
  readonly enabled: ReadonlySet<ControllerName>;
}

/**
 * So many writes of all controllers run at once. Elsewhere their clients are held back by a rate;
 * here, a thousand pods that are made at once must not keep others from being answered.
 */
const MAX_WRITES = 32;

type Connect = (user: TrustedUser) => Transport;

/** Follows collections for all controllers, and writes for those without an account of their own. */
const MANAGER: TrustedUser = {
  username: "system:kube-controller-manager",
  groups: ["system:authenticated"],
};

/**
 * The enabled controllers, and what the API server itself keeps in order, as one part that runs until
 * it is told to stop. Each speaks to the API as a client with an identity of its own.
 */
export function createControllers(options: ControllersOptions): Runnable {
  const { enabled, handler, clock, random, logger } = options;
  const caBase64 = Buffer.from(options.ca).toString("base64");
  const gate = new WriteGate(MAX_WRITES);
  const connect: Connect = (user) => gate.guard(connectInProcess(handler, user));
  const manager = managerClient(connect);
  const informers = createSharedInformers({ ...options, client: manager, caBase64 });
  const parts: Runnable[] = [];
  for (const name of enabled) {
    const { account, user, make } = CONTROLLERS[name];
    let client = manager;
    if (account !== undefined) client = accountClient(connect, account);
    else if (user !== undefined) client = userClient(connect, user);
    parts.push(make({ ...options, caBase64, client, manager, informers }));
  }
  if (enabled.size > 0) parts.push(createAccountKeeper(manager, informers, options));
  parts.push(createLegacyTokenTracking({ client: serverClient(connect), clock, random, logger }));
  return { run: (context) => runTogether([...informers.used, ...parts], context) };
}

function managerClient(connect: Connect): Client {
  return new Client(connect(MANAGER), { userAgent: managerAgent(), exactIntegers: true });
}

function userClient(connect: Connect, name: string): Client {
  const user = { username: `system:${name}`, groups: ["system:authenticated"] };
  const userAgent = `${name}/${versionDocument().gitVersion}`;
  return new Client(connect(user), { userAgent, exactIntegers: true });
}

function accountClient(connect: Connect, account: string): Client {
  const username = `system:serviceaccount:kube-system:${account}`;
  const groups = [
    "system:serviceaccounts",
    "system:serviceaccounts:kube-system",
    "system:authenticated",
  ];
  const userAgent = `${managerAgent()}/${username}`;
  return new Client(connect({ username, groups }), { userAgent, exactIntegers: true });
}

function serverClient(connect: Connect): Client {
  const userAgent = `kube-apiserver/${versionDocument().gitVersion}`;
  return new Client(connect(SERVER_USER), { userAgent, exactIntegers: true });
}

/** Field managers of real clusters are named by what stands before the slash. */
function managerAgent(): string {
  return `kube-controller-manager/${versionDocument().gitVersion}`;
}

/** Makes the accounts of the controllers, as far as they are missing, where people look for them. */
function createAccountKeeper(
  client: Client,
  informers: SharedInformers,
  { enabled, logger }: Pick<ControllersOptions, "enabled" | "logger">,
): Runnable {
  const known = informers.serviceAccounts();
  const accounts = client.resource(SERVICE_ACCOUNTS);
  const names = CONTROLLER_NAMES.filter((name) => enabled.has(name) || !OFF_BY_DEFAULT.has(name));
  const wanted = [...new Set(names.flatMap((name) => CONTROLLERS[name].account ?? []))];
  const create = async (name: string, signal: AbortSignal): Promise<void> => {
    try {
      await accounts.create({ metadata: { namespace: "kube-system", name } }, { signal });
    } catch (error) {
      if (signal.aborted || isAlreadyExists(error)) return;
      logger.error({ account: name, error }, "the account of a controller was not made");
    }
  };
  return {
    async run({ signal }) {
      await orAborted(known.synced, signal);
      const missing = wanted.filter((name) => known.lister.get("kube-system", name) === undefined);
      if (!signal.aborted) await Promise.all(missing.map((name) => create(name, signal)));
    },
  };
}
