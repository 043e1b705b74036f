/**
 * The strategy once more as its description reads, with plain objects, the plain formula and every host
 * tried: cycle and full search come to the same actions and figures.
 */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../json.ts";
import type { ClusterModelSource } from "../../model/source.ts";
import { createRandom } from "../../random.ts";
import { cluster, instance, node, samples } from "../../testing/clusters.ts";
import { inBrief, planOf } from "../../testing/plans.ts";

type Metric = "instance_cpu_usage" | "instance_ram_usage";
type Host = Record<Metric, number>;
interface Given {
  metrics: Metric[];
  thresholds: Host;
  weights: Record<`${Metric}_weight`, number>;
  host_choice: "cycle" | "fullsearch";
}

/** Nothing ties: figures of full precision, so that rounding decides nothing. */
function anyCloud(seed: number): ClusterModelSource {
  const random = createRandom(seed);
  const upTo = (max: number): number => (random.uint32() / 2 ** 32) * max;
  const hosts = 2 + random.below(7);
  const guests = random.below(40);
  const pick = (count: number): number => random.below(count);
  return cluster({
    nodes: Array.from({ length: hosts }, (_, at) =>
      // Order of uuids is not the order of the model.
      node(`n${(at * 5 + 3) % 11}`, {
        vcpus: [16, 32, 64][pick(3)] ?? 16,
        memoryMiB: 400,
        diskGb: 300 + pick(200),
      }),
    ),
    instances: Array.from({ length: guests }, (_, at) =>
      instance(`i${at}`, pick(hosts), {
        vcpus: 1 + pick(8),
        memoryMiB: 1 + pick(60),
        diskGb: pick(60),
        state: pick(9) === 0 ? "stopped" : "active",
        watcherExclude: pick(12) === 0,
      }),
    ),
    metrics: [
      samples(
        "host_cpu_usage",
        Array.from({ length: hosts }, () => (pick(20) === 0 ? null : upTo(99))),
      ),
      samples(
        "host_ram_usage",
        Array.from({ length: hosts }, () => upTo(390 * 1024)),
      ),
      samples(
        "instance_cpu_usage",
        Array.from({ length: guests }, () => (pick(20) === 0 ? null : upTo(100))),
      ),
      samples(
        "instance_ram_usage",
        Array.from({ length: guests }, () => upTo(60)),
      ),
    ],
  });
}

