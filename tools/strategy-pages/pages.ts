/** Markdown of the reference pages of strategies. */
import type {
  GoalDescription,
  JsonObject,
  JsonValue,
  StrategyDescription,
} from "../../packages/core/src/index.ts";
import { isJsonObject } from "../../packages/core/src/json.ts";

const NOTICE =
  "<!-- Made by `make docs` from the strategy's README and its parameter schema. Edit those, not this page. -->";

export function indexPage(strategies: readonly StrategyDescription[]): string {
  return [
    NOTICE,
    "",
    "# Strategies",
    "",
    "By goal; the first of a goal is the one that an audit without a named strategy runs. How to write one:",
    "[docs/strategies.md](../../strategies.md).",
    "",
    "With the operator's option `strategy_parity` (`VIGIL_STRATEGY_PARITY`) none of them looks at locks and zone pins or asks",
    "for a coverage of samples, as in Watcher. What else it changes, if anything, is on the page of the strategy.",
    "",
    "| goal | strategy | display name | planner |",
    "|---|---|---|---|",
    ...strategies.map(
      ({ goalName, name, displayName, planner }) =>
        `| \`${goalName}\` | [\`${name}\`](${name}.md) | ${displayName} | \`${planner}\` |`,
    ),
    "",
  ].join("\n");
}

/** @param prose Markdown; its first heading is replaced by the page's own */
export function strategyPage(strategy: StrategyDescription, goal: GoalDescription, prose: string): string {
  const body = prose.replace(/^# .*\n+/, "").trimEnd();
  return [
    NOTICE,
    "",
    `# ${strategy.displayName}`,
    "",
    "| | |",
    "|---|---|",
    `| name | \`${strategy.name}\` |`,
    `| goal | \`${goal.name}\` (${goal.displayName}) |`,
    `| models | ${strategy.models.join(", ")} |`,
    `| metrics | ${strategy.metrics.map((name) => `\`${name}\``).join(", ") || "none"} |`,
    `| planner | \`${strategy.planner}\` |`,
    `| version | ${strategy.version} |`,
    `| indicators | ${goal.efficacySpecification.map(({ name }) => `\`${name}\``).join(", ") || "none"} |`,
    "",
    body,
    "",
    "## Parameters",
    "",
    ...parameterTable(strategy.parametersSpec),
    "",
  ].join("\n");
}

function parameterTable(schema: JsonObject): string[] {
  const rows = parameterRows(schema, "");
  if (rows.length === 0) return ["None."];
  return ["| name | type | default | meaning |", "|---|---|---|---|", ...rows];
}

/** A row per property, members of objects and of lists of objects below them with their path. */
function parameterRows(schema: JsonObject, path: string): string[] {
  const { properties, required } = schema;
  if (!isJsonObject(properties)) return [];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties).flatMap(([name, value]) => {
    if (!isJsonObject(value)) return [];
    const at = `${path}${name}`;
    const { items } = value;
    const below = [
      ...parameterRows(value, `${at}.`),
      ...(isJsonObject(items) ? parameterRows(items, `${at}[].`) : []),
    ];
    return [
      `| \`${at}\` | ${typeText(value)} | ${defaultText(value, needed.includes(name))} | ${cell(value.description)} |`,
      ...below,
    ];
  });
}

/** Type with the limits that its schema sets. */
function typeText(schema: JsonObject): string {
  const { type, items, minimum, maximum, minItems } = schema;
  const allowed = schema.enum ?? schema.choice;
  const parts: string[] = [Array.isArray(type) ? type.join(" or ") : String(type ?? "any")];
  if (isJsonObject(items) && typeof items.type === "string") parts.push(`of ${items.type}`);
  if (isJsonObject(items) && Array.isArray(items.enum)) parts.push(`(${values(items.enum)})`);
  if (Array.isArray(allowed)) parts.push(`(${values(allowed)})`);
  if (minimum !== undefined) parts.push(`>= ${JSON.stringify(minimum)}`);
  if (maximum !== undefined) parts.push(`<= ${JSON.stringify(maximum)}`);
  if (minItems !== undefined) parts.push(`at least ${JSON.stringify(minItems)}`);
  return parts.join(" ");
}

function values(list: readonly JsonValue[]): string {
  return list.map((value) => `\`${String(value)}\``).join(", ");
}

function defaultText(schema: JsonObject, required: boolean): string {
  if (required) return "required";
  return schema.default === undefined ? "" : `\`${JSON.stringify(schema.default)}\``;
}

function cell(value: JsonValue | undefined): string {
  return typeof value === "string" ? value.replaceAll("|", "\\|").replaceAll("\n", " ") : "";
}
