/** What is told of metrics outside of the code (manual, dashboard, alerts, runbook) is held against the code. */
import { expect, test } from "vitest";
import { parse } from "yaml";
import { read } from "../manual/generated.ts";
import { DEFINED, seriesNames } from "./defined-metrics.ts";
import { withMetricTables } from "./metrics-page.ts";

const METRICS = [...DEFINED.values()].flat();
const SERIES = new Set(METRICS.flatMap(seriesNames));
/** Of Prometheus itself. */
const FOREIGN = new Set(["up"]);
/** Nobody may be found by a label, and no set of values may grow with the cloud. */
const LABELS = new Set([
  ...["code", "delivery", "fate", "kind", "method", "node", "outcome", "part", "reason", "role", "source"],
  ...["stage", "state", "strategy", "stream", "surface", "type", "version", "way"],
]);

interface Rules {
  groups: { rules: { alert: string; expr: string }[] }[];
}
interface RuleTests {
  tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
}
interface Panel {
  title: string;
  panels?: Panel[];
  targets?: { expr: string }[];
}

const RULES = (parse(read("deploy/prometheus/alerts.yml")) as Rules).groups.flatMap(({ rules }) => rules);

/** Names of metrics in an expression: whatever is a name and neither a function, a label nor a word of the language. */
function namesIn(expression: string): string[] {
  const bare = expression
    .replace(/"[^"]*"/g, "")
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, "")
    .replace(/\{[^}]*\}/g, "")
    .replace(/\[[^\]]*\]/g, "");
  return [...bare.matchAll(/\b([a-zA-Z_:][\w:]*)\b(?!\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !/^(and|or|unless|bool|offset|by|e\d*|Inf|NaN)$/.test(name));
}

test("names have the house's form, each is defined once, and labels are of the list of small sets", () => {
  expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
  for (const { name, kind, labels, help, buckets } of METRICS) {
    expect(name).toMatch(/^vigil_[a-z0-9]+(_[a-z0-9]+)*$/);
    expect(name.endsWith("_total"), name).toBe(kind === "counter");
    expect(name.endsWith("_seconds") || kind !== "histogram", name).toBe(true);
    expect(help, name).toMatch(/^[A-Z0-9].*[^.]$/);
    expect(help, name).not.toContain("|");
    for (const label of labels) expect([...LABELS], name).toContain(label);
    expect([...buckets], name).toEqual(buckets.toSorted((a, b) => a - b));
    expect(buckets.length > 0, name).toBe(kind === "histogram");
  }
});

test("docs/metrics.md has a table of every part, as the code is (make docs)", () => {
  const page = read("docs/metrics.md");
  expect(withMetricTables(page, DEFINED)).toBe(page);
});

test("expressions of alerts and of the dashboard name metrics that there are", () => {
  expect(namesIn('sum by (a) (rate(x_total{b="y_z", c=~"1"}[5m])) / on (d) max(y) > 1.5e3')).toEqual([
    "x_total",
    "y",
  ]);
  const dashboard = JSON.parse(read("deploy/grafana/vigil.json")) as { panels: Panel[] };
  const panels = dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  const shown = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: title, expr })),
  );
  const checked = RULES.map(({ alert, expr }) => ({ where: alert, expr }));
  expect(shown.length).toBeGreaterThan(20);
  for (const { where, expr } of [...shown, ...checked]) {
    const names = namesIn(expr);
    expect(names.length, `${where}: ${expr}`).toBeGreaterThan(0);
    for (const name of names) {
      const isKnown = SERIES.has(name) || FOREIGN.has(name) || /^(process|nodejs)_/.test(name);
      expect(isKnown, `${where}: ${name}`).toBe(true);
    }
  }
});

test("each alert is tried firing and not firing", () => {
  const tried = (parse(read("deploy/prometheus/alerts.test.yml")) as RuleTests).tests.flatMap(
    (one) => one.alert_rule_test,
  );
  for (const { alert } of RULES) {
    const mine = tried.filter(({ alertname }) => alertname === alert);
    expect(new Set(mine.map(({ exp_alerts }) => exp_alerts.length > 0)), alert).toEqual(
      new Set([true, false]),
    );
  }
});

test("each alert has its section in the runbook, in three parts, and the runbook has no other", () => {
  const runbook = read("docs/runbook.md");
  const sections = new Map(
    [...runbook.matchAll(/^### (Vigil\w+)\n([\s\S]*?)(?=^#{1,3} |$(?![\s\S]))/gm)].map(([, name, text]) => [
      name!,
      text!,
    ]),
  );
  expect([...sections.keys()].sort()).toEqual(RULES.map(({ alert }) => alert).sort());
  for (const [name, text] of sections) {
    for (const part of ["**Means.**", "**Look.**", "**Do.**"]) expect(text, name).toContain(part);
  }
});
