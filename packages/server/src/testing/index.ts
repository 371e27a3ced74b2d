/** For tests of what talks to a Kubernetes API: a whole server in the process, and a clock to turn. */
export { FakeClock } from "./fake-clock.ts";
export {
  FIXED_OTHER_P256_KEY,
  FIXED_P256_KEY,
  FIXED_P384_KEY,
  FIXED_P521_KEY,
  FIXED_RSA_KEY,
} from "./fixed-keys.ts";
export {
  startTestServer,
  type TestAnswer,
  type TestServer,
  type TestServerOptions,
} from "./test-server.ts";
