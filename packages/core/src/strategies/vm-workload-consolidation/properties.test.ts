/** Whatever the cluster: as the reference under parity, and by our own rules sound and at rest. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeSolution } from "../../compute.ts";
import { openSnapshot } from "../../model/open.ts";
import type { ClusterModelSource, MetricSource } from "../../model/source.ts";
import type { PlannedAction } from "../../planner/planner.ts";
import { anyCluster, instance, node, samples, snapshotOf, withColumns } from "../../testing/clusters.ts";
import { measured } from "../../testing/measured.ts";
import { planFaultsOf } from "../../testing/plan-checker.ts";
import { inBrief, planOf } from "../../testing/plans.ts";
import { byTheLetter } from "./by-the-letter.ts";

const NAME = "vm_workload_consolidation";
const KIB_PER_MIB = 1024;
const ROUNDING = 1e-6;
/** Runs after which a chain must be at rest: each but the last relieves or empties a node, of at most 6. */
const RUNS_MAX = 12;

const measuredCluster = anyCluster.chain((source) =>
  withColumns(source, {
    host_cpu_usage: 60,
    host_ram_usage: 150 * KIB_PER_MIB,
    instance_ram_allocated: 48,
    instance_root_disk_size: 60,
  }),
);

/** Hardly any room, and hosts that are overloaded: instances move on and back, moves wait for others. */
const crowdedCluster = fc
  .record({
    nodes: fc.array(
      fc.record({
        vcpus: fc.integer({ min: 6, max: 16 }),
        vcpusReserved: fc.constantFrom(0, 0, 4),
        memoryMiB: fc.constantFrom(800, 1200, 1600),
      }),
      { minLength: 3, maxLength: 5 },
    ),
    guests: fc.array(
      fc.record({
        place: fc.nat(4),
        vcpus: fc.integer({ min: 1, max: 6 }),
        memoryMiB: fc.constantFrom(100, 200, 400),
        cpu: fc.nat(100),
      }),
      { minLength: 6, maxLength: 16, size: "max" },
    ),
  })
  .map(({ nodes, guests }) =>
    measured(
      nodes.map((members, at) => node(`n${at}`, members)),
      guests.map(({ place, cpu, ...members }, at) => [
        instance(`i${at}`, place % nodes.length, { ...members, diskGb: 1 }),
        { cpu },
      ]),
    ),
  );

const anyMeasured = fc.oneof(measuredCluster, crowdedCluster);

function planned(source: ClusterModelSource): PlannedAction[] {
  return planOf(source, { strategyName: NAME }).actions;
}

function values(source: ClusterModelSource, name: string): readonly (number | null)[] {
  return source.metrics.find((metric) => metric.name === name)?.values ?? [];
}

/** What an instance takes with it: percent of one vCPU, MiB. */
function use(source: ClusterModelSource, at: number): { cpu: number; ram: number } {
  const ram = values(source, "instance_ram_usage")[at] ?? values(source, "instance_ram_allocated")[at];
  const { vcpus = 0, memoryMiB = 0 } = source.instances[at] ?? {};
  return { cpu: vcpus * (values(source, "instance_cpu_usage")[at] ?? 0), ram: ram ?? memoryMiB };
}

/** The cluster after the plan, hosts reporting what then is there. */
function after(source: ClusterModelSource, actions: readonly PlannedAction[]): ClusterModelSource {
  const nodes = source.nodes.map((one) => ({ ...one }));
  const instances = source.instances.map((one) => ({ ...one }));
  const cpu = [...values(source, "host_cpu_usage")];
  const ram = [...values(source, "host_ram_usage")];
  const shift = (host: number, moved: { cpu: number; ram: number }, sign: 1 | -1): void => {
    const vcpus = nodes[host]?.vcpus ?? 0;
    cpu[host] = Math.max(0, (cpu[host] ?? 0) + (vcpus === 0 ? 0 : (sign * moved.cpu) / vcpus));
    ram[host] = Math.max(0, (ram[host] ?? 0) + sign * moved.ram * KIB_PER_MIB);
  };
  for (const { actionType, inputParameters: given } of actions) {
    if (actionType === "migrate") {
      const at = instances.findIndex(({ uuid }) => uuid === given.resource_id);
      const to = nodes.findIndex(({ hostname }) => hostname === given.destination_node);
      const moved = instances[at];
      if (moved === undefined || moved.nodeIndex === null)
        throw new Error(`no instance ${given.resource_id}`);
      shift(moved.nodeIndex, use(source, at), -1);
      shift(to, use(source, at), 1);
      moved.nodeIndex = to;
    } else {
      const changed = nodes.find(({ hostname }) => hostname === given.resource_name);
      if (changed !== undefined) changed.status = given.state as "enabled" | "disabled";
    }
  }
  const metrics = source.metrics.map((metric): MetricSource => {
    if (metric.name === "host_cpu_usage") return samples(metric.name, cpu);
    return metric.name === "host_ram_usage" ? samples(metric.name, ram) : metric;
  });
  return { ...source, nodes, instances, metrics };
}

