import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";
import { addConfigCheckCommand } from "./check.ts";
import { addConfigImportCommand } from "./import.ts";
import { addConfigPrintCommand } from "./print.ts";

export function addConfigCommand(program: Command, io: Io): void {
  const config = program
    .command("config")
    .description("look at the configuration, check it, take over Watcher's");
  addConfigPrintCommand(config, io);
  addConfigCheckCommand(config, io);
  addConfigImportCommand(config, io);
}
