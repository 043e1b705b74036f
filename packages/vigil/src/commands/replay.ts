import type { Command } from "commander";
import { CommandEnded, EXIT_STATUS } from "../cli/exit-status.ts";
import type { Io } from "../cli/io.ts";
import { addSettingFlags, configOf } from "../cli/setting-flags.ts";
import { fetchRecordedRun } from "../replay/recorded-run.ts";
import { type ReplayResult, replay } from "../replay/replay.ts";
import { downloadSnapshot } from "../replay/snapshot.ts";
import { withClient } from "./api-client.ts";
import { withProgress } from "./strategy/progress.ts";

/** For all that is fetched, ms: the largest plans and snapshots take seconds, a server that hangs takes forever. */
const FETCH_MS_MAX = 180_000;

/** Longest piece of a value that the text for people shows; --json has it whole. */
const SHOWN_LENGTH_MAX = 300;

export function addReplayCommand(program: Command, io: Io): void {
  const command = program
    .command("replay")
    .description("compute the plan of a run again, here, and say whether it is identical")
    .argument("<run>", "UUID of the run or of its action plan, or an audit (UUID or name): its newest run")
    .option("--json", "print the result as JSON");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
What the run was computed from (snapshot, strategy, parameters, scope, options, history, seed) comes from Vigil's API,
the plan is computed by this program. Compared are actions, efficacy and explanation. Exit status 0: identical;
1: different, the first difference is printed; 3: there is no such run, plan or audit, the run has no plan, or its snapshot is gone.

Examples:
  $ vigil replay 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11
  $ vigil replay 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11 --json | jq .firstDifference`,
  );
  command.action(async (runId: string) => {
    const { values: config } = configOf(command, io);
    const signal = AbortSignal.timeout(FETCH_MS_MAX);
    const { recorded, snapshot } = await withProgress(io, "fetching the run", () =>
      withClient(config, io.env, async (client) => {
        const recorded = await fetchRecordedRun(client, runId, signal);
        return { recorded, snapshot: await downloadSnapshot(client, recorded.snapshotHash, signal) };
      }),
    );
    const result = replay(recorded, snapshot);
    io.stdout.write(command.opts().json ? `${JSON.stringify(result)}\n` : describe(result));
    if (!result.identical) throw new CommandEnded(EXIT_STATUS.failed);
  });
}

function describe(result: ReplayResult): string {
  const { firstDifference: difference, strategy, snapshot, seed, actions } = result;
  const lines = [
    difference === null
      ? `identical: run ${result.run} gives the same plan again`
      : `different: run ${result.run} gives another plan`,
  ];
  if (difference !== null) {
    lines.push(
      `  first at    ${difference.path || "the plan"}`,
      `  stored      ${shown(difference.stored)}`,
      `  recomputed  ${shown(difference.recomputed)}`,
    );
  }
  lines.push(
    `  plan        ${result.plan} (${actions} ${actions === 1 ? "action" : "actions"})`,
    `  strategy    ${strategy} ${versions(result)}`,
    `  snapshot    ${snapshot}`,
    `  seed        ${seed}`,
  );
  return `${lines.join("\n")}\n`;
}

function versions({ strategyVersion: { recorded, here } }: ReplayResult): string {
  if (here === recorded) return `(version ${here})`;
  const present = here === null ? "does not have it" : `has version ${here}, which may plan otherwise`;
  return `(version ${recorded}; this release ${present})`;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}...`;
}
