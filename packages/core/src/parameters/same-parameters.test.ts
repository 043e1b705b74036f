import { describe, expect, it } from "vitest";
import type { JsonObject } from "../json.ts";
import { STRATEGIES } from "../strategies/registry.ts";
import { isSameParameters } from "./same-parameters.ts";

const SPEC: JsonObject = {
  type: "object",
  title: "Parameters",
  properties: {
    title: { type: "string", description: "called so", default: "a" },
    list: { type: "array", items: { type: "object", properties: { n: { type: "integer", title: "N" } } } },
    kind: { choice: ["a", "b"] },
  },
  required: ["kind"],
};

/** A copy with the member at the path replaced, or taken out. */
function changed(path: string, value?: unknown): JsonObject {
  const copy = structuredClone(SPEC);
  const names = path.split(".");
  const last = names.pop()!;
  const at = names.reduce<JsonObject>((object, name) => object[name] as JsonObject, copy);
  if (value === undefined) delete at[last];
  else at[last] = value as JsonObject;
  return copy;
}

describe("isSameParameters", () => {
  it.each([
    ["title", "Other"],
    ["title", undefined],
    ["description", "new"],
    ["properties.title.description", "called otherwise"],
    ["properties.list.items.properties.n.title", undefined],
  ])("%s set to %j: the same", (path, value) => {
    expect(isSameParameters(SPEC, changed(path, value))).toBe(true);
  });

  it.each([
    ["properties.title", undefined],
    ["properties.title.default", "b"],
    ["properties.title.type", "integer"],
    ["properties.description", { type: "string" }],
    ["properties.list.items.properties.n.type", "number"],
    ["properties.kind.choice", ["a"]],
    ["required", undefined],
    ["additionalProperties", false],
  ])("%s set to %j: others", (path, value) => {
    expect(isSameParameters(SPEC, changed(path, value))).toBe(false);
  });

  it("the order of members does not count, that of lists does", () => {
    const turned = Object.fromEntries(Object.entries(SPEC).toReversed());
    expect(isSameParameters(SPEC, turned)).toBe(true);
    expect(isSameParameters(SPEC, changed("properties.kind.choice", ["b", "a"]))).toBe(false);
  });

  it("every strategy asks for what itself asks for, and not for what all others do", () => {
    for (const { name, parametersSpec } of STRATEGIES) {
      expect(isSameParameters(parametersSpec, structuredClone(parametersSpec)), name).toBe(true);
    }
    expect(isSameParameters({}, SPEC)).toBe(false);
  });
});
