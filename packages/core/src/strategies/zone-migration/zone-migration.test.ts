import { describe, expect, it } from "vitest";
import type { ComputedPlan } from "../../compute.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import type { ClusterModelSource, InstanceSource, NodeSource, VolumeSource } from "../../model/source.ts";
import type { PlannedAction } from "../../planner/planner.ts";
import { cluster, instance, node } from "../../testing/clusters.ts";
import { inBrief, planOf } from "../../testing/plans.ts";
import { pool, storage, storageNode, volume, volumeType } from "../../testing/storage.ts";

const UNLIMITED = { parallel_total: 1000, parallel_per_node: 1000, parallel_per_pool: 1000 };

function plan(source: ClusterModelSource, parameters: JsonObject, request: JsonObject = {}): ComputedPlan {
  return planOf(source, { strategyName: "zone_migration", parameters, ...request });
}

function moves(source: ClusterModelSource, parameters: JsonObject, options: JsonObject = {}): string[] {
  return plan(source, { ...UNLIMITED, ...parameters }, { options }).actions.map(brief);
}

function brief(action: PlannedAction): string {
  if (action.actionType !== "volume_migrate") return inBrief(action);
  const {
    migration_type: type,
    resource_id: id,
    destination_node: to,
    destination_type: as,
  } = action.inputParameters;
  return `${type} ${id} > ${to ?? as}`;
}

function indicators(source: ClusterModelSource, parameters: JsonObject): Record<string, number> {
  const { efficacyIndicators } = plan(source, parameters);
  return Object.fromEntries(
    efficacyIndicators.filter(({ value }) => value > 0).map(({ name, value }) => [name, value]),
  );
}

const A_TO_B = { compute_nodes: [{ src_node: "host-a", dst_node: "host-b" }] };
const A_ANYWHERE = { compute_nodes: [{ src_node: "host-a" }] };

function guests(...members: Partial<InstanceSource>[]): ClusterModelSource {
  return cluster({
    nodes: [node("a"), node("b"), node("c")],
    instances: members.map((one, at) => instance(`i${at}`, 0, { vcpus: 1, ...one })),
  });
}

function pools(...volumes: VolumeSource[]): ClusterModelSource {
  const names = ["h@x#p0", "h@x#p1", "h@x#p2"];
  return cluster({
    nodes: [node("a"), node("b")],
    instances: [instance("s1", 0, { vcpus: 1 }), instance("s2", 0, { vcpus: 1 }), instance("s3", 1)],
    storage: storage({
      nodes: [storageNode("h@x")],
      pools: names.map((name) => pool(name, 0)),
      types: [volumeType("t"), volumeType("new")],
      volumes,
    }),
  });
}

function attached(...servers: string[]): Partial<VolumeSource> {
  return { attachments: servers.map((serverId) => ({ serverId, attachmentId: `at-${serverId}` })) };
}

