/** `vigil runs`: what was computed, by whom, and why it came out so. */

import type { Outputs } from "@vigil/client";
import { RUN_STATES } from "@vigil/core";
import type { Command } from "commander";
import { stringify } from "yaml";
import type { Io } from "../../cli/io.ts";
import { addSettingFlags } from "../../cli/setting-flags.ts";
import { factLines } from "../../cli/table.ts";
import { jsonLine, printableLines } from "../../cli/terminal-text.ts";
import { findRun } from "../../replay/find-run.ts";
import { auditUuidOf, CALL_MS_MAX, calling } from "../calls.ts";
import { addListOptions, type Columns, firstItems, printList, rowsWanted, wordOption } from "../lists.ts";

type Run = Outputs["runs"]["get"];

export function addRunsCommand(program: Command, io: Io): void {
  const runs = program.command("runs").description("look at runs of audits: each computes a plan");
  addList(runs, io);
  addShow(runs, io);
}

const COLUMNS: Columns<Run> = {
  CREATED: ({ createdAt }) => createdAt.slice(0, 19),
  RUN: ({ runId }) => runId,
  AUDIT: ({ auditUuid }) => auditUuid,
  STATE: ({ state }) => state,
  STRATEGY: ({ strategyName }) => strategyName,
  EVENTS: ({ eventCount }) => String(eventCount),
  TRIES: ({ attempts }) => String(attempts),
  COMPUTED: ({ computeMs }) => (computeMs === null ? null : `${computeMs.toFixed(1)} ms`),
  "PLAN OR ERROR": ({ actionPlanUuid, error }) => error ?? actionPlanUuid,
};

function addList(runs: Command, io: Io): void {
  const command = runs
    .command("list")
    .description("print runs, the newest first")
    .option("--audit <audit>", "of this audit only: UUID, name or integer id")
    .addOption(wordOption("--state <state>", "in this state only", RUN_STATES));
  addListOptions(command);
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil runs list --audit hot-host
  $ vigil runs list --state LIVE                     what is being computed now
  $ vigil runs list --state FAILED --json | jq -r .error`,
  );
  command.action(async () => {
    const { audit, state } = command.opts<{ audit?: string; state?: Run["state"] }>();
    const wanted = rowsWanted(command);
    const found = await calling(command, io, async (client) => {
      const auditUuid = await auditUuidOf(client, audit);
      const asked = { auditUuid, state, sortKey: "id", sortDir: "desc" } as const;
      return firstItems(wanted, (limit, marker) =>
        client.runs.list.query({ ...asked, limit, marker }, { signal: AbortSignal.timeout(CALL_MS_MAX) }),
      );
    });
    printList({ io, command, none: "No runs." }, found, COLUMNS);
  });
}

function addShow(runs: Command, io: Io): void {
  const command = runs
    .command("show")
    .description("print what a run came to, and why")
    .argument("<run>", "UUID of the run or of its action plan, or an audit (UUID or name): its newest run")
    .option("--json", "the whole record as one line of JSON");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil runs show hot-host                         why the audit failed, or planned what it did
  $ vigil runs show 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11
  $ vigil runs show 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11 --json | jq .inputs.parameters`,
  );
  command.action(async (run: string) => {
    const found = await calling(command, io, (client) =>
      findRun(client, run, AbortSignal.timeout(CALL_MS_MAX)),
    );
    io.stdout.write(command.opts().json ? jsonLine(found) : describe(found));
  });
}

function describe(run: Run): string {
  const facts = factLines({
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
  });
  const why =
    run.explanation === null ? "" : `\nWhy:\n${printableLines(stringify(run.explanation).trimEnd())}\n`;
  return `run ${run.runId}\n${facts}${why}`;
}
