import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";
import { addModelImportCommand } from "./import.ts";
import { addModelShowCommand } from "./show.ts";

export function addModelCommand(program: Command, io: Io): void {
  const model = program.command("model").description("work with the model of the cloud");
  addModelImportCommand(model, io);
  addModelShowCommand(model, io);
}
