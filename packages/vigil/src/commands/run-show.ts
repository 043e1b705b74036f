import type { Outputs } from "@vigil/client";
import type { Command } from "commander";
import { stringify } from "yaml";
import type { Io } from "../cli/io.ts";
import { addSettingFlags, configOf } from "../cli/setting-flags.ts";
import { printable, printableLines } from "../cli/terminal-text.ts";
import { findRun } from "../replay/find-run.ts";
import { withClient } from "./api-client.ts";

const FETCH_MS_MAX = 30_000;

export function addRunCommand(program: Command, io: Io): void {
  const run = program.command("run").description("look at runs of audits: each computes a plan");
  const command = run
    .command("show")
    .description("print what a run came to, and why")
    .argument("<run>", "UUID of the run or of its action plan, or an audit (UUID or name): its newest run")
    .option("--json", "print the whole record as JSON");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil run show hot-host                          why the audit failed, or planned what it did
  $ vigil run show 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11
  $ vigil run show 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11 --json | jq .inputs.parameters`,
  );
  command.action(async (runId: string) => {
    const { values: config } = configOf(command, io);
    const signal = AbortSignal.timeout(FETCH_MS_MAX);
    const shown = await withClient(config, io.env, (client) => findRun(client, runId, signal));
    io.stdout.write(command.opts().json ? `${JSON.stringify(shown)}\n` : describe(shown));
  });
}

function describe(run: Outputs["runs"]["get"]): string {
  const facts = {
    state: run.state,
    error: run.error,
    audit: run.auditUuid,
    plan: run.actionPlanUuid,
    strategy: run.strategyName && `${run.strategyName} ${run.strategyVersion ?? ""}`.trimEnd(),
    snapshot: run.snapshotHash,
    seed: run.seed,
    worker: run.workerId,
    attempts: run.attempts,
    events: run.eventCount,
    computing: run.computeMs === null ? null : `${run.computeMs.toFixed(1)} ms`,
    finished: run.finishedAt,
  };
  const lines = Object.entries(facts).flatMap(([name, value]) =>
    value === null ? [] : [`  ${name.padEnd(10)}  ${printable(String(value))}`],
  );
  const why =
    run.explanation === null ? [] : ["", "Why:", printableLines(stringify(run.explanation).trimEnd())];
  return `${[`run ${run.runId}`, ...lines, ...why].join("\n")}\n`;
}
