import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../json.ts";
import {
  applyPatch,
  PATCH_OPERATIONS_MAX,
  PATCH_PATH_LENGTH_MAX,
  type PatchOperation,
  readPatch,
} from "./json-patch.ts";

/** rest-api 9: form of patches, and their application. */

const refusal = (body: unknown): string => {
  try {
    readPatch(body as JsonValue);
  } catch (thrown) {
    expect(thrown).toMatchObject({ name: "VigilError", kind: "invalid-input" });
    return (thrown as Error).message;
  }
  throw new Error("nothing was refused");
};

const add = { op: "add", path: "/name", value: 1 };

describe("rest-api 9: the form of a patch", () => {
  test.each([{}, null, "text", 5, true])("a body that is no array is refused: %j", (body) => {
    expect(refusal(body)).toMatch(/^Invalid input for field\/attribute patch\. Value: '.*'\. Wrong type\./);
  });

  test.each([null, 5, "x", []])("an operation that is no object is refused: %j", (item) => {
    expect(refusal([item])).toContain("Expected objects {op, path, value}");
  });

  test("[] is a patch", () => {
    expect(readPatch([])).toEqual([]);
  });

  test.each(["move", "copy", "test", "", 5, null, ["add"]])("op %j is refused", (op) => {
    expect(refusal([{ ...add, op }])).toMatch(
      /^Invalid input for field\/attribute op\. Value: '.*'\. Value should be one of: add, remove, replace$/,
    );
  });

  test("a missing op or path is named", () => {
    expect(refusal([{ path: "/a", value: 1 }])).toContain(
      "field/attribute op. Value: 'null'. Mandatory field missing.",
    );
    expect(refusal([{ op: "add", value: 1 }])).toContain(
      "field/attribute path. Value: 'null'. Mandatory field missing.",
    );
  });

  test("a further member is refused by its name", () => {
    expect(refusal([{ ...add, from: "/b" }])).toBe("Unknown attribute for argument patch: from");
    expect(refusal(JSON.parse('[{"op":"add","path":"/a","value":1,"__proto__":2}]'))).toBe(
      "Unknown attribute for argument patch: __proto__",
    );
  });

  test.each([
    "",
    "/",
    "name",
    "/a/",
    "//a",
    "/a~1b",
    "/a.b",
    "/a b",
    "/a\n",
    5,
    null,
    `/${"a".repeat(PATCH_PATH_LENGTH_MAX)}`,
  ])("path %j is refused", (path) => {
    expect(refusal([{ ...add, path }])).toContain("field/attribute path.");
  });

  test.each(["/name", "/parameters/para1", "/scope/0/compute", "/a-b_c", "/größe", "/__proto__"])(
    "path %j is one",
    (path) => {
      expect(readPatch([{ ...add, path }])).toEqual([{ ...add, path }]);
    },
  );

  test.each(["add", "replace"])("%s without value is refused, null is a value", (op) => {
    expect(refusal([{ op, path: "/a" }])).toBe("'add' and 'replace' operations needs value");
    expect(readPatch([{ op, path: "/a", value: null }])).toEqual([{ op, path: "/a", value: null }]);
  });

  test("remove needs no value and loses one that is given", () => {
    expect(readPatch([{ op: "remove", path: "/a", value: 7 }])).toEqual([{ op: "remove", path: "/a" }]);
  });

  test("too many operations, too deep values and what PostgreSQL can't hold are refused", () => {
    expect(refusal(new Array(PATCH_OPERATIONS_MAX + 1).fill(add))).toContain("at most 1000 are taken");
    let deep: JsonValue = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(refusal([{ ...add, value: deep }])).toContain("nested deeper than 64 levels");
    expect(refusal([{ ...add, path: deep }])).toContain("Value: '...'");
    for (const value of ["a\0", "\ud800", [{ a: ["\0"] }], { "\0": 1 }]) {
      expect(refusal([{ ...add, value }])).toContain("can't be stored");
    }
  });
});

const DOCUMENT: JsonObject = {
  name: "n",
  interval: null,
  parameters: { list: [1, 2], inner: { a: 1 } },
  scope: [],
};

const patched = (...operations: PatchOperation[]) => applyPatch(DOCUMENT, operations);

