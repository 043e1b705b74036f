import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { interpolated, lastOf, readOsloIni } from "./oslo-ini.ts";

function valueIn(text: string, section: string, name: string) {
  const { options, problems } = readOsloIni(text);
  const option = lastOf(options, section, name);
  return { ...(option === undefined ? {} : interpolated(options, option)), problems };
}

describe("as oslo.config reads it", () => {
  test.each([
    ["a = b", "DEFAULT", "a", "b"],
    ["[default]\na=b", "DEFAULT", "a", "b"],
    ["[s]\r\na : b = c\r\n", "s", "a", "b = c"],
    ["[s]\na = url://x:1", "s", "a", "url://x:1"],
    ['[s]\na = "b c"', "s", "a", "b c"],
    ["[s]\na = 'b", "s", "a", "'b"],
    ["[s]\na =", "s", "a", ""],
    ["[s]\na = 1\na = 2", "s", "a", "2"],
    ["[s]\na = 1,\n  2,\n\t3\nb = x", "s", "a", "1,\n2,\n3"],
    ["[s]\na-b = 1", "s", "a_b", "1"],
    ["[s]\na = 1 # no comment", "s", "a", "1 # no comment"],
    ["# c\n; c\n[s]\n#a = 0\na = 1", "s", "a", "1"],
    ["\uFEFF[s]\na = 1", "s", "a", "1"],
    [`x = 1\n[s]\na = \${x}$x/$$x\\$x`, "s", "a", "11/$x$x"],
    ["x = 1\n[s]\nx = 2\na = $x", "s", "a", "2"],
    ["[o]\nx = 3\n[s]\na = $o.x", "s", "a", "3"],
    ["x = $y\ny = z\n[s]\na = $x", "s", "a", "z"],
  ])("%j", (text, section, name, value) => {
    expect(valueIn(text, section, name)).toEqual({ value, unknown: [], problems: [] });
  });

  test("a name that is not there stays, and is told", () => {
    expect(valueIn("a = $b", "DEFAULT", "a")).toEqual({ value: "$b", unknown: ["b"], problems: [] });
  });

  test("a ring of references ends", () => {
    expect(valueIn("a = $b\nb = $a", "DEFAULT", "a").unknown).not.toEqual([]);
  });

  test.each([
    ["secret", "line 1: wanted name = value"],
    ["= secret", "line 1: wanted name = value"],
    ["[s", "line 1: a section is wanted as [name]"],
    ["[s]\n\n  secret", "line 3: goes on with a value"],
  ])("%j is a mistake, told without what it says", (text, problem) => {
    const { problems } = readOsloIni(text);
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems[0]).not.toContain("secret");
  });

  test("any text is read", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { options } = readOsloIni(text);
        for (const option of options) interpolated(options, option);
      }),
      { numRuns: 300 },
    );
  });
});
