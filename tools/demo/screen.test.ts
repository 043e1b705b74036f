import { expect, test } from "vitest";
import { table } from "./screen.ts";

test("columns are as wide as their widest cell", () => {
  expect(
    table(
      ["#", "action"],
      [
        ["1", "migrate"],
        ["10", "nop"],
      ],
    ),
  ).toEqual(["#   action", "--  -------", "1   migrate", "10  nop"]);
});
