import { findStrategy, isJsonObject, type JsonObject, type JsonValue } from "@vigil/core";
import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";
import { strategyJson } from "./list.ts";

export function addShowCommand(strategy: Command, io: Io): void {
  const command = strategy
    .command("show")
    .description("print one strategy and its parameters")
    .argument("<name>", "strategy, as `vigil strategy list` names it")
    .option("--json", "as JSON, with the schema of its parameters")
    .addHelpText(
      "after",
      `
Examples:
  $ vigil strategy show workload_balance
  $ vigil strategy show basic --json | jq .parametersSpec`,
    );
  command.action((name: string) => {
    const found = findStrategy(name);
    const { displayName, goalName, version, planner, parametersSpec } = found;
    const lines = [
      `${found.name}: ${displayName}`,
      `  goal        ${goalName}`,
      `  planner     ${planner}`,
      `  version     ${version}`,
      "",
      ...parameterLines(parametersSpec),
    ];
    io.stdout.write(
      command.opts().json ? `${JSON.stringify(strategyJson(found), null, 2)}\n` : `${lines.join("\n")}\n`,
    );
  });
}

function parameterLines(spec: JsonObject): string[] {
  const properties = isJsonObject(spec.properties) ? Object.entries(spec.properties) : [];
  if (properties.length === 0) return ["It takes no parameters."];
  const required = Array.isArray(spec.required) ? spec.required : [];
  return [
    "Parameters:",
    ...properties.flatMap(([name, schema]) => {
      if (!isJsonObject(schema)) return [];
      const head = `  ${name}  ${limits(schema, required.includes(name))}`;
      return typeof schema.description === "string" ? [head, `      ${schema.description}`] : [head];
    }),
  ];
}

/** Type, range or choices, and the default: "number, 1 to 10.2, default 3.2". */
function limits(schema: JsonObject, required: boolean): string {
  const choices = schema.enum ?? schema.choice;
  const parts = [
    typeof schema.type === "string" ? schema.type : null,
    Array.isArray(choices) ? `one of ${choices.map(shown).join(", ")}` : null,
    range(schema.minimum, schema.maximum),
    schema.default === undefined ? null : `default ${shown(schema.default)}`,
    required ? "required" : null,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

function range(minimum: JsonValue | undefined, maximum: JsonValue | undefined): string | null {
  if (minimum !== undefined && maximum !== undefined) return `${shown(minimum)} to ${shown(maximum)}`;
  if (minimum !== undefined) return `${shown(minimum)} or more`;
  return maximum === undefined ? null : `${shown(maximum)} or less`;
}

function shown(value: JsonValue): string {
  return JSON.stringify(value);
}