/** vCPUs that instances use together, per host, and MiB. */
function realUse(source: ClusterModelSource): { cpu: number; ram: number }[] {
  const sums = source.nodes.map(() => ({ cpu: 0, ram: 0 }));
  source.instances.forEach(({ nodeIndex }, at) => {
    const sum = sums[nodeIndex ?? -1];
    if (sum === undefined) return;
    sum.cpu += use(source, at).cpu / 100;
    sum.ram += use(source, at).ram;
  });
  return sums;
}

function inUse(source: ClusterModelSource): number {
  return new Set(source.instances.map(({ nodeIndex }) => nodeIndex)).size;
}

/** vCPUs used beyond capacity, of each overloaded host that the strategy looks at. */
function excesses(source: ClusterModelSource): number[] {
  const reported = values(source, "host_cpu_usage");
  const sums = realUse(source);
  const all = source.nodes.map((one, at) => {
    if (one.state === "down" || reported[at] === null || values(source, "host_ram_usage")[at] === null)
      return 0;
    const cpu = Math.max(sums[at]?.cpu ?? 0, ((reported[at] ?? 0) * one.vcpus) / 100);
    return cpu - (one.vcpus - one.vcpusReserved) * one.vcpuRatio;
  });
  return all.filter((excess) => excess > 0);
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

describe("vm_workload_consolidation on any cluster", () => {
  it("comes to what the text says under parity, move by move", () => {
    let moving = 0;
    fc.assert(
      fc.property(anyMeasured, (source) => {
        const { actions, efficacyIndicators } = computeSolution(openSnapshot(snapshotOf(source)), {
          goalName: "",
          strategyName: NAME,
          parameters: {},
          scope: [],
          auditType: "ONESHOT",
          seed: 1,
          options: { strategy_parity: true },
          history: {},
        });
        const wanted = byTheLetter(source);
        expect(actions.map((action) => inBrief({ ...action, parents: [] }))).toEqual(wanted.lines);
        const [, released, migrations] = efficacyIndicators.map(({ value }) => value);
        expect([released, migrations]).toEqual([Math.max(0, wanted.released), wanted.migrations]);
        moving += Number(wanted.migrations > 2);
      }),
      { numRuns: 500 },
    );
    expect(moving).toBeGreaterThan(100);
  });

  it("is sound, fills no host beyond the real machine, and empties whole nodes", () => {
    let moving = 0;
    fc.assert(
      fc.property(anyMeasured, (source) => {
        const actions = planned(source);
        expect(planFaultsOf(source, actions)).toEqual([]);
        const [before, now] = [realUse(source), realUse(after(source, actions))];
        source.nodes.forEach(({ vcpus, memoryMiB }, at) => {
          const [was, is] = [before[at], now[at]];
          if (was === undefined || is === undefined) return;
          expect(is.cpu).toBeLessThanOrEqual(Math.max(vcpus, was.cpu) + ROUNDING);
          expect(is.ram).toBeLessThanOrEqual(Math.max(memoryMiB, was.ram) + ROUNDING);
        });
        moving += Number(actions.some(({ actionType }) => actionType === "migrate"));
      }),
      { numRuns: 400 },
    );
    expect(moving).toBeGreaterThan(100);
  });

  it("relieves or frees with every run that moves, and comes to rest", () => {
    fc.assert(
      fc.property(anyMeasured, (first) => {
        let source = first;
        for (let run = 0; run < RUNS_MAX; run++) {
          const actions = planned(source);
          const next = after(source, actions);
          if (!actions.some(({ actionType }) => actionType === "migrate")) {
            expect(planned(next)).toEqual([]);
            return;
          }
          const [were, are] = [excesses(source), excesses(next)];
          expect(total(are)).toBeLessThan(total(were) + ROUNDING);
          // An excess may be as small as rounding leaves it: then it is the host that counts.
          const relieved = are.length < were.length || total(are) < total(were) - ROUNDING;
          if (!relieved) expect(inUse(next)).toBeLessThan(inUse(source));
          source = next;
        }
        expect.fail(`still moving after ${RUNS_MAX} runs`);
      }),
      { numRuns: 300 },
    );
  });
});
