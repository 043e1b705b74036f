import { expect, test } from "vitest";
import { totalsOf, type VitestReport } from "./vitest-totals.ts";

function report(change: Partial<VitestReport> = {}): VitestReport {
  return {
    numPassedTests: 5,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [],
    ...change,
  };
}

test("counts what vitest counts", () => {
  expect(totalsOf(report(), 0)).toEqual({ passed: 5, failed: 0, skipped: 1 });
  const failedFile = { status: "failed", assertionResults: [{ status: "failed" }, { status: "failed" }] };
  expect(totalsOf(report({ numFailedTests: 2, testResults: [failedFile] }), 1).failed).toBe(2);
});

test("a file that could not be loaded is a failure", () => {
  const broken = { status: "failed", assertionResults: [] };
  const halfRun = { status: "failed", assertionResults: [{ status: "passed" }] };
  expect(totalsOf(report({ testResults: [broken, halfRun] }), 1).failed).toBe(2);
});

test("a failed run never counts as green", () => {
  expect(totalsOf(report(), 1).failed).toBe(1);
  expect(totalsOf(undefined, 0).failed).toBe(1);
});
