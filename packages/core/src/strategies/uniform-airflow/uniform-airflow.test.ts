import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ComputedPlan } from "../../compute.ts";
import type { JsonObject } from "../../json.ts";
import type { ClusterModelSource, InstanceSource } from "../../model/source.ts";
import { afterPlan } from "../../testing/after-plan.ts";
import { faultsOf } from "../../testing/checker.ts";
import { anyCluster, cluster, instance, node, samples, withColumns } from "../../testing/clusters.ts";
import { inBrief, planOf } from "../../testing/plans.ts";

type Sample = number | null;

function plan(
  source: ClusterModelSource,
  parameters: JsonObject = {},
  options: JsonObject = {},
): ComputedPlan {
  return planOf(source, { strategyName: "uniform_airflow", parameters, options });
}

function moves(source: ClusterModelSource, parameters: JsonObject = {}, options: JsonObject = {}): string[] {
  return plan(source, parameters, options).actions.map(inBrief);
}

function metrics(airflow: Sample[], inlet: Sample[], power: Sample[]): ClusterModelSource["metrics"] {
  return [samples("host_airflow", airflow), samples("host_inlet_temp", inlet), samples("host_power", power)];
}

/** Node a moves most air, b is hot too, c and d are cool, d the cooler; a and b are neither cold nor idle. */
function warm(): ClusterModelSource {
  return cluster({
    nodes: [node("a"), node("b"), node("c"), node("d")],
    instances: [
      instance("small", 0, { vcpus: 2 }),
      instance("large", 0, { vcpus: 8 }),
      instance("other", 1),
      instance("guest", 3),
    ],
    metrics: metrics([500, 400, 300, 200], [30, 30, 20, 20], [400, 400, 200, 200]),
  });
}

/** As `warm`, with little power and a cool inlet on node a. */
function trouble(members: Partial<ClusterModelSource> = {}): ClusterModelSource {
  return {
    ...warm(),
    metrics: metrics([500, 400, 300, 200], [27, 30, 20, 20], [349, 400, 200, 200]),
    ...members,
  };
}

