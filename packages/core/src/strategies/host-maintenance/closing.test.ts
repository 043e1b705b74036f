/** Whatever the cluster: every instance of the closed host is accounted for. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../json.ts";
import { planOf } from "../../testing/plans.ts";
import { anyShape, randomCluster } from "../../testing/random-clusters.ts";

describe("host_maintenance on random clusters", () => {
  it("closes the host and moves, stops or names every instance on it", () => {
    let moved = 0;
    const parameters = fc.record({
      backup: fc.option(fc.nat(7)),
      disable_live_migration: fc.boolean(),
      disable_cold_migration: fc.boolean(),
    });
    fc.assert(
      fc.property(anyShape, parameters, (shape, { backup, ...switches }) => {
        const source = randomCluster(shape);
        const host = source.nodes[0];
        if (host === undefined) return;
        const other = backup === null ? undefined : source.nodes[backup % source.nodes.length];
        const chosen: JsonObject = { ...switches, maintenance_node: host.hostname };
        if (other !== undefined) chosen.backup_node = other.hostname;
        const { actions, explanation } = planOf(source, {
          strategyName: "host_maintenance",
          parameters: chosen,
        });
        const closing = actions.filter(({ inputParameters }) => inputParameters.state === "disabled");
        expect(closing.map(({ inputParameters }) => inputParameters.resource_name)).toEqual([host.hostname]);
        const guests = source.instances.filter(({ nodeIndex }) => nodeIndex === 0).length;
        const touched = actions.filter(({ actionType }) => actionType !== "change_nova_service_state").length;
        const staying = (explanation.staying as { count: number } | undefined)?.count ?? 0;
        expect(touched + staying).toBe(guests);
        moved += touched;
      }),
      { numRuns: 300 },
    );
    expect(moved).toBeGreaterThan(100);
  });
});
