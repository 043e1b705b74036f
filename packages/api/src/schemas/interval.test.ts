import { expect, test } from "vitest";
import { isInterval } from "./interval.ts";

test.each([
  "1",
  "10",
  "3600",
  "2147483647",
  "* * * * *",
  "*/5 * * * *",
  "0 2 * * mon-fri",
  "0,30 8-18 1,15 JAN,jul ?",
  "0 22-2 * * *",
  "0 0 l * *",
  "0 0 * * fri#2",
  "0 0 * * l5",
  "* * * * * 30",
  "@daily",
  "  0 0 * * *  ",
])("rest-api 6.3 row 2: %j is an interval", (text) => {
  expect(isInterval(text)).toBe(true);
});

test.each([
  ["below 1", "0"],
  ["negative", "-5"],
  ["leading zero", "010"],
  ["fraction", "1.5"],
  ["more seconds than a schedule can mean", "2147483648"],
  ["words", "often"],
  ["empty", ""],
  ["four fields", "* * * *"],
  ["seven fields", "* * * * * * *"],
  ["minute out of range", "60 * * * *"],
  ["hour out of range", "0 24 * * *"],
  ["day 0", "0 0 0 * *"],
  ["month 13", "0 0 1 13 *"],
  ["weekday 8", "0 0 * * 8"],
  ["step 0", "*/0 * * * *"],
  ["two steps", "*/2/3 * * * *"],
  ["two ranges in one", "1-2-3 * * * *"],
  ["a month's name as a minute", "jan * * * *"],
  ["a question mark as a minute", "? * * * *"],
  ["longer than the column", `${"0,".repeat(20)}0 * * * *`],
])("rest-api 6.3 row 2: %s is refused", (_why, text) => {
  expect(isInterval(text)).toBe(false);
});
