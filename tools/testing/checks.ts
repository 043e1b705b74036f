import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** A check of the sources: passes when its command ends with status 0. */
interface Check {
  name: string;
  command: string;
  args: string[];
}

const CHECKS: readonly Check[] = [
  { name: "types (tsc)", command: "tsc", args: ["--noEmit"] },
  { name: "format and lint (biome)", command: "biome", args: ["check", "."] },
  { name: "unused files, exports, dependencies (knip)", command: "knip", args: ["--no-progress"] },
  { name: "lint of proto/ (buf)", command: "buf", args: ["lint"] },
  { name: "format of proto/ (buf)", command: "buf", args: ["format", "--diff", "--exit-code"] },
  { name: "generated types match proto/", command: "node", args: ["tools/proto-types.ts", "--check"] },
  {
    name: "pages about strategies match them",
    command: "node",
    args: ["tools/strategy-pages.ts", "--check"],
  },
  {
    name: "settings and programs in the manual match the code",
    command: "node",
    args: ["tools/manual-pages.ts", "--check"],
  },
  { name: "links and names in the manual", command: "node", args: ["tools/check-manual.ts"] },
  { name: "directions of imports", command: "node", args: ["tools/check-imports.ts"] },
  { name: "house habits", command: "node", args: ["tools/check-habits.ts"] },
];

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs all checks, prints one line for each and the output of those that fail. */
export async function runChecks(root: string): Promise<Totals> {
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  for (const check of CHECKS) {
    const startedAt = performance.now();
    const output = await failureOf(check, root);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (output === undefined) totals.passed++;
    else totals.failed++;
    process.stdout.write(`${output === undefined ? "ok    " : "FAILED"} ${check.name} (${seconds} s)\n`);
    if (output !== undefined) process.stdout.write(`${output.trimEnd()}\n`);
  }
  return totals;
}

/** What a check printed when it failed; undefined when it passed. */
async function failureOf({ command, args }: Check, root: string): Promise<string | undefined> {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) =>
      resolve(code === 0 ? "" : `${command}: ${signal ?? `status ${code}`}`),
    );
  });
  const [problem, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return problem === "" ? undefined : `${stdout}${stderr}${problem}`;
}
