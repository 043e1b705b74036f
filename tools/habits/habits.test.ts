import { expect, test } from "vitest";
import { problemsOf } from "./habits.ts";

// Written in pieces, so that this file does not break the habits itself.
const UNFINISHED = `${"TO"}${"DO"}`;

test.each([
  [`export ${"*"} from "a";`],
  [`// ${UNFINISHED}: later`],
  [`export ${"enum"} Colour {}`],
  [`test.${"only"}("x", f);`],
  [`const text = "select id::text as ${"id"}, name from audit order by id limit 1";`],
  ["x\n".repeat(501)],
])("%j breaks a habit", (text) => {
  expect(problemsOf("a.ts", `\n${text}`)).toHaveLength(1);
});

test("says where", () => {
  expect(problemsOf("a.ts", `a\nb\n// ${UNFINISHED}`)[0]).toMatch(/^a\.ts:3: /);
});

test.each([
  ['export { a } from "./a.ts";'],
  ['const text = "select id::text as id from audit order by audit.id";'],
  ['const [one, other] = ["select id::text as id from audit", "select 1 from audit order by id"];'],
])("%j is fine", (text) => {
  expect(problemsOf("a.ts", `${text}\n`)).toEqual([]);
});
