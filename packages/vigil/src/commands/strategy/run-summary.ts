/** What a person wants to know of a result: the sentence, counts, numbers, the first actions. */
import type { JsonObject, JsonValue } from "@vigil/core";
import type { ResultFile } from "../../engine/result.ts";

/** Actions shown: a screen has room for these and the numbers above them. */
const ACTIONS_SHOWN_MAX = 10;

/** @param file where the result was written to, if it was */
export function describeResult(result: ResultFile, file?: string): string {
  const { actions } = result;
  const lines = [
    `${result.strategy} on ${result.cluster} (${count(result.nodes, "node")}, ${count(result.instances, "instance")}): ${count(actions.length, "action")}`,
    String(result.explanation.summary ?? "No reason was given."),
    "",
    row("actions", countsByType(actions)),
    row("indicators", pairs(result.efficacy)),
    row("efficacy", pairs(result.global_efficacy, " %")),
    row("parameters", JSON.stringify(result.parameters)),
    row("seed", String(result.seed)),
    row("computing", times(result)),
    row("memory", `${result.peak_rss_mb.toFixed(0)} MB at most, reading the file included`),
    ...(file === undefined ? [] : [row("written to", file)]),
  ];
  if (actions.length > 0) {
    lines.push("", "First actions, in the strategy's order:");
    lines.push(...actions.slice(0, ACTIONS_SHOWN_MAX).map(describeAction));
    if (actions.length > ACTIONS_SHOWN_MAX) {
      lines.push(`  and ${actions.length - ACTIONS_SHOWN_MAX} more; --json shows them all`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(12)}${text}`;
}

function countsByType(actions: ResultFile["actions"]): string {
  const counts = new Map<string, number>();
  for (const { action_type: type } of actions) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, number]) => `${number} ${type}`).join(", ") || "none";
}

function pairs(values: { readonly [name: string]: number }, unit = ""): string {
  const texts = Object.entries(values).map(([name, value]) => `${name} ${Number(value.toFixed(4))}${unit}`);
  return texts.join(", ") || "none for this goal";
}

function times(result: ResultFile): string {
  const { audit_cpu_s: cpu, audit_wall_s: wall, audit_cpu_s_all: all } = result;
  const repeated = all.length > 1 ? `; median of ${all.length}, the first ${seconds(all[0])}` : "";
  return `${seconds(cpu)} of CPU, ${seconds(wall)} elapsed${repeated}`;
}

function seconds(value: number | undefined): string {
  return `${(value ?? Number.NaN).toFixed(4)} s`;
}

function describeAction({
  action_type: type,
  input_parameters: given,
}: ResultFile["actions"][number]): string {
  const name = text(given.resource_name) || text(given.resource_id);
  switch (type) {
    case "migrate":
      return `  ${text(given.migration_type)} ${name}  ${text(given.source_node)} > ${text(given.destination_node) || "?"}`;
    case "change_nova_service_state":
      return `  ${given.state === "enabled" ? "enable" : "disable"} ${name}`;
    default:
      return `  ${type} ${parameterTexts(given)}`;
  }
}

function parameterTexts(given: JsonObject): string {
  return Object.entries(given)
    .map(([name, value]) => `${name}=${text(value)}`)
    .join(" ");
}

function text(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
