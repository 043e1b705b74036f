import { describe, expect, it } from "vitest";
import { type ComputedPlan, computeSolution } from "../../compute.ts";
import type { JsonObject } from "../../json.ts";
import { openSnapshot } from "../../model/open.ts";
import type { ClusterModelSource, NodeSource } from "../../model/source.ts";
import { instance, node, samples, snapshotOf } from "../../testing/clusters.ts";
import { measured } from "../../testing/measured.ts";
import { inBrief, planOf } from "../../testing/plans.ts";

function plan(source: ClusterModelSource, options: JsonObject = {}): ComputedPlan {
  return planOf(source, { strategyName: "vm_workload_consolidation", options });
}

/** In the order of the strategy, before the planner. */
function actions(source: ClusterModelSource, options: JsonObject = {}): string[] {
  const request = { goalName: "", strategyName: "vm_workload_consolidation", parameters: {}, scope: [] };
  const rest = { auditType: "ONESHOT", seed: 1, history: {}, options };
  const { actions } = computeSolution(openSnapshot(snapshotOf(source)), { ...request, ...rest });
  return actions.map((action) => inBrief({ ...action, parents: [] }));
}

function indicator(source: ClusterModelSource, name: string): number | undefined {
  return plan(source).efficacyIndicators.find((one) => one.name === name)?.value;
}

const roomy = (uuid: string, members: Partial<NodeSource> = {}): NodeSource =>
  node(uuid, { memoryMiB: 64_000, ...members });

/** Three nodes; a and b would fit on c. */
function three(
  members: Partial<NodeSource>[] = [],
  guest: object = {},
  cpu: number | null = 10,
): ClusterModelSource {
  return measured(
    ["a", "b", "c"].map((uuid, at) => roomy(uuid, members[at])),
    [
      [instance("a1", 0, { vcpus: 2, ...guest }), { cpu }],
      [instance("b1", 1, { vcpus: 2 }), { cpu: 40 }],
      [instance("c1", 2, { vcpus: 2 }), { cpu: 90 }],
    ],
  );
}

const B_TO_C = "live b1 host-b > host-c";
const PACKED = [
  "live a1 host-a > host-c",
  B_TO_C,
  "disabled a watcher_disabled",
  "disabled b watcher_disabled",
];