describe("zone_migration of instances", () => {
  it("migrates by state, to the node given or wherever the scheduler chooses", () => {
    const source = guests({}, { state: "paused" }, { state: "stopped" }, { state: "error" });
    expect(moves(source, A_TO_B)).toEqual([
      "live i0 host-a > host-b",
      "live i1 host-a > host-b",
      "cold i2 host-a > host-b",
    ]);
    expect(moves(source, A_ANYWHERE)).toEqual([
      "live i0 host-a > ?",
      "live i1 host-a > ?",
      "cold i2 host-a > ?",
    ]);
    expect(indicators(source, { ...A_TO_B, parallel_per_node: 2 })).toEqual({
      live_migrate_instance_count: 2,
      planned_live_migrate_instance_count: 2,
      cold_migrate_instance_count: 1,
    });
  });

  it("takes nodes in the order given, the first entry of each, and no unknown ones", () => {
    const source = cluster({
      nodes: [node("a"), node("b"), node("c")],
      instances: [instance("ia", 0), instance("ib", 1)],
    });
    const entries: JsonObject[] = [
      { src_node: "host-b", dst_node: "host-c" },
      { src_node: "host-x", dst_node: "host-c" },
      { src_node: "host-a" },
      { src_node: "host-b", dst_node: "host-a" },
    ];
    expect(moves(source, { compute_nodes: entries })).toEqual([
      "live ib host-b > host-c",
      "live ia host-a > ?",
    ]);
    const scope: JsonValue = [{ compute: [{ exclude: [{ compute_nodes: [{ name: "host-b" }] }] }] }];
    const { actions } = plan(source, { compute_nodes: entries }, { scope });
    expect(actions.map(brief)).toEqual(["live ia host-a > ?"]);
  });

  it("keeps its limits, in all and per node", () => {
    const source = cluster({
      nodes: [node("a"), node("b"), node("c")],
      instances: [0, 0, 0, 1, 1, 1].map((at, n) => instance(`i${n}`, at, { vcpus: 1 })),
    });
    const both = { compute_nodes: [{ src_node: "host-a" }, { src_node: "host-b" }] };
    const with_ = (limits: JsonObject): string[] => plan(source, { ...both, ...limits }).actions.map(brief);
    expect(with_({})).toHaveLength(4);
    expect(with_({ parallel_total: 3 })).toEqual([
      "live i0 host-a > ?",
      "live i1 host-a > ?",
      "live i3 host-b > ?",
    ]);
    expect(with_({ parallel_per_node: 1 })).toEqual(["live i0 host-a > ?", "live i3 host-b > ?"]);
    expect(with_({ parallel_total: 0 })).toEqual([]);
    expect(with_({ parallel_per_node: 0 })).toEqual([]);
  });

  it("passes over what may not move or does not fit, without using a slot", () => {
    const two = { ...A_TO_B, parallel_per_node: 2 };
    const past = (members: Partial<InstanceSource>): string[] =>
      plan(guests(members, {}, {}), two).actions.map(({ inputParameters }) =>
        String(inputParameters.resource_id),
      );
    for (const members of [{ locked: true }, { watcherExclude: true }, { vcpus: 41 }, { memoryMiB: 133 }]) {
      expect(past(members)).toEqual(["i1", "i2"]);
    }
    // Watcher counts an instance in another state all the same.
    expect(past({ state: "error" })).toEqual(["i1"]);
    const { explanation, efficacyIndicators } = plan(guests({ locked: true }, { vcpus: 41 }, {}), two);
    expect(explanation.instances).toMatchObject({
      stays: { byReason: { locked: 1, "destination: no room: vcpus": 1 } },
      moved: { first: [{ instance: "i2", from: "host-a", to: "host-b" }] },
    });
    expect(efficacyIndicators.find(({ name }) => name === "live_migrate_instance_count")?.value).toBe(3);
  });

  it("counts room as it is taken", () => {
    const source = { ...guests({ vcpus: 2 }, { vcpus: 2 }, {}), nodes: [node("a"), node("b", { vcpus: 3 })] };
    expect(moves(source, A_TO_B)).toEqual(["live i0 host-a > host-b", "live i2 host-a > host-b"]);
  });

  it("keeps to nodes that are open and zones that are pinned; parity to neither", () => {
    const on = (a: Partial<NodeSource>, b: Partial<NodeSource>, members = {}): ClusterModelSource => ({
      ...guests(members),
      nodes: [node("a", a), node("b", b)],
    });
    const closed = [
      on({ state: "down" }, {}),
      on({}, { state: "down" }),
      on({}, { status: "disabled" }),
      on({}, { zone: "z1" }, { pinnedAz: "z2" }),
      on({}, {}, { locked: true }),
      on({}, {}, { watcherExclude: true }),
      on({}, { vcpus: 0 }),
    ];
    for (const source of closed) {
      expect(moves(source, A_TO_B)).toEqual([]);
      expect(moves(source, A_TO_B, { strategy_parity: true })).toEqual(["live i0 host-a > host-b"]);
    }
    expect(moves(on({ status: "disabled" }, {}), A_TO_B)).toHaveLength(1);
    expect(moves(on({}, { zone: "z1" }, { pinnedAz: "z2" }), A_ANYWHERE)).toHaveLength(1);
    expect(moves(on({}, {}), { compute_nodes: [{ src_node: "host-a", dst_node: "host-a" }] })).toEqual([]);
    const unknown = { compute_nodes: [{ src_node: "host-a", dst_node: "host-x" }] };
    expect(plan(on({}, {}), unknown).explanation.instances).toMatchObject({
      stays: { byReason: { "destination: not known": 1 } },
    });
  });

  it("says that there is nothing to do, and what holds the rest back", () => {
    expect(plan(guests({}), {}).explanation.summary).toBe(
      "No instance and no volume is where the parameters say.",
    );
    expect(plan(guests({}, {}), { ...A_TO_B, parallel_total: 1 }).explanation.summary).toBe(
      "1 of 2 instances and volumes move; parallel_total holds back what else there may be.",
    );
    expect(plan(guests({}), A_TO_B).explanation.summary).toBe("1 of 1 instances and volumes move.");
  });
});

