/** Golden cases: action by action in the strategy's order, with all parameters and numbers. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readCaseFile } from "./cases/case-file.ts";
import { runCase } from "./cases/run-case.ts";

/** Fewer would mean that the file was cut. */
const CASES = 44;

const folder = new URL("../../../test/data/scenarios/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const cases = readCaseFile(read("expectations.json"));

describe("golden cases", () => {
  it("are all there", () => {
    expect(cases).toHaveLength(CASES);
  });

  it.each(cases)("$id", (golden) => {
    expect(runCase(golden, read)).toBeNull();
  });
});