describe("rest-api 9: applying a patch", () => {
  test("an unknown member of the root can't be added, replaced or removed", () => {
    expect(() => patched({ op: "add", path: "/other", value: 1 })).toThrow(
      "Adding a new attribute (/other) to the root of  the resource is not allowed",
    );
    expect(() => patched({ op: "replace", path: "/other", value: 1 })).toThrow(
      `Couldn't apply patch '{"op":"replace","path":"/other","value":1}'. Reason: can't replace a non-existent object 'other'`,
    );
    expect(() => patched({ op: "remove", path: "/other" })).toThrow(
      "Reason: can't remove a non-existent object 'other'",
    );
    expect(() => patched({ op: "add", path: "/other/inner", value: 1 })).toThrow(
      "Reason: member 'other' not found",
    );
    for (const path of ["/__proto__", "/constructor", "/toString"]) {
      expect(() => patched({ op: "replace", path, value: 1 })).toThrow("Couldn't apply patch");
    }
  });

  test("remove sets a member of the root to null, which can then be set again", () => {
    expect(patched({ op: "remove", path: "/name" })).toEqual({ ...DOCUMENT, name: null });
    expect(patched({ op: "remove", path: "/name" }, { op: "replace", path: "/name", value: "m" }).name).toBe(
      "m",
    );
  });

  test("operations go in order, on a copy", () => {
    const value = { x: 1 };
    const result = patched(
      { op: "add", path: "/parameters/new", value },
      { op: "replace", path: "/parameters/new/x", value: 2 },
      { op: "remove", path: "/parameters/inner/a" },
    );
    expect(result.parameters).toEqual({ list: [1, 2], inner: {}, new: { x: 2 } });
    expect(value).toEqual({ x: 1 });
    expect(DOCUMENT.parameters).toEqual({ list: [1, 2], inner: { a: 1 } });
  });

  test.each([
    ["add", "/parameters/list/0", [9, 1, 2]],
    ["add", "/parameters/list/2", [1, 2, 9]],
    ["add", "/parameters/list/-", [1, 2, 9]],
    ["replace", "/parameters/list/1", [1, 9]],
    ["remove", "/parameters/list/0", [2]],
  ] as const)("items of lists: %s %s", (op, path, list) => {
    expect(patched(op === "remove" ? { op, path } : { op, path, value: 9 }).parameters).toMatchObject({
      list,
    });
  });

  test.each([
    ["add", "/parameters/list/3", "can't insert outside of list"],
    ["replace", "/parameters/list/2", "can't replace outside of list: it has 2 items"],
    ["remove", "/parameters/list/-", "'-' is not a valid sequence index"],
    ["add", "/parameters/list/01", "'01' is not a valid sequence index"],
    ["add", "/parameters/list/length", "'length' is not a valid sequence index"],
    ["replace", "/parameters/none", "can't replace a non-existent object 'none'"],
    ["add", "/name/x", "'name' is neither an object nor a list"],
    ["add", "/name/0/x", "member '0' not found"],
    ["add", "/interval/x", "'interval' is neither an object nor a list"],
    ["add", "/parameters/constructor/prototype/x", "member 'constructor' not found"],
  ] as const)("%s %s: %s", (op, path, reason) => {
    expect(() => patched(op === "remove" ? { op, path } : { op, path, value: 9 })).toThrow(
      `Reason: ${reason}`,
    );
  });

  test("__proto__ is a member like any other", () => {
    const result = patched(
      { op: "add", path: "/parameters/__proto__", value: { polluted: true } },
      { op: "add", path: "/parameters/__proto__/more", value: 1 },
    );
    expect(JSON.stringify(result.parameters)).toContain('"__proto__":{"polluted":true,"more":1}');
    expect(Object.getPrototypeOf(result.parameters)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

/** The same on an immutable tree of entries, told from the definition alone; undefined: refused. */
function model(
  node: JsonValue,
  names: string[],
  operation: PatchOperation,
  isRoot: boolean,
): JsonValue | undefined {
  const [name, ...rest] = names as [string, ...string[]];
  if (Array.isArray(node)) {
    const at = name === "-" && rest.length === 0 && operation.op === "add" ? node.length : Number(name);
    if (!/^(0|[1-9]\d*|-)$/.test(name) || Number.isNaN(at)) return undefined;
    if (rest.length > 0) {
      const inner = at < node.length ? model(node[at]!, rest, operation, false) : undefined;
      return inner === undefined ? undefined : node.map((item, index) => (index === at ? inner : item));
    }
    if (operation.op === "add")
      return at > node.length ? undefined : [...node.slice(0, at), operation.value!, ...node.slice(at)];
    if (at >= node.length) return undefined;
    return node.flatMap((item, index) =>
      index !== at ? [item] : operation.op === "remove" ? [] : [operation.value!],
    );
  }
  if (typeof node !== "object" || node === null) return undefined;
  const entries = new Map(Object.entries(node));
  const known = entries.has(name);
  if (rest.length > 0) {
    const inner = known ? model(entries.get(name)!, rest, operation, false) : undefined;
    if (inner === undefined) return undefined;
    entries.set(name, inner);
  } else if (!known && (isRoot || operation.op !== "add")) return undefined;
  else if (operation.op !== "remove") entries.set(name, operation.value!);
  else if (isRoot) entries.set(name, null);
  else entries.delete(name);
  return Object.fromEntries(entries);
}

const NAMES = ["a", "b", "0", "1", "2", "-", "__proto__", "constructor"];
const name = fc.constantFrom(...NAMES);
const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<JsonValue>(null, 1, "x"),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie("json")), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  ),
}));
const operation: fc.Arbitrary<PatchOperation> = fc
  .tuple(fc.constantFrom("add", "replace", "remove"), fc.array(name, { minLength: 1, maxLength: 4 }), json)
  .map(([op, names, value]) => {
    const path = `/${names.join("/")}`;
    return op === "remove" ? { op, path } : { op, path, value };
  }) as fc.Arbitrary<PatchOperation>;

test("applyPatch does what a naive model does", () => {
  const document = fc.tuple(json, json, json).map(([a, b, proto]) =>
    Object.fromEntries([
      ["a", a],
      ["b", b],
      ["__proto__", proto],
    ]),
  );
  fc.assert(
    fc.property(document, fc.array(operation, { maxLength: 6 }), (root, operations) => {
      const before = JSON.stringify(root);
      let wanted: JsonValue | undefined = root;
      for (const step of readPatch(operations as unknown as JsonValue)) {
        wanted = wanted === undefined ? undefined : model(wanted, step.path.split("/").slice(1), step, true);
      }
      let seen: JsonValue | undefined;
      try {
        seen = applyPatch(root, operations);
      } catch (thrown) {
        expect(thrown).toMatchObject({ kind: "invalid-input" });
      }
      expect(JSON.stringify(seen)).toBe(JSON.stringify(wanted));
      expect(JSON.stringify(root)).toBe(before);
    }),
    { numRuns: 3_000 },
  );
});
