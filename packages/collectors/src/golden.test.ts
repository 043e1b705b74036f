/** Golden cases: action by action in the strategy's order, with all parameters and numbers. */
import { readFileSync } from "node:fs";
import { STRATEGIES } from "@vigil/core";
import { describe, expect, it } from "vitest";
import { readCaseFile } from "./cases/case-file.ts";
import { runCase } from "./cases/run-case.ts";

const folder = new URL("../../../test/data/scenarios/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const cases = readCaseFile(read("expectations.json"));
const implemented = new Set(STRATEGIES.map((strategy) => strategy.name));

describe("golden cases", () => {
  it.each(cases.filter(({ strategy }) => implemented.has(strategy)))("$id", (golden) => {
    expect(runCase(golden, read)).toBeNull();
  });
});
