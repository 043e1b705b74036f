import { styleText } from "node:util";
import { VigilError } from "@vigil/core";
import { Command, CommanderError } from "commander";
import { addCompletionCommand } from "../commands/completion.ts";
import { addConfigCommand } from "../commands/config/config.ts";
import { addDoctorCommand } from "../commands/doctor.ts";
import { addDeadLettersCommand } from "../commands/ledger/dead-letters.ts";
import { addEventsCommand } from "../commands/ledger/events.ts";
import { addVerifyCommand } from "../commands/ledger/verify.ts";
import { addModelCommand } from "../commands/model/model.ts";
import { addPolicyCommand } from "../commands/policy-show.ts";
import { addAuditsCommand } from "../commands/records/audits.ts";
import { addPlansCommand } from "../commands/records/plans.ts";
import { addRunsCommand } from "../commands/records/runs.ts";
import { addReplayCommand } from "../commands/replay.ts";
import { addRoleCommands } from "../commands/role.ts";
import { addStatusCommand } from "../commands/status.ts";
import { addStrategyCommand } from "../commands/strategy/strategy.ts";
import { addUpCommand } from "../commands/up.ts";
import { CommandEnded, EXIT_STATUS, EXIT_STATUS_HELP, exitStatusOf } from "./exit-status.ts";
import type { Io } from "./io.ts";
import { printableLines } from "./terminal-text.ts";
import { VERSION } from "./version.ts";

/** Runs one command and gives the exit status of the process. Never throws. */
export async function runProgram(args: readonly string[], io: Io): Promise<number> {
  const program = buildProgram(io);
  try {
    await program.parseAsync([...args], { from: "user" });
    return EXIT_STATUS.ok;
  } catch (error) {
    // Commander has written its own message already, a command that ended its result.
    if (!(error instanceof CommanderError || error instanceof CommandEnded)) reportError(error, io);
    return exitStatusOf(error);
  }
}

/** All commands; nothing is done until one is parsed. */
export function buildProgram(io: Io): Command {
  const program = new Command("vigil")
    .description("Event-driven optimization for OpenStack clouds: one alarm becomes one action plan.")
    .version(VERSION, "-V, --version", "print the release")
    .helpCommand(false)
    .addHelpText(
      "after",
      `
Examples:
  $ VIGIL_AUTH=none vigil up              everything in one process, for a laptop
  $ vigil model import cluster.json       give it a model of the cloud
  $ vigil strategy run --cluster cluster.json --strategy workload_balance
                                          what a strategy would do, with no server
  $ vigil worker --worker-threads 4       one role, on a machine of its own
  $ vigil replay RUN                      compute a plan again, and say whether it is the same
  $ vigil status                          who is there, what waits, what needs a hand
  $ vigil doctor                          what is wrong with an installation, and what to do
  $ vigil events list                     what came, and what became of it
  $ vigil dead-letters list --open        what could not be done, for you to decide
  $ vigil verify                          prove that nothing was lost
  $ vigil config print                    which settings there are, and what they are
  $ vigil policy show --role reader       who may do what
${EXIT_STATUS_HELP}`,
    );
  addUpCommand(program, io);
  addRoleCommands(program, io);
  addStatusCommand(program, io);
  addDoctorCommand(program, io);
  addModelCommand(program, io);
  addAuditsCommand(program, io);
  addRunsCommand(program, io);
  addPlansCommand(program, io);
  addReplayCommand(program, io);
  addEventsCommand(program, io);
  addDeadLettersCommand(program, io);
  addVerifyCommand(program, io);
  addStrategyCommand(program, io);
  addConfigCommand(program, io);
  addPolicyCommand(program, io);
  addCompletionCommand(program, io);
  forEachCommand(program, (command) =>
    command
      .helpCommand(false)
      .exitOverride()
      .showSuggestionAfterError()
      .showHelpAfterError("(add --help to see what there is)")
      .configureOutput({
        writeOut: (text) => io.stdout.write(text),
        writeErr: (text) => io.stderr.write(text),
        outputError: (text, write) => write(text),
      }),
  );
  return program;
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}

/** One line for what a user can do something about; a bug shows the stack of its origin. */
function reportError(error: unknown, io: Io): void {
  const label = styleText("red", "error:", { stream: io.stderr });
  const known = VigilError.from(error);
  const origin = known.cause instanceof Error ? known.cause : known;
  const text = known.kind === "internal" ? (origin.stack ?? origin.message) : known.message;
  // It may repeat what a server, or a sender through it, wrote.
  io.stderr.write(`${label} ${printableLines(text)}\n`);
}