function plain(source: ClusterModelSource, given: Given): { moves: string[]; before: number; after: number } {
  const { nodes, instances } = source;
  const value = (metric: string, at: number): number | null =>
    source.metrics.find(({ name }) => name === metric)?.values[at] ?? null;
  const size = (metric: Metric, n: number): number =>
    (metric === "instance_cpu_usage" ? nodes[n]?.vcpus : nodes[n]?.memoryMiB) ?? 0;
  const loads = new Map<number, Host>();
  nodes.forEach((_, n) => {
    const cpu = value("host_cpu_usage", n);
    const ram = value("host_ram_usage", n);
    if (given.metrics.includes("instance_cpu_usage") && cpu === null) return;
    loads.set(n, { instance_cpu_usage: (cpu ?? 0) / 100, instance_ram_usage: (ram ?? 0) / 1024 });
  });
  const deviation = (hosts: Map<number, Host>, metric: Metric): number => {
    const values = [...hosts].map(([n, host]) =>
      metric === "instance_ram_usage" ? host[metric] / size(metric, n) : host[metric],
    );
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length);
  };
  const weighted = (hosts: Map<number, Host>): number =>
    given.metrics.reduce(
      (sum, metric) => sum + deviation(hosts, metric) * given.weights[`${metric}_weight`],
      0,
    );
  const afterMove = (hosts: Map<number, Host>, i: number, a: number, b: number): Map<number, Host> | null => {
    const moved = new Map([...hosts].map(([n, host]) => [n, { ...host }]));
    for (const metric of given.metrics) {
      const use = value(metric, i);
      if (use === null) return null;
      const load = metric === "instance_cpu_usage" ? (use / 100) * (instances[i]?.vcpus ?? 0) : use;
      const share = (n: number): number => (metric === "instance_cpu_usage" ? load / size(metric, n) : load);
      (moved.get(a) as Host)[metric] -= share(a);
      (moved.get(b) as Host)[metric] += share(b);
    }
    return moved;
  };
  const place = instances.map(({ nodeIndex }) => nodeIndex);
  const fits = (i: number, b: number): boolean =>
    (["vcpus", "memoryMiB", "diskGb"] as const).every((resource) => {
      const used = instances.reduce((sum, one, at) => (place[at] === b ? sum + one[resource] : sum), 0);
      return used + (instances[i]?.[resource] ?? 0) <= (nodes[b]?.[resource] ?? 0);
    });

  const trigger = given.metrics.find((metric) => deviation(loads, metric) > given.thresholds[metric]);
  if (trigger === undefined) return { moves: [], before: 0, after: 0 };
  const order = [...loads.keys()].sort((a, b) => ((nodes[a]?.uuid ?? "") < (nodes[b]?.uuid ?? "") ? -1 : 1));
  const entries: { i: number; a: number; b: number; v: number }[] = [];
  for (const a of order) {
    const others = order.filter((n) => n !== a);
    let turn = 0;
    instances.forEach((one, i) => {
      if (one.nodeIndex !== a || one.watcherExclude || one.state !== "active") return;
      let targets = others.filter((b) => fits(i, b));
      if (given.host_choice === "cycle") {
        targets = [];
        for (let tried = 0; tried < others.length && targets.length === 0; tried++, turn++) {
          const b = others[turn % others.length] as number;
          if (fits(i, b)) targets = [b];
        }
      }
      let best = weighted(loads);
      for (const b of targets) {
        const hosts = afterMove(loads, i, a, b);
        if (hosts === null) break;
        if (weighted(hosts) < best - 1e-12) {
          best = weighted(hosts);
          entries.push({ i, a, b, v: best });
        }
      }
    });
  }
  entries.sort((x, y) => x.v - y.v);
  let hosts = loads;
  let least = 1;
  let after = 0;
  const moves: string[] = [];
  for (const { i, a, b } of entries) {
    if (place[i] !== a || !fits(i, b)) continue;
    const moved = afterMove(hosts, i, a, b) as Map<number, Host>;
    if (weighted(moved) < least - 1e-12) {
      hosts = moved;
      least = weighted(moved);
      after = least;
      place[i] = b;
      moves.push(`live i${i} ${nodes[a]?.hostname} > ${nodes[b]?.hostname}`);
    }
    if (given.metrics.some((metric) => deviation(moved, metric) < given.thresholds[metric])) break;
  }
  return { moves, before: deviation(loads, trigger), after };
}

describe("the plain strategy", () => {
  const metricLists: Metric[][] = [
    ["instance_cpu_usage"],
    ["instance_ram_usage"],
    ["instance_ram_usage", "instance_cpu_usage"],
  ];
  for (const host_choice of ["cycle", "fullsearch"] as const) {
    for (const metrics of metricLists) {
      it(`moves the same by ${host_choice}, ${metrics.join(" and ")}`, () => {
        let moves = 0;
        for (let seed = 1; seed <= 60; seed++) {
          const source = anyCloud(seed);
          const threshold = [0, 0.05, 0.15][seed % 3] as number;
          const given: Given = {
            metrics,
            thresholds: { instance_cpu_usage: threshold, instance_ram_usage: threshold },
            weights: { instance_cpu_usage_weight: 1, instance_ram_usage_weight: 0.4 },
            host_choice,
          };
          const wanted = plain(source, given);
          const seen = planOf(source, {
            strategyName: "workload_stabilization",
            parameters: { ...given } as JsonObject,
            options: { required_coverage: 0 },
          });
          expect(seen.actions.map(inBrief), `seed ${seed}`).toEqual(wanted.moves);
          const figure = (name: string): number =>
            seen.efficacyIndicators.find((one) => one.name === name)?.value as number;
          expect(figure("standard_deviation_before_audit")).toBeCloseTo(wanted.before, 9);
          expect(figure("standard_deviation_after_audit")).toBeCloseTo(wanted.after, 9);
          moves += wanted.moves.length;
        }
        expect(moves).toBeGreaterThan(60);
      });
    }
  }
});
