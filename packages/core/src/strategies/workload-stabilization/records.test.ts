/** Full search finds, to the last bit, what trying every host for every instance finds. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Reasons } from "../../explanation.ts";
import { openSnapshot } from "../../model/open.ts";
import { Overlay } from "../../model/overlay.ts";
import { anyCluster, snapshotOf, withColumns } from "../../testing/clusters.ts";
import type { Entries } from "./entries.ts";
import { type Loads, readLoads } from "./loads.ts";
import type { LoadMetric } from "./parameters.ts";
import { RecordTargets } from "./records.ts";
import { Room } from "./room.ts";
import { simulate } from "./simulate.ts";
import { Spread } from "./spread.ts";
import type { TargetChoice } from "./targets.ts";

/** Every host with room, one by one. */
class AllTargets implements TargetChoice {
  readonly list: Int32Array;
  readonly #room: Room;
  #source = -1;

  constructor(room: Room, hosts: number) {
    this.#room = room;
    this.list = new Int32Array(hosts);
  }

  leave(source: number): void {
    this.#source = source;
  }

  choose(instance: number): number {
    let count = 0;
    for (let at = 0; at < this.list.length; at++) {
      if (at === this.#source || !this.#room.fits(instance, at)) continue;
      this.list[count] = at;
      count += 1;
    }
    return count;
  }
}

function rowsOf({ instances, targets, values, count }: Entries): number[][] {
  return Array.from({ length: count }, (_, at) => [
    instances[at] as number,
    targets[at] as number,
    values[at] as number,
  ]);
}

const anyMetrics = fc.constantFrom<LoadMetric[]>(
  ["instance_cpu_usage"],
  ["instance_ram_usage"],
  ["instance_cpu_usage", "instance_ram_usage"],
);
// Few different sizes, as in a cloud: hosts of one size are what records are about.
const anyMeasured = anyCluster
  .chain((source) => withColumns(source, { host_cpu_usage: 100, host_ram_usage: 400 * 1024 }))
  .map((source) => ({
    ...source,
    nodes: source.nodes.map((one) => ({
      ...one,
      vcpus: one.vcpus > 20 ? 64 : 16,
      memoryMiB: one.memoryMiB > 100 ? 400 : 80,
      diskGb: 1000,
    })),
  }));

it("full search by records is full search", () => {
  let entries = 0;
  fc.assert(
    fc.property(anyMeasured, anyMetrics, fc.boolean(), (source, metrics, checked) => {
      const overlay = new Overlay(openSnapshot(snapshotOf(source)));
      const loads: Loads = readLoads(overlay, {
        metrics,
        thresholds: { instance_cpu_usage: 0, instance_ram_usage: 0 },
        weights: { instance_cpu_usage_weight: 1, instance_ram_usage_weight: 0.5 },
        instance_metrics: { instance_cpu_usage: "host_cpu_usage", instance_ram_usage: "host_ram_usage" },
        host_choice: "fullsearch",
        retry_count: 1,
        periods: { instance: 720, compute_node: 600, node: 0 },
        aggregation_method: { instance: "mean", compute_node: "mean", node: "" },
        granularity: 300,
      });
      const room = new Room(overlay, loads.nodes, checked);
      const spread = new Spread(loads.metrics);
      const rows = (choice: TargetChoice): number[][] =>
        rowsOf(simulate(overlay, loads, spread, choice, new Reasons()));
      const wanted = rows(new AllTargets(room, loads.nodes.length));
      expect(rows(new RecordTargets(room, loads.metrics))).toEqual(wanted);
      entries += wanted.length;
    }),
    { numRuns: 400 },
  );
  expect(entries).toBeGreaterThan(500);
});
