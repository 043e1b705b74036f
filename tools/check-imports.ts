/** Prints what is wrong with the imports between and inside packages; exit status 1 when something is. */
import { join } from "node:path";
import { checkImports } from "./imports/check.ts";
import { ARROWS } from "./imports/rules.ts";
import { readWorkspace } from "./imports/workspace.ts";

const problems = checkImports(readWorkspace(join(import.meta.dirname, "..")), ARROWS);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) {
  process.stderr.write(`${problems.length} wrong imports\n`);
  process.exitCode = 1;
}