describe("zone_migration of volumes", () => {
  const to = (destination: JsonObject): JsonObject => ({
    storage_pools: [{ src_pool: "h@x#p0", ...destination }],
  });

  it("migrates to a pool or changes the type", () => {
    const source = pools(volume("v0", 0), volume("v1", 1), volume("v2", 0, { volumeType: "t" }));
    expect(moves(source, to({ dst_pool: "h@x#p1" }))).toEqual(["migrate v0 > h@x#p1", "migrate v2 > h@x#p1"]);
    expect(moves(source, to({ dst_type: "t" }))).toEqual(["retype v0 > t"]);
    expect(moves(source, to({ dst_type: "new" }))).toEqual(["retype v0 > new", "retype v2 > new"]);
    expect(moves(source, to({ src_type: "t", dst_pool: "h@x#p1" }))).toEqual(["migrate v2 > h@x#p1"]);
    expect(moves(source, to({ src_type: "none", dst_pool: "h@x#p1" }))).toEqual([]);
    expect(indicators(source, { ...to({ dst_pool: "h@x#p1" }), parallel_per_pool: 1 })).toEqual({
      volume_migrate_count: 2,
      planned_volume_migrate_count: 1,
      volume_update_count: 2,
      planned_volume_update_count: 1,
    });
  });

  it("prefers an entry of the type, whatever the order", () => {
    const source = pools(volume("v0", 0), volume("v1", 0, { volumeType: "t" }));
    const any = { src_pool: "h@x#p0", dst_pool: "h@x#p1" };
    const typed = { src_pool: "h@x#p0", src_type: "t", dst_pool: "h@x#p2" };
    const expected = ["migrate v0 > h@x#p1", "migrate v1 > h@x#p2"];
    expect(moves(source, { storage_pools: [any, typed] })).toEqual(expected);
    expect(moves(source, { storage_pools: [typed, any] })).toEqual(expected);
    expect(moves(source, { storage_pools: [typed, { ...typed, dst_pool: "h@x#p0" }] })).toEqual([
      "migrate v1 > h@x#p2",
    ]);
  });

  it("takes unmapped volumes too, and none that is there already", () => {
    const source = pools(volume("loose", null, { host: "h@x#p0" }), volume("v", 0));
    expect(moves(source, to({ dst_pool: "h@x#p1" }))).toHaveLength(2);
    expect(moves(source, to({ dst_pool: "h@x#p0" }))).toEqual([]);
    expect(moves(source, to({ dst_pool: "h@x#p0" }), { strategy_parity: true })).toHaveLength(2);
    expect(plan(source, to({ dst_pool: "h@x#p0" })).explanation.volumes).toMatchObject({
      total: 2,
      stays: { byReason: { "is in the pool already": 2 } },
    });
  });

  it("goes to no pool and takes no type that does not exist; parity does", () => {
    const source = pools(volume("v0", 0));
    const inParity = { strategy_parity: true };
    for (const [destination, kind] of [
      [{ dst_pool: "h@x#p9" }, "pool"],
      [{ dst_type: "t9" }, "type"],
    ] as const) {
      const { actions, explanation } = plan(source, to(destination));
      expect(actions).toEqual([]);
      expect(explanation.volumes).toMatchObject({
        stays: { byReason: { [`destination: no such ${kind}`]: 1 } },
      });
      expect(moves(source, to(destination), inParity)).toHaveLength(1);
    }
    const withoutTypes = { ...source, storage: source.storage && { ...source.storage, types: [] } };
    expect(moves(withoutTypes, to({ dst_type: "t9" }))).toEqual(["retype v0 > t9"]);
  });

  it("goes before instances, pool by pool within the limits", () => {
    const source = pools(volume("v0", 0), volume("v1", 0), volume("v2", 0), volume("v3", 1));
    const parameters = {
      ...A_ANYWHERE,
      storage_pools: [
        { src_pool: "h@x#p1", dst_pool: "h@x#p2" },
        { src_pool: "h@x#p0", dst_pool: "h@x#p2" },
      ],
    };
    expect(plan(source, { ...parameters, parallel_total: 4 }).actions.map(brief)).toEqual([
      "migrate v0 > h@x#p2",
      "migrate v1 > h@x#p2",
      "migrate v3 > h@x#p2",
      "live s1 host-a > ?",
    ]);
  });

  it("takes instances along with the first of their volumes", () => {
    const source = pools(
      volume("v0", 0, attached("s2", "s3", "elsewhere")),
      volume("v1", 0, attached("s2")),
      volume("v2", 0, attached("s1")),
    );
    const both = { ...A_ANYWHERE, ...to({ dst_pool: "h@x#p1" }), ...UNLIMITED };
    const inOrder = (parameters: JsonObject, options: JsonObject = {}): unknown => {
      const { moved } = plan(source, { ...both, ...parameters }, { options }).explanation
        .instances as JsonObject;
      return ((moved as JsonObject).first as JsonObject[]).map((one) => one.instance);
    };
    expect(inOrder({})).toEqual(["s1", "s2"]);
    expect(inOrder({ with_attached_volume: true })).toEqual(["s2", "s1"]);
    // v0 and s2 fill the plan; the reference counts v0 only after s2, and plans v1 too.
    const two = { ...both, parallel_total: 2, with_attached_volume: true };
    expect(plan(source, two).actions).toHaveLength(2);
    const three = { ...two, parallel_total: 1 };
    expect(plan(source, three).actions.map(brief)).toEqual(["migrate v0 > h@x#p1"]);
    expect(plan(source, three, { options: { strategy_parity: true } }).actions.map(brief)).toEqual([
      "migrate v0 > h@x#p1",
      "live s2 host-a > ?",
    ]);
  });

  it("leaves out what the storage scope leaves out", () => {
    const source = pools(volume("v0", 0), volume("v1", 0));
    const scope: JsonValue = [{ storage: [{ exclude: [{ volumes: [{ uuid: "v0" }] }] }] }];
    const { actions, efficacyIndicators } = plan(source, to({ dst_pool: "h@x#p1" }), { scope });
    expect(actions.map(brief)).toEqual(["migrate v1 > h@x#p1"]);
    expect(efficacyIndicators.find(({ name }) => name === "volume_migrate_count")?.value).toBe(1);
  });

  it("needs a storage model when pools are given", () => {
    expect(() => plan(guests({}), to({ dst_pool: "p" }))).toThrow(/^not-found: ClusterStateNotDefined/);
    expect(plan(guests({}), { storage_pools: [] }).actions).toEqual([]);
  });
});

describe("parameters of zone_migration", () => {
  const refused = (parameters: JsonObject): void => {
    expect(() => plan(guests({}), parameters), JSON.stringify(parameters)).toThrow(/^invalid-input/);
  };

  it("take exactly one of dst_pool and dst_type", () => {
    refused({ storage_pools: [{ src_pool: "p" }] });
    refused({ storage_pools: [{ src_pool: "p", dst_pool: "q", dst_type: "t" }] });
    refused({ storage_pools: [{ dst_pool: "q" }] });
  });

  it("refuse unknown members and words at every level", () => {
    refused({ more: 1 });
    refused({ compute_nodes: [{ src_node: "a", more: 1 }] });
    refused({ storage_pools: [{ src_pool: "p", dst_pool: "q", more: 1 }] });
    refused({ priority: { more: [] } });
    refused({ priority: { compute: "size" } });
    refused({ priority: { project: ["p", 1] } });
    refused({ parallel_total: -1 });
    refused({ parallel_total: 1.5 });
    refused({ compute_nodes: [{ dst_node: "a" }] });
  });
});
