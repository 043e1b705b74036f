import type { MetricDefinition } from "../../packages/service/src/index.ts";

/** Where a table of metrics stands in the page: between these lines, the first with the part's name. */
const TABLE = /(<!-- metrics: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g;

/**
 * The page with its tables made anew.
 * @throws Error naming a part that has no table, or a table of no part
 */
export function withMetricTables(
  page: string,
  defined: ReadonlyMap<string, readonly MetricDefinition[]>,
): string {
  const left = new Set(defined.keys());
  const made = page.replaceAll(TABLE, (_, begin: string, part: string, end: string) => {
    const metrics = defined.get(part);
    if (metrics === undefined || !left.delete(part))
      throw new Error(`a table of "${part}", of which there is no part, or another table`);
    return `${begin}${tableOf(metrics)}${end}`;
  });
  if (left.size > 0) throw new Error(`the page has no table of ${[...left].join(", ")}`);
  return made;
}

function tableOf(metrics: readonly MetricDefinition[]): string {
  const rows = metrics.map(({ name, kind, labels, help }) => {
    const names = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${kind} | ${names} | ${help} |\n`;
  });
  return `| metric | kind | labels | meaning |\n|---|---|---|---|\n${rows.join("")}`;
}
