import { expect } from "vitest";
import type { ConfigMap, Namespace, Secret, ServiceAccount } from "../api/types.ts";
import { Client, type ResourceClient } from "../client/client.ts";
import { isNotFound } from "../client/errors.ts";
import { connectInProcess } from "../client/in-process.ts";
import {
  type ApiObject,
  CONFIG_MAPS,
  NAMESPACES,
  type ObjectKey,
  SECRETS,
  SERVICE_ACCOUNTS,
} from "../client/resource-type.ts";
import type { LogFields, Logger } from "../runtime/logger.ts";
import type { RawOptions } from "../server/options.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

/** A line of the log from `warn` up. */
export interface Complaint extends LogFields {
  readonly message: string;
}

/** A whole server under a clock of its own, seen by its admin. */
export interface ControlledServer extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly server: TestServer;
  readonly client: Client;
  readonly namespaces: ResourceClient<Namespace>;
  readonly accounts: ResourceClient<ServiceAccount>;
  readonly secrets: ResourceClient<Secret>;
  readonly configMaps: ResourceClient<ConfigMap>;
  readonly complaints: readonly Complaint[];
  /** Makes a namespace and waits until it has its account and its certificate. */
  namespace(name: string): Promise<Namespace>;
  /** Waits until the check holds, while time stands still but for what `stepMs` says. */
  until<T>(check: () => Promise<T | undefined>, stepMs?: number): Promise<T>;
}

const ADMIN = { username: "admin", groups: ["system:masters", "system:authenticated"] };
const ROUNDS = 400;

export async function startControlledServer(options: RawOptions = {}): Promise<ControlledServer> {
  const clock = new FakeClock();
  const complaints: Complaint[] = [];
  const complain = (fields: LogFields, message: string): void => {
    complaints.push({ ...fields, message });
  };
  const logger: Logger = { debug() {}, info() {}, warn: complain, error: complain };
  const server = await startTestServer({ clock, logger, options });
  const client = new Client(connectInProcess(server.server.handler, ADMIN), {
    userAgent: "test",
    exactIntegers: true,
  });
  const until: ControlledServer["until"] = async (check, stepMs = 0) => {
    for (let round = 0; round < ROUNDS; round++) {
      const found = await check();
      if (found !== undefined) return found;
      await clock.advance(stepMs);
    }
    throw new Error(`it never came to be: ${String(check)}`);
  };
  const namespaces = client.resource(NAMESPACES);
  const accounts = client.resource(SERVICE_ACCOUNTS);
  const configMaps = client.resource(CONFIG_MAPS);
  return {
    clock,
    server,
    client,
    namespaces,
    accounts,
    configMaps,
    secrets: client.resource(SECRETS),
    complaints,
    until,
    namespace: async (name) => {
      const made = await namespaces.create({ metadata: { name } });
      await until(() => find(accounts, { namespace: name, name: "default" }));
      await until(() => find(configMaps, { namespace: name, name: "kube-root-ca.crt" }));
      return made;
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      expect(clock.pending(), "timers that nobody cancelled").toBe(0);
    },
  };
}

/** The object, or undefined when there is none. */
export async function find<T extends ApiObject>(
  resource: ResourceClient<T>,
  key: ObjectKey,
): Promise<T | undefined> {
  try {
    return await resource.get(key);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** True when there is no such object, undefined when there is. */
export async function isGone<T extends ApiObject>(
  resource: ResourceClient<T>,
  key: ObjectKey,
): Promise<true | undefined> {
  return (await find(resource, key)) === undefined ? true : undefined;
}
