import { realClock } from "../runtime/clock.ts";
import { createMemoryStorage } from "./memory.ts";
import { describeStorage } from "./storage.suite.ts";

describeStorage("memory", async () => createMemoryStorage({ clock: realClock }), { runs: 300 });
