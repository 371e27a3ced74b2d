import type { Backends } from "../registry/endpoints/node-backend.ts";
import type { BackendConnectionOptions } from "./backend-connection.ts";
import type { Config } from "./config.ts";

/** The way to nodes and pods, whose code is loaded when the first request goes it. */
export function createLazyBackends(config: Config, options: BackendConnectionOptions): Backends {
  let loaded: Promise<Backends> | undefined;
  const load = (): Promise<Backends> => {
    loaded ??= import("./backend-call.ts").then(({ createBackends }) =>
      createBackends({ ...options, isUserHeader: userHeaders(config) }),
    );
    return loaded;
  };
  return {
    callBackend: async (...call) => (await load()).callBackend(...call),
    readAgent: async (...call) => (await load()).readAgent(...call),
    openStreams: async (...call) => (await load()).openStreams(...call),
  };
}

/** Headers in which a front proxy names its users; none without a front proxy. */
function userHeaders({ requestHeader }: Config): (name: string) => boolean {
  if (requestHeader.clientCaFile === "") return () => false;
  const { usernameHeaders, uidHeaders, groupHeaders, extraHeadersPrefix } = requestHeader;
  const lower = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase());
  const names = new Set(lower([...usernameHeaders, ...uidHeaders, ...groupHeaders]));
  const prefixes = lower(extraHeadersPrefix);
  return (name) => names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
