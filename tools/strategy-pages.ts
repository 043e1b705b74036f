/**
 * Makes the pages about strategies: docs/reference/strategies with a page per strategy, from its README and its own
 * parameter schema, and their index; and the code that docs/strategies.md shows. With --check only compares them
 * with what is there, exit status 1 when they differ.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findGoal, STRATEGIES } from "../packages/core/src/index.ts";
import { withIncludedFiles } from "./strategy-pages/included-files.ts";
import { indexPage, strategyPage } from "./strategy-pages/pages.ts";

const ROOT = join(import.meta.dirname, "..");
const REFERENCE = "docs/reference/strategies";
const GUIDE = "docs/strategies.md";

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Prose of a strategy: the README beside its code. */
function proseOf(name: string): string {
  return read(`packages/core/src/strategies/${name.replaceAll("_", "-")}/README.md`);
}

/** Pages as they should be, by path. */
function wanted(): Map<string, string> {
  const pages = STRATEGIES.map((strategy): [string, string] => [
    `${REFERENCE}/${strategy.name}.md`,
    strategyPage(strategy, findGoal(strategy.goalName), proseOf(strategy.name)),
  ]);
  return new Map([
    [GUIDE, withIncludedFiles(read(GUIDE), read)],
    [`${REFERENCE}/README.md`, indexPage(STRATEGIES)],
    ...pages,
  ]);
}

function found(): Map<string, string> {
  mkdirSync(join(ROOT, REFERENCE), { recursive: true });
  const names = readdirSync(join(ROOT, REFERENCE)).map((name) => `${REFERENCE}/${name}`);
  return new Map([GUIDE, ...names].map((path) => [path, read(path)]));
}

function check(pages: ReadonlyMap<string, string>): void {
  const there = found();
  const paths = [...new Set([...pages.keys(), ...there.keys()])].sort();
  const differing = paths.filter((path) => pages.get(path) !== there.get(path));
  for (const path of differing) process.stderr.write(`${path} is not up to date\n`);
  if (differing.length === 0) return;
  process.stderr.write("Run `make docs` and commit the result.\n");
  process.exitCode = 1;
}

const pages = wanted();
if (process.argv.includes("--check")) {
  check(pages);
} else {
  rmSync(join(ROOT, REFERENCE), { recursive: true, force: true });
  mkdirSync(join(ROOT, REFERENCE), { recursive: true });
  for (const [path, text] of pages) writeFileSync(join(ROOT, path), text);
}
