import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";
import { addCheckCommand } from "./check.ts";
import { addListCommand } from "./list.ts";
import { addRunCommand } from "./run.ts";
import { addShowCommand } from "./show.ts";

/** `vigil strategy`: the engine alone, with no server running. */
export function addStrategyCommand(program: Command, io: Io): void {
  const strategy = program
    .command("strategy")
    .description("run strategies on files, with no server; list and check them")
    .addHelpText(
      "after",
      `
Examples:
  $ vigil strategy list
  $ vigil strategy show workload_balance
  $ vigil strategy run --cluster packages/vigil/samples/cluster.json --strategy workload_balance
  $ vigil strategy check --cases test/data/scenarios/expectations.json --data test/data/scenarios`,
    );
  addRunCommand(strategy, io);
  addCheckCommand(strategy, io);
  addListCommand(strategy, io);
  addShowCommand(strategy, io);
}
