import { authorization } from "./authorization.ts";
import { deployments } from "./deployments.ts";
import { discovery } from "./discovery.ts";
import { everyKind } from "./every-kind.ts";
import { generators } from "./generators.ts";
import { legacyTokens } from "./legacy-tokens.ts";
import { lesson } from "./lesson.ts";
import { manyDocuments } from "./many-documents.ts";
import { pods } from "./pods.ts";
import type { KubectlScenario } from "./scenario.ts";
import { streams } from "./streams.ts";
import { tokens } from "./tokens.ts";
import { watching } from "./watching.ts";

export const KUBECTL_SCENARIOS: readonly KubectlScenario[] = [
  lesson,
  tokens,
  legacyTokens,
  pods,
  generators,
  authorization,
  manyDocuments,
  ...everyKind,
  watching,
  discovery,
  streams,
  deployments,
];
