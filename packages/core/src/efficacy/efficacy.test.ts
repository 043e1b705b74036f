import { describe, expect, it } from "vitest";
import { findGoal, GOALS } from "../goals/goals.ts";
import { computeEfficacy } from "./efficacy.ts";

function efficacy(goal: string, values: Record<string, number>) {
  return computeEfficacy(findGoal(goal), new Map(Object.entries(values)));
}

function ratios(goal: string, values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(efficacy(goal, values).globalEfficacy.map(({ name, value }) => [name, value]));
}

describe("goals", () => {
  it("are Watcher's ten, with parsable schemas", () => {
    expect(GOALS.map(({ name }) => name).sort()).toEqual([
      "airflow_optimization",
      "cluster_maintaining",
      "dummy",
      "hardware_maintenance",
      "noisy_neighbor",
      "saving_energy",
      "server_consolidation",
      "thermal_optimization",
      "unclassified",
      "workload_balancing",
    ]);
    const schemas = GOALS.flatMap(({ efficacySpecification }) =>
      efficacySpecification.map(({ schema }) => schema),
    );
    expect(schemas).toHaveLength(3 + 4 + 8);
    for (const schema of schemas) expect(JSON.parse(schema)).toMatchObject({ minimum: 0 });
  });

  it("are found whatever their case", () => {
    expect(findGoal("DuMMy").name).toBe("dummy");
    expect(() => findGoal("nope")).toThrow("Goal nope could not be found");
  });
});

describe("efficacy", () => {
  it("of consolidation", () => {
    const values = { compute_nodes_count: 8, released_compute_nodes_count: 3, instance_migrations_count: 5 };
    expect(ratios("server_consolidation", values)).toEqual({ released_nodes_ratio: 37.5 });
    expect(ratios("server_consolidation", { ...values, compute_nodes_count: 0 })).toEqual({
      released_nodes_ratio: 0,
    });
  });

  it("of balancing, in declared order, only what was set", () => {
    const { efficacyIndicators, globalEfficacy } = efficacy("workload_balancing", {
      instances_count: 4,
      instance_migrations_count: 1,
    });
    expect(efficacyIndicators.map(({ name, unit, value }) => [name, unit, value])).toEqual([
      ["instance_migrations_count", null, 1],
      ["instances_count", null, 4],
    ]);
    expect(globalEfficacy).toMatchObject([{ name: "live_migrations_count", unit: "%", value: 25 }]);
    expect(ratios("workload_balancing", { instance_migrations_count: 0 })).toEqual({
      live_migrations_count: 0,
    });
  });

  it("of maintenance: planned of matching", () => {
    const values = {
      live_migrate_instance_count: 5,
      planned_live_migrate_instance_count: 2,
      cold_migrate_instance_count: 0,
      planned_cold_migrate_instance_count: 0,
      volume_migrate_count: 5,
      planned_volume_migrate_count: 3,
      volume_update_count: 5,
      planned_volume_update_count: 3,
    };
    expect(ratios("hardware_maintenance", values)).toEqual({
      live_instance_migrate_ratio: 40,
      cold_instance_migrate_ratio: 0,
      volume_migrate_ratio: 60,
      volume_update_ratio: 60,
    });
  });

  it("of goals without indicators is empty", () => {
    expect(efficacy("dummy", {})).toEqual({ efficacyIndicators: [], globalEfficacy: [] });
  });

  it("refuses what the goal does not declare, lacks or can't hold", () => {
    expect(() => efficacy("dummy", { instances_count: 1 })).toThrow(
      /GlobalEfficacyComputationError: indicator/,
    );
    expect(() => efficacy("workload_balancing", {})).toThrow(/instance_migrations_count .* was not set/);
    for (const value of [-1, 0.5, Number.NaN]) {
      expect(() => efficacy("workload_balancing", { instance_migrations_count: value })).toThrow(
        /InvalidIndicatorValue/,
      );
    }
    expect(() => efficacy("workload_balancing", { instance_migrations_count: 1 })).toThrow(/would be 1 of 0/);
  });
});
