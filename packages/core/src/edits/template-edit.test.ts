import { describe, expect, it } from "vitest";
import { VigilError } from "../errors.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type PatchOperation, readPatch } from "./json-patch.ts";
import {
  checkDefaultParameters,
  checkStrategyOfGoal,
  patchTemplate,
  readTemplate,
  type TemplateFields,
} from "./template-edit.ts";

const STORED: TemplateFields = {
  name: "nightly",
  description: "every night",
  goal: "goal-uuid",
  strategy: "strategy-uuid",
  scope: [{ compute: [{ availability_zones: [{ name: "a" }] }] }],
  defaultParameters: {},
};
const WITH_DEFAULTS: TemplateFields = { ...STORED, defaultParameters: { para1: 4 } };

const replace = (path: string, value: JsonValue): PatchOperation => ({ op: "replace", path, value });
const remove = (path: string): PatchOperation => ({ op: "remove", path });
const patched = (stored: TemplateFields, ...operations: PatchOperation[]) =>
  patchTemplate(stored, readPatch(operations as unknown as JsonValue)).fields;

function refusal(call: () => unknown): { kind: string; message: string } {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(VigilError);
    return error as VigilError;
  }
  throw new Error("it was accepted");
}

describe("readTemplate (rest-api 5.2)", () => {
  const read = (over: JsonObject) => readTemplate({ name: "n", goal: "dummy", ...over });

  it("null is the same as absent, and each has its default", () => {
    const plain = {
      name: "n",
      description: null,
      goal: "dummy",
      strategy: null,
      scope: [],
      defaultParameters: {},
    };
    expect(read({})).toEqual(plain);
    expect(read({ description: null, strategy: null, scope: null, default_parameters: null })).toEqual(plain);
    expect(read({ description: "", name: "ü😀".repeat(31) })).toMatchObject({ description: "" });
  });

  it.each<[JsonObject, string]>([
    [{ name: null }, "Invalid input for field/attribute name. Value: 'None'. Mandatory field missing."],
    [{ name: "" }, "minimum of 1"],
    [{ name: "x".repeat(64) }, "maximum of 63 characters"],
    [{ name: 5 }, "Invalid input for field/attribute name. Value: '5'. Wrong type"],
    [{ name: "a\0" }, "U+0000"],
    [{ name: "\ud800" }, "surrogate"],
    [{ goal: null }, "Mandatory field missing."],
    [{ goal: ["dummy"] }, "attribute goal. Value: '<list>'"],
    [{ strategy: {} }, "attribute strategy. Value: '<object>'"],
    [{ description: "x".repeat(256) }, "maximum of 255 characters"],
    [{ scope: [{}] }, "Invalid scope: "],
    [{ default_parameters: [] }, "attribute default_parameters. Value: '<list>'"],
  ])("refuses %j", (over, text) => {
    const error = refusal(() => read(over));
    expect(error.kind).toBe("invalid-input");
    expect(error.message).toContain(text);
  });
});

