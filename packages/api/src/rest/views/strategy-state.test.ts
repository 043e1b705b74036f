import { type ModelSummary, STRATEGIES } from "@vigil/core";
import { expect, test } from "vitest";
import { strategyNeeds } from "../../models/strategy-needs.ts";
import { strategyStateView } from "./strategy-state.ts";

const SUMMARY: ModelSummary = {
  takenAt: null,
  nodes: 1,
  nodesAvailable: 1,
  instances: 1,
  unmappedInstances: 0,
  aggregates: 0,
  baremetal: { nodes: 1 },
  metrics: [
    { name: "host_cpu_usage", unit: "percent", samples: 1, missing: 0 },
    { name: "instance_cpu_usage", unit: "percent", samples: 0, missing: 1 },
  ],
};

const NEEDY = {
  metrics: ["host_cpu_usage", "instance_cpu_usage", "host_power"],
  models: ["compute", "storage"],
} as const;

const view = (summary: ModelSummary | undefined) => strategyStateView("needy", strategyNeeds(NEEDY, summary));

test("rest-api 4: four objects in this order", () => {
  expect(view(SUMMARY)).toEqual([
    { type: "Datasource", state: "snapshot: available", mandatory: true, comment: "" },
    {
      type: "Metrics",
      state: [
        { host_cpu_usage: "available" },
        { instance_cpu_usage: "not available" },
        { host_power: "not available" },
      ],
      mandatory: false,
      comment: "",
    },
    {
      type: "CDM",
      state: [
        { compute_model: "available" },
        { storage_model: "not available" },
        { baremetal_model: "available" },
      ],
      mandatory: true,
      comment: "",
    },
    { type: "Name", state: "needy", mandatory: "", comment: "" },
  ]);
});

test("which models the strategy needs is told apart from which there are", () => {
  expect(strategyNeeds(NEEDY, SUMMARY).models).toEqual([
    { name: "compute", needed: true, available: true },
    { name: "storage", needed: true, available: false },
    { name: "baremetal", needed: false, available: true },
  ]);
});

test("before the first import nothing is available", () => {
  const text = JSON.stringify(view(undefined));
  expect(text.replaceAll("not available", "")).not.toContain("available");
});

test("a model without metrics has no source of them", () => {
  const [source] = view({ ...SUMMARY, metrics: [] });
  expect(source?.state).toBe("snapshot: not available");
});

test("rest-api 4: strategies without metrics have no datasource", () => {
  const without = STRATEGIES.filter(({ metrics }) => metrics.length === 0);
  expect(without.length).toBeGreaterThan(0);
  for (const strategy of without) {
    const [source, metrics] = strategyStateView(strategy.name, strategyNeeds(strategy, SUMMARY));
    expect(source?.state).toBe("Datasource is not presented for this strategy");
    expect(metrics?.state).toEqual([]);
  }
});
