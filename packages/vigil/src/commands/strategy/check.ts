import { statSync } from "node:fs";
import { join } from "node:path";
import { readCaseFile, runCase } from "@vigil/collectors";
import { VigilError } from "@vigil/core";
import type { Command } from "commander";
import { CommandEnded, EXIT_STATUS } from "../../cli/exit-status.ts";
import type { Io } from "../../cli/io.ts";
import { readTextFile } from "../../engine/model-files.ts";

interface CheckFlags {
  cases: string;
  data: string;
  json?: boolean;
}

export function addCheckCommand(strategy: Command, io: Io): void {
  const command = strategy
    .command("check")
    .description("run golden cases: does each strategy answer what is expected?")
    .requiredOption("--cases <file>", "the cases, in the form of expectations.json")
    .requiredOption("--data <folder>", "their scenarios and metric sets")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
One line for each case, ok or DIFF with the first difference; totals last. Exit status 1 when any differs.

Examples:
  $ vigil strategy check --cases test/data/scenarios/expectations.json --data test/data/scenarios
  $ vigil strategy check --cases mine.json --data scenarios --json | jq '.cases[] | select(.ok | not)'`,
    );
  command.action(() => {
    const flags = command.opts<CheckFlags>();
    if (check(flags, io) > 0) throw new CommandEnded(EXIT_STATUS.failed);
  });
}

/** @returns how many cases differ */
function check({ cases, data, json = false }: CheckFlags, io: Io): number {
  requireFolder(data);
  const read = (path: string): string => readTextFile(join(data, path));
  const results = readCaseFile(readTextFile(cases)).map((golden) => {
    const difference = runCase(golden, read);
    const { id, strategy } = golden;
    if (!json) io.stdout.write(difference === null ? `ok ${id}\n` : `DIFF ${id}: ${difference}\n`);
    return { id, strategy, ok: difference === null, difference };
  });
  const ok = results.filter((result) => result.ok).length;
  const differ = results.length - ok;
  io.stdout.write(
    json
      ? `${JSON.stringify({ cases: results, ok, differ })}\n`
      : `${results.length} cases: ${ok} ok, ${differ} differ\n`,
  );
  return differ;
}

/** Said once, and not as the difference of each case. */
function requireFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new VigilError("not-found", `${folder} is no folder; --data names the one with the scenario files`);
}
