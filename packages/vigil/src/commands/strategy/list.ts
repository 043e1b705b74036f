import { STRATEGIES, type StrategyDescription } from "@vigil/core";
import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";

export function addListCommand(strategy: Command, io: Io): void {
  const command = strategy
    .command("list")
    .description("print all strategies and the goals they serve")
    .option("--json", "as a JSON array, with their parameters' schemas")
    .addHelpText(
      "after",
      `
Examples:
  $ vigil strategy list
  $ vigil strategy list --json | jq -r '.[].name'`,
    );
  command.action(() => {
    io.stdout.write(
      command.opts().json ? `${JSON.stringify(STRATEGIES.map(strategyJson), null, 2)}\n` : table(),
    );
  });
}

/** What there is to know of a strategy. */
export function strategyJson({
  name,
  displayName,
  goalName,
  version,
  planner,
  metrics,
  models,
  parametersSpec,
}: StrategyDescription) {
  return { name, displayName, goalName, version, planner, metrics, models, parametersSpec };
}

function table(): string {
  const rows = STRATEGIES.map(({ goalName, name, displayName }) => [goalName, name, displayName] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = [["GOAL", "STRATEGY", "NAME"] as const, ...rows].map(
    ([goal, name, title]) => `${goal.padEnd(widths[0] ?? 0)}  ${name.padEnd(widths[1] ?? 0)}  ${title}`,
  );
  return `${lines.join("\n")}\n\nThe first of a goal is its default. vigil strategy show NAME tells its parameters.\n`;
}
