import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8's young generation as small as it starts, 1 MiB and its copy. V8 lets it grow to 32 MiB
 * while many pods start at once, and an agent that is then at rest would hold that for nothing. To be
 * called before there is work.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
