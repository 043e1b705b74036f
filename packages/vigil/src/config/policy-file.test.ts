import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VigilError } from "@vigil/core";
import { ANONYMOUS } from "@vigil/http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPolicy, parsePolicyText } from "./policy-file.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vigil-policy-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(content: string) {
  const path = join(folder, "policy.yaml");
  writeFileSync(path, content);
  return loadPolicy(path);
}

function refusal(content: string): string {
  try {
    load(content);
  } catch (error) {
    expect(error).toBeInstanceOf(VigilError);
    return (error as VigilError).message.replace(folder, "");
  }
  return "taken";
}

describe("policy file", () => {
  it("overrides rules by name and leaves the others", () => {
    const { policy, rules, overridden } = load(`
# alarms have a role of their own
"webhook:trigger": "role:vigil_trigger or rule:admin_or_service_api"
"audit:get": [["role:reader"], "rule:admin_api"]
"goal:get_all": "@"
"action:update": ''
`);
    const may = (rule: string, ...roles: string[]) => policy.allows(rule, { ...ANONYMOUS, roles });
    expect(may("webhook:trigger", "vigil_trigger")).toBe(true);
    expect(may("audit:get", "reader")).toBe(true);
    expect(may("goal:get_all")).toBe(true);
    expect(may("action:update")).toBe(true);
    expect(may("audit:create", "reader")).toBe(false);
    expect(overridden.size).toBe(4);
    expect(rules["audit:create"]).toBe("rule:admin_api");
  });

  it("JSON is taken, and a file of comments changes nothing", () => {
    expect(load('{"audit:get": "role:x"}').overridden).toEqual(new Set(["audit:get"]));
    expect(load("# all defaults\n").overridden.size).toBe(0);
    expect(loadPolicy(undefined).overridden.size).toBe(0);
  });

  it.each([
    [
      "a misspelt name",
      '"audit:crate": "@"',
      /^\/policy\.yaml: policy rule audit:crate: .*did you mean audit:create\?/,
    ],
    [
      "no value",
      "# first\naudit:get:\n",
      /line 2, rule audit:get: seen nothing, wanted a text.*"@" lets everybody/,
    ],
    ["a sign without quotes", "audit:get: !\n", /line 1, rule audit:get: a ! without quotes.*write "!"/],
    ["the same before a rule", "audit:get: ! role:admin", /a ! without quotes/],
    ["the same in a list", "audit:get: [!]", /a ! without quotes/],
    ["an at sign without quotes", "audit:get: @\n", /line 1: not readable as YAML .*rules need quotes/],
    ["a truth value", "audit:get: true", /seen true, wanted a text/],
    ["a group of keys", "audit:\n  get: '@'", /rule audit: seen \{"get":"@"\}/],
    ["a list of the wrong things", "audit:get: [1]", /seen \[1\]/],
    ["the same name twice", '"audit:get": "@"\n"audit:get": "!"', /line 2: not readable as YAML/],
    ["a list at the top", "- role:admin", /wanted lines of the form/],
    ["a rule that can't be read", '"audit:get": "role:a and"', /policy rule audit:get, column 11/],
  ])("%s is refused", (_name, content, message) => {
    expect(refusal(content)).toMatch(message);
  });

  it("a file that is not there", () => {
    expect(() => loadPolicy(join(folder, "none.yaml"))).toThrow(/cannot read the policy file .*none\.yaml/);
  });

  it("a name from another prototype is a name like any other", () => {
    expect(Object.hasOwn(parsePolicyText('"__proto__": "@"', "p"), "__proto__")).toBe(true);
    expect(refusal('"__proto__": "@"')).toMatch(/Vigil asks no such rule/);
  });
});