describe("patchTemplate (rest-api 5.4)", () => {
  it("changes each member that may be patched", () => {
    const wanted: TemplateFields = {
      name: "other",
      description: null,
      goal: "dummy",
      strategy: null,
      scope: [],
      defaultParameters: {},
    };
    const operations = [
      replace("/name", "other"),
      remove("/description"),
      { op: "add" as const, path: "/goal", value: "dummy" },
      remove("/strategy"),
      remove("/scope"),
      remove("/default_parameters"),
    ];
    expect(patched(WITH_DEFAULTS, ...operations)).toEqual(wanted);
    expect(patched(STORED, replace("/scope/0/compute/0/availability_zones/0/name", "b")).scope).toEqual([
      { compute: [{ availability_zones: [{ name: "b" }] }] },
    ]);
    expect(patched(STORED)).toEqual(STORED);
  });

  it("goal and name can't be taken away, not even for a moment", () => {
    for (const member of ["goal", "name"]) {
      const expected = {
        kind: "invalid-input",
        message: `Cannot remove '${member}' attribute from an audit template`,
      };
      expect(refusal(() => patched(STORED, remove(`/${member}`)))).toMatchObject(expected);
      expect(refusal(() => patched(STORED, replace(`/${member}`, null)))).toMatchObject(expected);
      expect(
        refusal(() => patched(STORED, remove(`/${member}`), replace(`/${member}`, "dummy"))),
      ).toMatchObject(expected);
    }
  });

  it.each([
    [replace("/uuid", "x"), "'/uuid' is an internal attribute and can not be updated"],
    [remove("/created_at"), "'/created_at' is an internal attribute and can not be updated"],
    [replace("/links/0", "x"), "'/links/0' is an internal attribute and can not be updated"],
    [replace("/goal_uuid", "x"), "'/goal_uuid' is an internal attribute and can not be updated"],
    [
      { op: "add" as const, path: "/color", value: 1 },
      "Adding a new attribute (/color) to the root of  the resource is not allowed",
    ],
    [replace("/color", 1), "Couldn't apply patch '"],
    [replace("/name", 5), "attribute name. Value: '5'"],
    [replace("/name", "x".repeat(64)), "maximum of 63"],
    [replace("/description", "x".repeat(256)), "maximum of 255"],
    [replace("/goal", 5), "attribute goal"],
    [replace("/strategy", []), "attribute strategy"],
    [replace("/scope", {}), "Invalid scope: "],
    [replace("/scope/0", {}), "Invalid scope: "],
    [replace("/default_parameters", 5), "attribute default_parameters"],
  ])("refuses %j", (operation, text) => {
    const error = refusal(() => patched(STORED, operation));
    expect(error.kind).toBe("invalid-input");
    expect(error.message).toContain(text);
  });

  it("default parameters must come anew with another goal or strategy", () => {
    const conflict = {
      kind: "conflict",
      message:
        "Updating goal or strategy on a template that has default_parameters requires providing updated default_parameters in the same request",
    };
    for (const operation of [replace("/goal", "x"), replace("/strategy", "x"), remove("/strategy")]) {
      expect(refusal(() => patched(WITH_DEFAULTS, operation))).toMatchObject(conflict);
      expect(patched(STORED, operation)).toBeDefined();
      const parameters = replace("/default_parameters", { period: 5 });
      expect(patched(WITH_DEFAULTS, operation, parameters).defaultParameters).toEqual({ period: 5 });
    }
    expect(patched(WITH_DEFAULTS, replace("/name", "x")).defaultParameters).toEqual({ para1: 4 });
    expect(
      patched(WITH_DEFAULTS, replace("/goal", "x"), replace("/default_parameters/para1", 5))
        .defaultParameters,
    ).toEqual({ para1: 5 });
  });

  it("what was stored under other rules stays when the patch is about something else", () => {
    const old = { ...STORED, name: "x".repeat(80), scope: [{ other: [] }] };
    expect(patched(old, replace("/description", "new"))).toEqual({ ...old, description: "new" });
  });
});

describe("checkDefaultParameters", () => {
  it("none are always fine", () => {
    expect(() => checkDefaultParameters(null, {})).not.toThrow();
    expect(() => checkDefaultParameters("host_maintenance", {})).not.toThrow();
    expect(() => checkDefaultParameters("dummy", { para1: 4 })).not.toThrow();
  });

  it.each<[string | null, JsonObject, string]>([
    [null, { a: 1 }, "default_parameters requires a strategy to be specified"],
    ["dummy", { a: 1 }, "Invalid default_parameters for strategy: Audit parameter a are not allowed"],
    ["dummy", { para1: "x" }, 'Invalid default_parameters for strategy: para1: "x" must be number'],
    ["dummy_with_resize", { a: 1 }, "Invalid default_parameters for strategy: "],
  ])("%s, %j: %s", (strategy, parameters, text) => {
    const error = refusal(() => checkDefaultParameters(strategy, parameters));
    expect(error.kind).toBe("invalid-input");
    expect(error.message).toContain(text);
  });
});

it("a strategy of another goal is refused with those that would do", () => {
  expect(() => checkStrategyOfGoal("basic", "server_consolidation", ["basic", "other"])).not.toThrow();
  expect(refusal(() => checkStrategyOfGoal("basic", "dummy", ["dummy", "dummy_with_resize"]))).toMatchObject({
    kind: "invalid-input",
    message:
      "'basic' strategy does not relate to the 'dummy' goal. Possible choices: dummy, dummy_with_resize",
  });
});
