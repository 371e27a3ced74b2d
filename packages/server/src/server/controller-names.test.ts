import { describe, expect, it } from "vitest";
import { CONTROLLER_NAMES, OFF_BY_DEFAULT, selectControllers } from "./controller-names.ts";
import { OptionsError } from "./options.ts";

const NAMESPACE = "namespace-controller";
const ALL = CONTROLLER_NAMES.filter((name) => !OFF_BY_DEFAULT.has(name));
const OTHERS = ALL.filter((name) => name !== NAMESPACE);

describe("--controllers", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["all", ["*"], ALL],
    [
      "one that all does not stand for",
      ["*", "tokencleaner"],
      [...ALL, "token-cleaner-controller"],
    ],
    ["none", [], []],
    ["one", [NAMESPACE], [NAMESPACE]],
    ["all but one", ["*", `-${NAMESPACE}`], OTHERS],
    ["all but one, the other way round", [`-${NAMESPACE}`, "*"], OTHERS],
    ["nothing but the absence of one", [`-${NAMESPACE}`], []],
    ["one by its old name", ["csrsigning"], ["certificatesigningrequest-signing-controller"]],
    ["all but one by its old name", ["*", "-namespace"], OTHERS],
    ["the first of two that contradict each other", [NAMESPACE, `-${NAMESPACE}`], [NAMESPACE]],
  ])("%s", (_name, list, enabled) => {
    expect([...selectControllers(list)]).toEqual(enabled);
  });

  it("names every entry that is no controller", () => {
    const select = (): unknown => selectControllers(["*", "foo", "-bar", NAMESPACE]);
    expect(select).toThrow(OptionsError);
    expect(select).toThrow(/"foo" is not in the list of known controllers: .*; .*"bar"/);
  });
});
