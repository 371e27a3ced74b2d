import { afterAll, beforeAll, beforeEach } from "vitest";
import { type ControlledServer, startControlledServer } from "./controlled-server.fixture.ts";
import { type FakeKubelet, startFakeKubelet } from "./fake-kubelet.fixture.ts";

/** What the tests of one file share; there from the first of them on. */
export let server: ControlledServer;
export let kubelet: FakeKubelet;
/** Of the test that runs: each has one to itself. */
export let namespace = "";

/**
 * Has the tests of a file run against a server with these controllers and the two that namespaces
 * need. Nobody else touches what is looked at.
 * @param fate - of pods whose test does not say otherwise
 */
export function runWorkloads(controllers: readonly string[], fate: FakeKubelet["fate"]): void {
  let made = 0;
  beforeAll(async () => {
    const needed = ["serviceaccount-controller", "root-ca-certificate-publisher-controller"];
    server = await startControlledServer({ controllers: [...needed, ...controllers].join() });
    kubelet = startFakeKubelet(server);
  });
  afterAll(async () => {
    await kubelet[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    namespace = `n${++made}`;
    await server.namespace(namespace);
    kubelet.fate = fate;
    kubelet.endsPods = true;
  });
}
