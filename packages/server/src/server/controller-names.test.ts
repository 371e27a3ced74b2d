import { describe, expect, it } from "vitest";
import { CONTROLLER_NAMES, selectControllers } from "./controller-names.ts";
import { OptionsError } from "./options.ts";

const NAMESPACE = "namespace-controller";
const OTHERS = CONTROLLER_NAMES.filter((name) => name !== NAMESPACE);

describe("--controllers", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["all", ["*"], CONTROLLER_NAMES],
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