describe("uniform_airflow", () => {
  it("moves one instance from the node of most airflow to the node of least", () => {
    const { actions, explanation } = plan(warm());
    expect(actions.map(inBrief)).toEqual(["live small host-a > host-d"]);
    expect(explanation).toMatchObject({
      nodes: { hot: 2, cool: 2, withoutSamples: 0 },
      coverage: { wanted: 12, present: 12 },
      moved: {
        first: [
          { from: { node: "host-a", airflow: 500 }, to: { node: "host-d", airflow: 200 }, instance: "small" },
        ],
      },
    });
  });

  it("empties a node in trouble, most vCPUs first", () => {
    expect(moves(trouble())).toEqual(["live large host-a > host-d", "live small host-a > host-d"]);
  });

  it("needs both signs of trouble, and takes no missing sample for one", () => {
    const one = ["live small host-a > host-d"];
    expect(moves(trouble(), { threshold_inlet_t: 27 })).toEqual(one);
    expect(moves(trouble(), { threshold_power: 349 })).toEqual(one);
    const airflow = [500, 400, 300, 200];
    const blind = { required_coverage: 0.5 };
    const without = (inlet: Sample, power: Sample): ClusterModelSource =>
      trouble({ metrics: metrics(airflow, [inlet, 30, 20, 20], [power, 400, 200, 200]) });
    expect(moves(without(null, 349), {}, blind)).toEqual(one);
    expect(moves(without(27, null), {}, blind)).toEqual(one);
    expect(moves(without(0, 0), {}, blind)).toHaveLength(2);
  });

  it("counts what it has placed, and moves all or nothing", () => {
    const nodes = [node("a"), node("b"), node("c", { vcpus: 4 }), node("d", { vcpus: 18 })];
    expect(moves(trouble({ nodes }))).toEqual(["live large host-a > host-d", "live small host-a > host-c"]);
    const full = [node("a"), node("b"), node("c", { vcpus: 1 }), node("d", { vcpus: 18 })];
    const { actions, explanation } = plan(trouble({ nodes: full }));
    expect(actions).toEqual([]);
    expect(explanation.noRoomFor).toEqual({
      instance: "small",
      placedBefore: 1,
      targets: { "no room: vcpus": 2 },
    });
  });

  it("leaves out what cannot move; parity takes it, as live", () => {
    const guests = (members: Partial<InstanceSource>): ClusterModelSource =>
      trouble({ instances: [instance("x", 0, members), instance("y", 0, { vcpus: 1 })] });
    for (const members of [{ locked: true }, { watcherExclude: true }, { state: "error" }]) {
      expect(moves(guests(members))).toEqual(["live y host-a > host-d"]);
    }
    const stopped = guests({ state: "stopped" });
    expect(moves(stopped)).toEqual(["cold x host-a > host-d", "live y host-a > host-d"]);
    const both = ["live x host-a > host-d", "live y host-a > host-d"];
    expect(moves(stopped, {}, { strategy_parity: true })).toEqual(both);
    expect(moves(guests({ watcherExclude: true }), {}, { strategy_parity: true })).toEqual(both);
  });

  it("fits by capacity; parity by what the hardware has", () => {
    const nodes = [node("a"), node("b"), node("c"), node("d", { vcpus: 12, vcpusReserved: 1 })];
    expect(moves({ ...warm(), nodes })).toEqual(["live small host-a > host-c"]);
    expect(moves({ ...warm(), nodes }, {}, { strategy_parity: true })).toEqual([
      "live small host-a > host-d",
    ]);
  });

  it("keeps zone pins", () => {
    const nodes = [node("a"), node("b"), node("c", { zone: "z1" }), node("d", { zone: "z2" })];
    const pinned = (pinnedAz: string): ClusterModelSource =>
      trouble({ nodes, instances: [instance("x", 0, { pinnedAz })] });
    expect(moves(pinned("z1"))).toEqual(["live x host-a > host-c"]);
    expect(moves(pinned("z3"))).toEqual([]);
  });

  it("goes on to the next hot node when one has nothing to give", () => {
    const instances = [instance("x", 0, { locked: true }), instance("y", 1)];
    expect(moves({ ...warm(), instances })).toEqual(["live y host-b > host-d"]);
    expect(moves(trouble({ instances }))).toEqual(["live y host-b > host-d"]);
  });

  it("says why it plans nothing", () => {
    const why = (source: ClusterModelSource, parameters: JsonObject = {}): unknown => {
      const { actions, explanation } = plan(source, parameters);
      expect(actions).toEqual([]);
      return explanation.summary;
    };
    expect(why(warm(), { threshold_airflow: 501 })).toBe("No node reaches the airflow threshold.");
    expect(why(warm(), { threshold_airflow: 200 })).toBe(
      "Every node with a sample reaches the airflow threshold.",
    );
    expect(why({ ...warm(), instances: [] })).toBe("No hot node has an instance that may leave it.");
    const blind = { ...warm(), metrics: metrics([500, null, 300, 200], [30, null, 20, 20], [1, null, 1, 1]) };
    expect(why(blind)).toBe("Too few samples to judge airflow, inlet temperature and power.");
  });

  it("fails without one of its metrics, naming it", () => {
    expect(() => plan({ ...warm(), metrics: warm().metrics.slice(0, 2) })).toThrow(
      /^not-found: MetricNotAvailable: no samples of host_power/,
    );
  });

  it("is sound on any cluster, and comes to rest when run again on its result", () => {
    let emptied = 0;
    const columns = { host_airflow: 800, host_inlet_temp: 50, host_power: 600 };
    fc.assert(
      fc.property(
        anyCluster.chain((source) => withColumns(source, columns)),
        (source) => {
          let state = source;
          for (let run = 0; run <= source.instances.length; run++) {
            const { actions } = plan(state, {}, { required_coverage: 0.5 });
            expect(faultsOf(state, actions)).toEqual([]);
            emptied += Number(actions.length > 1);
            if (actions.length === 0) return;
            state = afterPlan(state, actions);
          }
          throw new Error("does not come to rest");
        },
      ),
      { numRuns: 300 },
    );
    expect(emptied).toBeGreaterThan(0);
  });
});
