import type { Pod, PodSpec } from "../api/types.ts";
import { Client } from "../client/client.ts";
import { connectInProcess } from "../client/in-process.ts";
import { PODS } from "../client/resource-type.ts";
import type { Transport } from "../client/transport.ts";
import {
  type ControlledServer,
  startControlledServer,
} from "../controllers/controlled-server.fixture.ts";
import type { RawOptions } from "../server/options.ts";

/** A whole server, and the client of one of its nodes, with no more rights than a node has. */
export interface NodeOfServer extends AsyncDisposable {
  readonly server: ControlledServer;
  readonly client: Client;
  /** While it is cut off, the node's requests find no server; watches that are open stay. */
  isCutOff: boolean;
  /** While it is set, every review of a token that the node asks for says no. */
  refusesTokens: boolean;
  /** Makes a pod of the namespace `ns` that runs on the node. */
  pod(name: string, spec: Partial<PodSpec>): Promise<Pod>;
  /** Deletes it at once, as nobody else would end it. */
  deletePod(name: string): Promise<void>;
}

const NODE = "node-1";
const REFUSED_REVIEW = Buffer.from(JSON.stringify({ spec: { token: "of nobody" } }));

export async function startNodeOfServer(options: RawOptions = {}): Promise<NodeOfServer> {
  const server = await startControlledServer(options);
  await server.namespace("ns");
  await server.client.send("POST", "/api/v1/nodes", {
    body: { kind: "Node", apiVersion: "v1", metadata: { name: NODE } },
  });
  const user = {
    username: `system:node:${NODE}`,
    groups: ["system:nodes", "system:authenticated"],
  };
  const pods = server.client.resource(PODS);
  const connected = connectInProcess(server.server.server.handler, user);
  const transport: Transport = (request) => {
    if (node.isCutOff) return Promise.reject(new Error("connect ECONNREFUSED"));
    const isReview = node.refusesTokens && request.url.endsWith("/tokenreviews");
    return connected(isReview ? { ...request, body: REFUSED_REVIEW } : request);
  };
  const node: NodeOfServer = {
    server,
    client: new Client(transport, { userAgent: "test" }),
    isCutOff: false,
    refusesTokens: false,
    pod: (name, spec) =>
      pods.create({
        metadata: { name, namespace: "ns" },
        spec: { nodeName: NODE, containers: [{ name: "c", image: "host" }], ...spec },
      } as Pod),
    deletePod: (name) => pods.delete({ namespace: "ns", name }, { gracePeriodSeconds: 0 }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return node;
}