describe("vm_workload_consolidation", () => {
  it("does not remember all nodes anew for each one of a full cloud", () => {
    // With that it took minutes, and it takes a tenth of a second without.
    const nodes = Array.from({ length: 16_000 }, (_, at) => roomy(`n${at}`, { vcpus: 2 }));
    const full = measured(
      nodes,
      nodes.map(({ uuid }, at) => [instance(`i-${uuid}`, at, { vcpus: 2 }), { cpu: 50 }]),
    );
    const { actions: planned, explanation } = plan(full);
    expect(planned).toEqual([]);
    expect(explanation.kept).toMatchObject({ count: 16_000, byReason: { "no room": 16_000 } });
  });

  it("nor where the first of each node's instances finds a place", () => {
    const nodes = Array.from({ length: 8_000 }, (_, at) =>
      roomy(`n${at}`, { vcpus: at === 4_000 ? 3 : 2, memoryMiB: 4_000 }),
    );
    const full = measured(
      nodes,
      nodes.flatMap(({ uuid }, at) =>
        [0, 1].map((one) => [instance(`i${one}-${uuid}`, at, { vcpus: 1 }), { cpu: at / 100 }] as const),
      ),
    );
    expect(plan(full).actions).toEqual([]);
  });

  it("empties the nodes with the least load into the one with the most, and closes them", () => {
    expect(actions(three())).toEqual(PACKED);
    const { explanation, efficacyIndicators, globalEfficacy } = plan(three());
    expect(efficacyIndicators.map(({ value }) => value)).toEqual([3, 2, 2]);
    expect(globalEfficacy[0]?.value).toBeCloseTo(200 / 3, 9);
    expect(explanation).toMatchObject({
      summary: "2 instances move, 2 nodes become empty, 2 nodes are closed.",
      nodes: { measured: 3, emptied: 2, inUse: 1, closed: 2 },
      moved: {
        count: 2,
        first: [{ instance: "a1", from: "host-a", to: "host-c", why: "to empty its node" }, {}],
      },
      receivers: { first: [{ node: "host-c", instances: { before: 1, after: 3 }, cpu: { limit: 40 } }] },
    });
  });

  it("leaves a node as it is that can't be emptied whole, and says why", () => {
    const source = measured(
      [roomy("a"), roomy("b", { vcpus: 4 })],
      [
        [instance("small", 0, { vcpus: 1 }), { cpu: 1 }],
        [instance("large", 0, { vcpus: 4 }), { cpu: 1 }],
        [instance("b1", 1, { vcpus: 2 }), { cpu: 90 }],
      ],
    );
    expect(actions(source)).toEqual([]);
    expect(plan(source).explanation).toMatchObject({
      summary: "No node can be emptied, and none can be relieved.",
      kept: {
        byReason: { "no room": 2 },
        first: [{ node: "host-a", instance: "large", targets: { "no room: vcpus": 1 } }, { node: "host-b" }],
      },
    });
    expect(actions(source, { strategy_parity: true })).toEqual(["live small host-a > host-b"]);
  });

  for (const [what, guest, reason] of [
    ["a locked", { locked: true }, "locked"],
    ["an excluded", { watcherExclude: true }, "excluded"],
    ["a failed", { state: "error" }, "its state forbids migration"],
  ] as const) {
    it(`fills a node first that ${what} instance holds in use`, () => {
      expect(actions(three([], guest))).toEqual([
        "live b1 host-b > host-a",
        "live c1 host-c > host-a",
        "disabled b watcher_disabled",
        "disabled c watcher_disabled",
      ]);
      expect(plan(three([], guest)).explanation.kept).toMatchObject({ byReason: { [reason]: 1 } });
    });
  }

  it("keeps an instance without a sample where it is, and moves a stopped one, which uses nothing", () => {
    const moved = (source: ClusterModelSource) => actions(source).filter((line) => line.includes(" a1 "));
    expect(moved(three([], {}, null))).toEqual([]);
    expect(moved(three([], { state: "stopped" }, null))).toEqual(["cold a1 host-a > host-c"]);
    expect(moved(three([], { state: "paused" }, 0))).toEqual(["live a1 host-a > host-c"]);
    // As in the reference: fully busy, so its node ranks above the one with c1.
    expect(actions(three([], {}, null), { strategy_parity: true })[0]).toBe("live b1 host-b > host-a");
  });

  it("keeps zone pins and leaves nodes that are down alone", () => {
    const zones = [{ zone: "z1" }, { zone: "z1" }, { zone: "z2" }];
    expect(actions(three(zones, { pinnedAz: "z1" }))[0]).toBe("live a1 host-a > host-b");
    expect(actions(three([{}, {}, { state: "down" }]))).toEqual([
      "live a1 host-a > host-b",
      "disabled a watcher_disabled",
    ]);
    expect(actions(three([{ state: "down" }]))).toEqual([B_TO_C, "disabled b watcher_disabled"]);
  });

  it("fills no host beyond its real CPU and memory, though the ratio would allow it", () => {
    const busy = (ratios: Partial<NodeSource>, vcpus: number, use: { cpu: number; ram: number }) =>
      measured(
        [roomy("a", ratios), roomy("b", ratios)],
        [
          [instance("a1", 0, { vcpus, memoryMiB: 40_000 }), { cpu: use.cpu - 10, ram: use.ram }],
          [instance("b1", 1, { vcpus, memoryMiB: 40_000 }), use],
        ],
      );
    const cpu = { vcpuRatio: 4, memoryRatio: 2 };
    expect(actions(busy(cpu, 24, { cpu: 100, ram: 1 }))).toEqual([]);
    expect(actions(busy(cpu, 24, { cpu: 100, ram: 1 }), { strategy_parity: true })).toHaveLength(2);
    expect(actions(busy(cpu, 24, { cpu: 30, ram: 40_000 }))).toEqual([]);
    expect(actions(busy(cpu, 24, { cpu: 30, ram: 10_000 }))).toHaveLength(2);
  });

  it("opens a disabled node that it fills, unless someone closed it for a reason of their own", () => {
    const closed = (disabledReason: string | null) => three([{}, {}, { status: "disabled", disabledReason }]);
    expect(actions(closed(null))).toEqual(["enabled c", ...PACKED]);
    expect(actions(closed("watcher_disabled"))).toEqual(["enabled c", ...PACKED]);
    // Two moves to a node that was disabled, two nodes closed.
    expect(indicator(closed(null), "released_compute_nodes_count")).toBe(0);
    expect(actions(closed("watcher_maintaining"))).toEqual([
      "live a1 host-a > host-b",
      "disabled a watcher_disabled",
    ]);
  });

  it("reports no fewer than no released nodes", () => {
    const disabled = { status: "disabled" as const };
    const source = three([disabled, disabled, disabled]);
    expect(actions(source)).toEqual(["enabled c", "live a1 host-a > host-c", B_TO_C]);
    expect(indicator(source, "released_compute_nodes_count")).toBe(0);
  });

  it("closes nodes that were empty before, and fills none of them", () => {
    const source = measured([roomy("a"), roomy("b")], [[instance("b1", 1), { cpu: 50 }]]);
    expect(actions(source)).toEqual(["disabled a watcher_disabled"]);
    expect(indicator(source, "released_compute_nodes_count")).toBe(1);
  });

  it("plans nothing when too little is measured, and fails without a metric that nothing stands in for", () => {
    const blind = three();
    const metrics = blind.metrics.map(({ name, values }) =>
      samples(
        name,
        values.map((value, at) => (at === 2 ? value : null)),
      ),
    );
    expect(actions({ ...blind, metrics })).toEqual([]);
    expect(plan({ ...blind, metrics }).explanation).toMatchObject({
      summary: "Too few samples to judge what instances and nodes use.",
      coverage: { wanted: 9, present: 3 },
    });
    expect(() => plan({ ...blind, metrics: blind.metrics.slice(1) })).toThrow(
      /^not-found: MetricNotAvailable: no samples of instance_cpu_usage/,
    );
    const onlyCpu = blind.metrics.filter(({ name }) => name !== "instance_ram_usage");
    expect(actions({ ...blind, metrics: onlyCpu })).toEqual(PACKED);
  });

  it("neither empties nor fills a node without samples of its own", () => {
    const source = three();
    const metrics = source.metrics.map(({ name, values }) =>
      samples(
        name,
        name === "host_ram_usage" ? values.map((value, at) => (at === 2 ? null : value)) : values,
      ),
    );
    expect(actions({ ...source, metrics })).toEqual([
      "live a1 host-a > host-b",
      "disabled a watcher_disabled",
    ]);
    expect(plan({ ...source, metrics }).explanation.nodes).toMatchObject({ measured: 2 });
  });

  it("takes a node without any capacity for overloaded", () => {
    const nothing = { vcpus: 0, memoryMiB: 0, diskGb: 0 };
    expect(actions(three([{}, {}, nothing]))).toEqual([
      "live c1 host-c > host-b",
      "live a1 host-a > host-b",
      "disabled a watcher_disabled",
      "disabled c watcher_disabled",
    ]);
  });
});

