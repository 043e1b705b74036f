/** Whatever the cluster: plans pass the checker, repeat byte by byte, and explain themselves briefly. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ComputedPlan } from "../compute.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { ClusterModelSource } from "../model/source.ts";
import { faultsOf } from "../testing/checker.ts";
import { anyCluster } from "../testing/clusters.ts";
import { planOf as planOn } from "../testing/plans.ts";

const EXPLANATION_LENGTH_MAX = 60_000;

interface Scoped {
  scope: JsonValue[];
  hostsOutOfScope: string[];
  excluded: string[];
}

const anyScope: fc.Arbitrary<Scoped> = fc
  .record({ hosts: fc.subarray(["host-n4", "host-n5"]), instances: fc.subarray(["i1", "i2", "i3", "i4"]) })
  .map(
    ({ hosts, instances }): Scoped => ({
      scope: [
        {
          compute: [
            {
              exclude: [
                { compute_nodes: hosts.map((name) => ({ name })) },
                { instances: instances.map((uuid) => ({ uuid })) },
              ],
            },
          ],
        },
      ],
      hostsOutOfScope: hosts,
      excluded: instances,
    }),
  );

function planOf(
  source: ClusterModelSource,
  strategyName: string,
  parameters: JsonObject,
  scope: JsonValue[],
): ComputedPlan {
  const request = { strategyName, parameters, scope, seed: 7 };
  const plan = planOn(source, request);
  expect(JSON.stringify(planOn(structuredClone(source), request))).toBe(JSON.stringify(plan));
  expect(JSON.stringify(plan.explanation).length).toBeLessThan(EXPLANATION_LENGTH_MAX);
  return plan;
}

describe("workload_balance on random clusters", () => {
  it("plans at most one migration, and a sound one", () => {
    let planned = 0;
    const parameters = fc.record({
      metrics: fc.constantFrom("instance_cpu_usage", "instance_ram_usage"),
      threshold: fc.constantFrom(5, 10, 25),
    });
    fc.assert(
      fc.property(anyCluster, parameters, anyScope, (source, given, { scope, ...rules }) => {
        const { actions } = planOf(source, "workload_balance", given, scope);
        expect(actions.length).toBeLessThanOrEqual(1);
        expect(faultsOf(source, actions, rules)).toEqual([]);
        planned += actions.length;
      }),
      { numRuns: 1000 },
    );
    // About 75 of 1000 clusters: without plans the property would say nothing.
    expect(planned).toBeGreaterThan(25);
  });
});

describe("host_maintenance on random clusters", () => {
  it("closes the host soundly and accounts for every instance on it", () => {
    let moved = 0;
    const parameters = fc.record({
      backup: fc.option(fc.integer({ min: 0, max: 5 })),
      disable_live_migration: fc.boolean(),
      disable_cold_migration: fc.boolean(),
    });
    fc.assert(
      fc.property(anyCluster, parameters, anyScope, (source, given, { scope, ...rules }) => {
        const reachable = source.nodes.filter((one) => !rules.hostsOutOfScope.includes(one.hostname));
        const { backup, ...switches } = given;
        const host = reachable[0];
        if (host === undefined) return;
        const other = backup === null ? undefined : reachable[backup % reachable.length];
        const chosen: JsonObject = { ...switches, maintenance_node: host.hostname };
        if (other !== undefined) chosen.backup_node = other.hostname;
        const { actions, explanation } = planOf(source, "host_maintenance", chosen, scope);
        expect(faultsOf(source, actions, { ...rules, coldActive: true, closesFullHosts: true })).toEqual([]);
        const closing = actions.filter(({ inputParameters }) => inputParameters.state === "disabled");
        expect(closing.map(({ inputParameters }) => inputParameters.resource_name)).toEqual([host.hostname]);
        const guests = source.instances.filter(
          ({ nodeIndex }) => source.nodes[nodeIndex ?? -1] === host,
        ).length;
        const touched = actions.filter(({ actionType }) => actionType !== "change_nova_service_state").length;
        const staying = (explanation.staying as { count: number } | undefined)?.count ?? 0;
        expect(touched + staying).toBe(guests);
        moved += touched;
      }),
      { numRuns: 1000 },
    );
    expect(moved).toBeGreaterThan(100);
  });
});
