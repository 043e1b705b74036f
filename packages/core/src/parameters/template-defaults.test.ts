import { expect, it } from "vitest";
import { withTemplateDefaults } from "./template-defaults.ts";

it("what is given wins over the template's defaults (rest-api 6.3 rule 10)", () => {
  const defaults = { para1: 4, nested: { a: 1 } };
  expect(withTemplateDefaults(defaults, { para1: 5 })).toEqual({ para1: 5, nested: { a: 1 } });
  expect(withTemplateDefaults(defaults, { nested: {} })).toEqual({ para1: 4, nested: {} });
  expect(withTemplateDefaults(defaults, { para1: null })).toEqual({ para1: null, nested: { a: 1 } });
  expect(withTemplateDefaults(defaults, JSON.parse('{"__proto__": 1}'))).toHaveProperty(["__proto__"], 1);
});

it("absent and null mean only the template's, when it has some (rest-api 6.4)", () => {
  expect(withTemplateDefaults({ para1: 4 }, undefined)).toEqual({ para1: 4 });
  expect(withTemplateDefaults({ para1: 4 }, null)).toEqual({ para1: 4 });
  expect(withTemplateDefaults({}, undefined)).toBeUndefined();
  expect(withTemplateDefaults({}, null)).toBeNull();
});

it("what is no object is left to whoever checks it", () => {
  expect(withTemplateDefaults({ para1: 4 }, [1])).toEqual([1]);
});
