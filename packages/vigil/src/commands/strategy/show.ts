import { isJsonObject, type JsonObject, type JsonValue } from "@vigil/core";
import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";
import { strategyJson } from "./list.ts";
import { strategyNamed } from "./names.ts";

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
    const found = strategyNamed(name);
    const { displayName, goalName, version, planner, metrics, models, parametersSpec } = found;
    const lines = [
      `${found.name}: ${displayName}`,
      `  goal        ${goalName}`,
      `  models      ${models.join(", ")}`,
      `  metrics     ${metrics.join(", ") || "none"}`,
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
  const lines = memberLines(spec, "");
  return lines.length === 0 ? ["It takes no parameters."] : ["Parameters:", ...lines];
}

/** Members of objects, and of lists of objects, follow with their path: `priority.project`, `actions[].action_type`. */
function memberLines({ properties, required }: JsonObject, path: string): string[] {
  if (!isJsonObject(properties)) return [];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (!isJsonObject(schema)) return [];
    const { description, items } = schema;
    return [
      `  ${path}${name}  ${limits(schema, needed.includes(name))}`,
      ...(typeof description === "string" ? [`      ${description}`] : []),
      ...memberLines(schema, `${path}${name}.`),
      ...(isJsonObject(items) ? memberLines(items, `${path}${name}[].`) : []),
    ];
  });
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
