import type { VigilError } from "@vigil/core";
import { describe, expect, it } from "vitest";
import { readExecutionRules } from "./execution-rules.ts";
import { configSchema } from "./settings.ts";

function rules(given?: string) {
  return readExecutionRules(configSchema.parse(given === undefined ? {} : { actionExecutionRule: given }));
}

function refusal(given: string): string {
  try {
    rules(given);
  } catch (thrown) {
    return (thrown as VigilError).message;
  }
  throw new Error("it was taken");
}

describe("rules of execution", () => {
  it("are none by default, else by the name of the strategy, whatever its case", () => {
    expect([...rules()]).toEqual([]);
    expect([...rules('{"BASIC": "ANY", "dummy": "ALWAYS"}')]).toEqual([
      ["basic", "ANY"],
      ["dummy", "ALWAYS"],
    ]);
  });

  it("name the setting and what is wrong with it", () => {
    expect(refusal('{"basic": "SOME"}')).toBe(
      'VIGIL_ACTION_EXECUTION_RULE: basic is "SOME", wanted one of ALWAYS, ANY',
    );
    expect(refusal('{"nope": "ANY"}')).toMatch(/^VIGIL_ACTION_EXECUTION_RULE: .*nope/);
    expect(refusal("{")).toMatch(/^VIGIL_ACTION_EXECUTION_RULE: seen .*strategies and ALWAYS or ANY/);
    expect(refusal("/nowhere/rules.json")).toMatch(/^VIGIL_ACTION_EXECUTION_RULE: cannot read/);
  });
});
