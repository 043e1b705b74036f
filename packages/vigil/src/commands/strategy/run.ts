import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { type ComputeRequest, VigilError } from "@vigil/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Io } from "../../cli/io.ts";
import type { ModelFiles } from "../../engine/model-files.ts";
import type { ResultFile } from "../../engine/result.ts";
import { computeInThread, loadInThread } from "../../engine/threads.ts";
import { listArgument, objectArgument } from "./json-argument.ts";
import { requireGoal, strategyNamed } from "./names.ts";
import { withProgress } from "./progress.ts";
import { describeResult } from "./run-summary.ts";

interface RunFlags {
  cluster: string;
  metrics?: string;
  storage?: string;
  baremetal?: string;
  strategy?: string;
  goal?: string;
  parameters?: string;
  scope?: string;
  options?: string;
  auditType: string;
  seed: number;
  repeat: number;
  cold?: boolean;
  out?: string;
  json?: boolean;
}

const SEED_MAX = 0xffff_ffff;
/** Enough to see memory grow; more is a benchmark's business. */
const REPEAT_MAX = 1_000;

export function addRunCommand(strategy: Command, io: Io): void {
  const command = strategy
    .command("run")
    .description("compute what a strategy would do on a cluster file")
    .requiredOption("--cluster <file>", "cluster JSON or scenario XML, gzipped or not")
    .option("--metrics <file>", "metric set (JSON), for metrics that the cluster file has no samples of")
    .option("--storage <file>", "storage model, where the cluster file has none")
    .option("--baremetal <file>", "bare metal model, where the cluster file has none")
    .option("--strategy <name>", "strategy; without one, the goal's default")
    .option("--goal <name>", "goal, where no strategy is named")
    .option("--parameters <json>", "the strategy's parameters, JSON or @file")
    .option("--scope <json>", "the audit's scope, JSON or @file")
    .option(
      "--options <json>",
      "what an operator sets for all audits, such as '{\"required_coverage\": 0.5}', JSON or @file",
    )
    .addOption(
      new Option("--audit-type <type>", "type of the audit")
        .choices(["ONESHOT", "CONTINUOUS", "EVENT"])
        .default("ONESHOT"),
    )
    .option(
      "--seed <n>",
      "seed of random choices; the same seed gives the same plan",
      wholeNumber(0, SEED_MAX),
      1,
    )
    .option("--repeat <n>", "compute that often; times are medians", wholeNumber(1, REPEAT_MAX), 1)
    .option("--cold", "compile schemas and code in the first audit, and not before it")
    .option("--out <file>", "write the result to this file, as JSON")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
Times are CPU seconds of the whole process during the audit alone: the model is loaded, the planner not yet begun.
As in a worker's thread, a small made-up cluster is computed before, so that the first audit does not pay for compiling
schemas and code; --cold leaves that out, --repeat shows what compilers still find to do.

Examples:
  $ vigil strategy run --cluster packages/vigil/samples/cluster.json --strategy workload_balance
  $ vigil strategy run --cluster cluster.json.gz --goal server_consolidation --out result.json
  $ vigil strategy run --cluster scenario.xml --metrics set-a.json --strategy basic --parameters '{"period": 300}'
  $ vigil strategy run --cluster cluster.json --storage storage.xml --strategy storage_capacity_balance
  $ vigil strategy run --cluster cluster.json --strategy host_maintenance --parameters @parameters.json --json | jq .actions`,
    );
  command.action(async () => {
    const flags = command.opts<RunFlags>();
    const result = await compute(flags, io);
    const text = `${JSON.stringify(result)}\n`;
    if (flags.out !== undefined) writeResult(flags.out, text);
    io.stdout.write(flags.json ? text : describeResult(result, flags.out));
  });
}

async function compute(flags: RunFlags, io: Io): Promise<ResultFile> {
  const request = requestOf(flags);
  const { cluster, metrics = null, storage = null, baremetal = null } = flags;
  const files: ModelFiles = { cluster, metrics, storage, baremetal };
  const model = await withProgress(io, `reading ${basename(cluster)}`, () => loadInThread(files));
  const what = flags.strategy ?? flags.goal;
  const { repeat, cold = false } = flags;
  return withProgress(io, `computing ${what}`, () => computeInThread(model, request, { repeat, cold }));
}

function requestOf(flags: RunFlags): ComputeRequest {
  const { goal = "", strategy = "" } = flags;
  requireNames(goal, strategy);
  return {
    goalName: goal,
    strategyName: strategy,
    parameters: objectArgument("--parameters", flags.parameters),
    scope: listArgument("--scope", flags.scope),
    auditType: flags.auditType,
    seed: flags.seed,
    options: objectArgument("--options", flags.options),
    history: {},
  };
}

/** Before any file is read: large ones take seconds. Not given: empty. */
function requireNames(goal: string, strategy: string): void {
  if (goal !== "") requireGoal(goal);
  if (strategy !== "") {
    const { name, goalName } = strategyNamed(strategy);
    if (goal === "" || goal.toLowerCase() === goalName) return;
    throw new VigilError(
      "invalid-input",
      `--strategy ${name} serves goal ${goalName}, and --goal is ${goal}; leave --goal out`,
    );
  }
  if (goal !== "") return;
  throw new VigilError(
    "invalid-input",
    "neither --strategy nor --goal is given; `vigil strategy list` shows what there is",
  );
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`wanted a whole number from ${min} to ${max}`);
  };
}

function writeResult(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new VigilError("invalid-input", `cannot write ${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