describe("relieving overloaded nodes", () => {
  /** As in Watcher's own test: what left the overloaded node comes back in part when its new node is emptied. */
  const overloaded = (members: object = {}): ClusterModelSource =>
    measured(
      [roomy("a", { vcpus: 10 }), roomy("b", { vcpus: 10 })],
      [1, 2, 4, 8].map((vcpus) => [
        instance(`i${vcpus}`, 0, { vcpus, memoryMiB: 2048, ...members }),
        { cpu: 100, ram: vcpus },
      ]),
    );

  it("moves the smallest until the node is not overloaded, and takes back what is not needed", () => {
    expect(actions(overloaded())).toEqual(["live i1 host-a > host-b", "live i4 host-a > host-b"]);
    expect(plan(overloaded()).explanation).toMatchObject({
      nodes: { overloaded: 1, stillOverloaded: 0, inUse: 2 },
      moved: { first: [{ why: "its node was overloaded" }, {}] },
    });
  });

  it("is told when it can't be done, and moves nothing that uses no CPU", () => {
    expect(plan(overloaded({ locked: true })).explanation.nodes).toMatchObject({ stillOverloaded: 1 });
    const source = measured(
      [roomy("a", { vcpus: 10 }), roomy("b", { vcpus: 1 })],
      [
        [instance("idle", 0, { vcpus: 1 }), { cpu: 0 }],
        [instance("busy", 0, { vcpus: 11 }), { cpu: 100 }],
      ],
    );
    expect(actions(source)).toEqual(["disabled b watcher_disabled"]);
    expect(actions(source, { strategy_parity: true })[0]).toBe("live idle host-a > host-b");
  });
});
