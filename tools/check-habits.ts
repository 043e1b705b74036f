/** Prints what breaks the habits of the house; exit status 1 when something does. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { problemsOf } from "./habits/habits.ts";

const ROOT = join(import.meta.dirname, "..");
const SOURCES = [
  "packages/*/src/**/*.ts",
  "test/**/*.ts",
  "tools/**/*.ts",
  "examples/**/*.ts",
  "bench/**/*.ts",
];
const GENERATED = "packages/proto/src/gen/";
/** Holds the patterns themselves. */
const OWN = "tools/habits/habits.ts";

const files = globSync(SOURCES, { cwd: ROOT }).filter((path) => !path.startsWith(GENERATED) && path !== OWN);
const problems = files.sort().flatMap((path) => problemsOf(path, readFileSync(join(ROOT, path), "utf8")));
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
