/**
 * `make test`: the checks, then every test. Ends with a line `N passed, N failed`, in which a check counts as
 * one test, and leaves the same line in .cache/test-totals.txt for `.ci/run`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runChecks } from "./testing/checks.ts";
import { totalsOf, type VitestReport } from "./testing/vitest-totals.ts";

const ROOT = join(import.meta.dirname, "..");
const REPORT = join(ROOT, ".cache/vitest.json");
const TOTALS = join(ROOT, ".cache/test-totals.txt");

/** Hundreds of processes are started: what Node.js made of the sources is kept, which is a quarter of their cost. */
const COMPILED = { NODE_COMPILE_CACHE: join(ROOT, ".cache/node-compile") };

async function runVitest(): Promise<number> {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${REPORT}`];
  // In a log file colours are only noise; vitest writes them wherever CI or FORCE_COLOR is set.
  const env = { ...COMPILED, ...process.env };
  const plain = { ...env, NO_COLOR: "1", FORCE_COLOR: undefined };
  const child = spawn("vitest", ["run", ...reporters], {
    cwd: ROOT,
    env: process.stdout.isTTY ? env : plain,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}

function readReport(): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(REPORT, "utf8")) as VitestReport;
  } catch {
    return undefined;
  }
}

mkdirSync(join(ROOT, ".cache"), { recursive: true });
for (const file of [REPORT, TOTALS]) rmSync(file, { force: true });
const checks = await runChecks(ROOT);
const status = await runVitest();
const tests = totalsOf(readReport(), status);
if (tests.skipped > 0) process.stdout.write(`${tests.skipped} tests skipped\n`);
const failed = checks.failed + tests.failed;
const line = `${checks.passed + tests.passed} passed, ${failed} failed\n`;
writeFileSync(TOTALS, line);
process.stdout.write(line);
process.exitCode = failed === 0 ? 0 : 1;
