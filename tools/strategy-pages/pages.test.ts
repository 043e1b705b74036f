import { describe, expect, it } from "vitest";
import { findGoal, type StrategyDescription } from "../../packages/core/src/index.ts";
import { indexPage, strategyPage } from "./pages.ts";

const STRATEGY: StrategyDescription = {
  name: "try_out",
  displayName: "Try out",
  goalName: "dummy",
  parametersSpec: {
    properties: {
      level: { description: "How | much.", type: "number", minimum: 0, maximum: 1, default: 0.5 },
      nodes: {
        description: "Which ones.",
        type: "array",
        items: {
          type: "object",
          properties: { name: { description: "Hostname.", type: "string" } },
          required: ["name"],
        },
      },
      word: { description: "One of them.", type: "string", enum: ["a", "b"] },
    },
  },
  version: "3",
  planner: "weight",
  metrics: [],
  models: ["compute"],
};

describe("strategy pages", () => {
  const page = strategyPage(STRATEGY, findGoal("dummy"), "# heading of the README\n\nWhat it is for.\n");

  it("hold the prose under the page's own heading", () => {
    expect(page).toContain("# Try out\n");
    expect(page).not.toContain("heading of the README");
    expect(page).toContain("\nWhat it is for.\n");
  });

  it("list parameters with their limits, members below", () => {
    expect(page.slice(page.indexOf("| name | type"))).toBe(
      [
        "| name | type | default | meaning |",
        "|---|---|---|---|",
        "| `level` | number >= 0 <= 1 | `0.5` | How \\| much. |",
        "| `nodes` | array of object |  | Which ones. |",
        "| `nodes[].name` | string | required | Hostname. |",
        "| `word` | string (`a`, `b`) |  | One of them. |",
        "",
      ].join("\n"),
    );
  });

  it("say so when there are no parameters", () => {
    expect(strategyPage({ ...STRATEGY, parametersSpec: {} }, findGoal("dummy"), "x")).toMatch(/None\.\n$/);
  });

  it("are listed in an index", () => {
    expect(indexPage([STRATEGY])).toContain("| `dummy` | [`try_out`](try_out.md) | Try out | `weight` |");
  });
});
