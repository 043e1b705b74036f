import { expect, test } from "vitest";
import { problemsOf } from "./habits.ts";

// Written in pieces, so that this file does not break the habits itself.
const UNFINISHED = `${"TO"}${"DO"}`;

test.each([
  [`export ${"*"} from "a";`],
  [`// ${UNFINISHED}: later`],
  [`export ${"enum"} Colour {}`],
  [`test.${"only"}("x", f);`],
  ["x\n".repeat(501)],
])("%j breaks a habit", (text) => {
  expect(problemsOf("a.ts", `\n${text}`)).toHaveLength(1);
});

test("says where", () => {
  expect(problemsOf("a.ts", `a\nb\n// ${UNFINISHED}`)[0]).toMatch(/^a\.ts:3: /);
});

test("ordinary code is fine", () => {
  expect(problemsOf("a.ts", 'export { a } from "./a.ts";\n')).toEqual([]);
});
