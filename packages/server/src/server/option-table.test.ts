import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  CONFIGURATION_FILE,
  formatConfigurationPage,
} from "../../../../scripts/generate-configuration.ts";
import { variableOf } from "./option-row.ts";
import { OPTION_ROWS } from "./option-table.ts";
import { resolveOptions } from "./options.ts";

it("docs/configuration.md is up to date (npm run generate)", () => {
  expect(readFileSync(CONFIGURATION_FILE, "utf8")).toBe(formatConfigurationPage());
});

it("names each option once", () => {
  const names = OPTION_ROWS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.map(variableOf)).toEqual(names.map(() => expect.stringMatching(/^[A-Z0-9_]+$/)));
});

it("has defaults of the type of their option", () => {
  expect(resolveOptions({ flags: {}, environment: {}, file: {} }).size).toBe(OPTION_ROWS.length);
});
