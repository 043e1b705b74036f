/** Whatever the cluster: sound plans, an end to a chain of runs, and nothing to do where all is even. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { JsonObject } from "../../json.ts";
import type { ClusterModelSource, MetricSource, NodeSource } from "../../model/source.ts";
import { faultsOf } from "../../testing/checker.ts";
import { anyCluster, samples, withColumns } from "../../testing/clusters.ts";
import { computeOn, type Request } from "../../testing/plans.ts";

const KIB_PER_MIB = 1024;
/** A chain of runs comes to rest long before. */
const RUNS_MAX = 60;

const anyParameters: fc.Arbitrary<JsonObject> = fc.record({
  metrics: fc.constantFrom<string[]>(
    ["instance_cpu_usage"],
    ["instance_ram_usage"],
    ["instance_cpu_usage", "instance_ram_usage"],
  ),
  thresholds: fc.constantFrom<JsonObject>({}, { instance_cpu_usage: 0.01, instance_ram_usage: 0.01 }),
  host_choice: fc.constantFrom("retry", "cycle", "fullsearch"),
  retry_count: fc.constantFrom(1, 3),
});

function run(source: ClusterModelSource, parameters: JsonObject, request: Request = {}) {
  const options = { required_coverage: 0 };
  const result = computeOn(source, {
    strategyName: "workload_stabilization",
    parameters,
    options,
    ...request,
  });
  if (!result.ok) throw new Error(result.error.message);
  return result.plan;
}

it("plans are sound, missing samples and overloaded hosts included", () => {
  let moves = 0;
  const anyMeasured = anyCluster.chain((source) =>
    withColumns(source, { host_cpu_usage: 100, host_ram_usage: 400 * KIB_PER_MIB }),
  );
  fc.assert(
    fc.property(anyMeasured, anyParameters, fc.nat(), (source, parameters, seed) => {
      const { actions } = run(source, parameters, { seed });
      expect(faultsOf(source, actions)).toEqual([]);
      moves += actions.length;
    }),
    { numRuns: 400 },
  );
  expect(moves).toBeGreaterThan(100);
});

/** Use of each instance in vCPUs or MiB; 0 without a sample. */
function usesOf({ instances, metrics }: ClusterModelSource, name: string): number[] {
  const values = metrics.find((column) => column.name === name)?.values ?? [];
  return instances.map((one, at) => {
    const value = values[at] ?? 0;
    return name === "instance_cpu_usage" ? (value / 100) * one.vcpus : value;
  });
}

/** The cluster with host metrics that are what its instances use and a base. */
function measured(source: ClusterModelSource): ClusterModelSource {
  const hostColumn = (
    name: string,
    use: string,
    value: (used: number, host: NodeSource) => number | null,
  ) => {
    const uses = usesOf(source, use);
    const used = source.nodes.map((_, node) =>
      source.instances.reduce((sum, one, at) => (one.nodeIndex === node ? sum + (uses[at] ?? 0) : sum), 0),
    );
    return samples(
      name,
      source.nodes.map((host, node) => value(used[node] ?? 0, host)),
    );
  };
  const hosts: MetricSource[] = [
    hostColumn("host_cpu_usage", "instance_cpu_usage", (used, { vcpus }) =>
      vcpus === 0 ? null : 2 + (100 * used) / vcpus,
    ),
    hostColumn("host_ram_usage", "instance_ram_usage", (used) => KIB_PER_MIB * (4 + used)),
  ];
  const others = source.metrics.filter(({ name }) => name.startsWith("instance_"));
  return { ...source, metrics: [...others, ...hosts] };
}

function after(source: ClusterModelSource, actions: ReturnType<typeof run>["actions"]): ClusterModelSource {
  const home = new Map(
    actions.map(({ inputParameters: given }) => [given.resource_id, given.destination_node]),
  );
  const instances = source.instances.map((one) => {
    const target = source.nodes.findIndex(({ hostname }) => hostname === home.get(one.uuid));
    return target < 0 ? one : { ...one, nodeIndex: target };
  });
  return measured({ ...source, instances });
}

it("each run of a chain strictly improves, until one moves nothing", () => {
  let longest = 0;
  fc.assert(
    fc.property(anyCluster.map(measured), anyParameters, fc.nat(), (source, parameters, seed) => {
      let now = source;
      for (let runs = 0; runs < RUNS_MAX; runs++) {
        const { actions, explanation } = run(now, parameters, { seed });
        longest = Math.max(longest, runs);
        if (actions.length === 0) return;
        const moved = after(now, actions);
        // The figures of a run, and those of a fresh look at what came of it.
        const weighted = explanation.weightedDeviation as { before: number; after: number };
        expect(weighted.after).toBeLessThan(weighted.before);
        const measuredAfter = run(moved, { ...parameters, thresholds: {} }).explanation.deviations;
        const told = explanation.deviations as { after: number }[];
        (measuredAfter as { before: number }[]).forEach(({ before }, m) => {
          expect(before).toBeCloseTo(told[m]?.after ?? Number.NaN, 9);
        });
        now = moved;
      }
      throw new Error(`still moving after ${RUNS_MAX} runs`);
    }),
    { numRuns: 150 },
  );
  expect(longest).toBeGreaterThan(0);
});

it("has nothing to do where the hosts are even", () => {
  const even = anyCluster.map((source) => ({
    ...source,
    metrics: [
      ...source.metrics,
      samples("host_cpu_usage", Array(source.nodes.length).fill(40)),
      samples(
        "host_ram_usage",
        source.nodes.map(({ memoryMiB }) => KIB_PER_MIB * memoryMiB * 0.4),
      ),
    ],
  }));
  fc.assert(
    fc.property(even, anyParameters, (source, parameters) => {
      expect(run(source, parameters).actions).toEqual([]);
    }),
  );
});

it("goes without any sample", () => {
  fc.assert(
    fc.property(
      anyCluster,
      anyParameters,
      fc.constantFrom(0, 0.8),
      (source, parameters, required_coverage) => {
        const none = (length: number): null[] => Array(length).fill(null);
        const metrics = [
          samples("host_cpu_usage", none(source.nodes.length)),
          samples("host_ram_usage", none(source.nodes.length)),
          samples("instance_cpu_usage", none(source.instances.length)),
          samples("instance_ram_usage", none(source.instances.length)),
        ];
        expect(run({ ...source, metrics }, parameters, { options: { required_coverage } }).actions).toEqual(
          [],
        );
      },
    ),
    { numRuns: 50 },
  );
});
