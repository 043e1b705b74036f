import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ComputedPlan } from "../../compute.ts";
import type { PoolSource, StorageSource, VolumeSource } from "../../model/source.ts";
import { cluster } from "../../testing/clusters.ts";
import { planOf, type Request } from "../../testing/plans.ts";
import { anyStorage, pool, storage, storageNode, volume, volumeType } from "../../testing/storage.ts";
import { plainBalance } from "../../testing/storage-plans.ts";

function plan(held: Partial<StorageSource>, request: Request = {}): ComputedPlan {
  const strategyName = "storage_capacity_balance";
  return planOf(cluster({ storage: storage(held) }), { strategyName, ...request });
}

/** "v1 > pool" for a migration, "v1 = type" for a retype. */
function moves(held: Partial<StorageSource>, request: Request = {}): string[] {
  return plan(held, request).actions.map(({ inputParameters: given }) =>
    given.migration_type === "migrate"
      ? `${given.resource_id} > ${given.destination_node}`
      : `${given.resource_id} = ${given.destination_type}`,
  );
}

const FULL = pool("h@a#full", null, { freeCapacityGb: 10, allocatedCapacityGb: 90, backendName: "a" });
const EMPTY = pool("h@b#empty", null, { freeCapacityGb: 90, allocatedCapacityGb: 10, backendName: "b" });

function two(volumes: VolumeSource[], members: Partial<PoolSource> = {}): Partial<StorageSource> {
  return { pools: [FULL, { ...EMPTY, ...members }], volumes };
}

describe("storage_capacity_balance", () => {
  it("migrates volumes without a type until the pool is below the threshold", () => {
    const held = two([volume("v0", 0, { sizeGb: 8 }), volume("v1", 0, { sizeGb: 4 }), volume("v2", 0)]);
    expect(moves(held)).toEqual(["v1 > h@b#empty", "v0 > h@b#empty"]);
    expect(plan(held).actions[0]).toMatchObject({
      actionType: "volume_migrate",
      inputParameters: {
        migration_type: "migrate",
        destination_node: "h@b#empty",
        resource_name: "name-v1",
        resource_id: "v1",
      },
    });
    expect(plan(held).explanation).toMatchObject({
      summary: "Volumes leave the pools that are too full, until all are below the threshold.",
      pools: { full: 1, destinations: 1 },
      fullPools: { first: [{ pool: "h@a#full", usedPercent: { before: 90, after: 78 } }] },
      moved: { count: 2, first: [{ volume: "v1", sizeGb: 4, from: "h@a#full", to: "h@b#empty" }, {}] },
    });
  });

  it("takes available volumes first, then those that nothing boots from, each the smallest first", () => {
    const inUse = { status: "in-use" };
    const volumes = [
      volume("boot", 0, { ...inUse, bootable: true, sizeGb: 1 }),
      volume("data2", 0, { ...inUse, sizeGb: 2 }),
      volume("data1", 0, { ...inUse, sizeGb: 1 }),
      volume("free3", 0, { sizeGb: 3, bootable: true }),
      volume("free1", 0, { sizeGb: 1 }),
      volume("free1b", 0, { sizeGb: 1 }),
    ];
    const order = moves(two(volumes)).map((move) => move.split(" ")[0]);
    expect(order).toEqual(["free1", "free1b", "free3", "data1", "data2", "boot"]);
  });

  it("leaves volumes with snapshots, in other states, and being migrated", () => {
    const volumes = [
      volume("s", 0, { hasSnapshots: true }),
      volume("e", 0, { status: "error" }),
      volume("m", 0, { migrationStatus: "migrating" }),
      volume("t", 0, { volumeType: "gone" }),
      volume("big", 0, { sizeGb: 80 }),
      volume("elsewhere", 1),
      volume("ok", 0, { migrationStatus: "success" }),
    ];
    expect(moves(two(volumes))).toEqual(["ok > h@b#empty"]);
    const { explanation } = plan(two(volumes.slice(0, -1)));
    expect(explanation).toMatchObject({
      summary: "No volume of a pool that is too full can go elsewhere.",
      stays: {
        byReason: {
          "has snapshots": 1,
          "neither available nor in use": 1,
          "is being migrated": 1,
          "nothing is known of its type": 1,
          "no pool has room": 1,
        },
      },
    });
  });

  it("keeps destinations below the threshold and within their over-subscription", () => {
    const volumes = Array.from({ length: 6 }, (_, at) => volume(`v${at}`, 0, { sizeGb: 5 }));
    const count = (members: Partial<PoolSource>): number => moves(two(volumes, members)).length;
    expect(count({})).toBe(3);
    // 80 GB used are the threshold: nothing may bring it there.
    expect(count({ freeCapacityGb: 26 })).toBe(1);
    expect(count({ freeCapacityGb: 25 })).toBe(0);
    expect(count({ allocatedCapacityGb: 95 })).toBe(3);
    expect(count({ allocatedCapacityGb: 96 })).toBe(0);
    expect(count({ allocatedCapacityGb: 96, maxOverSubscriptionRatio: 1.5 })).toBe(3);
    expect(count({ maxOverSubscriptionRatio: null })).toBe(3);
  });

  it("takes the pool with the largest free share, the last of equals", () => {
    const pools = [
      FULL,
      pool("p1", null, { freeCapacityGb: 50 }),
      pool("p2", null, { freeCapacityGb: 50 }),
      pool("p3", null, { totalCapacityGb: 1000, freeCapacityGb: 400, allocatedCapacityGb: 0 }),
    ];
    const volumes = [0, 1, 2].map((at) => volume(`v${at}`, 0, { sizeGb: 4 + at }));
    expect(moves({ pools, volumes })).toEqual(["v0 > p2", "v1 > p1", "v2 > p2"].slice(0, 3));
  });

  it("retypes volumes with a type, to the first that fits a backend", () => {
    const types = [
      volumeType("own", { volume_backend_name: "a", ssd: "yes" }),
      volumeType("plain", { volume_backend_name: "b" }),
      volumeType("more", { volume_backend_name: "b", ssd: "yes", fast: "yes" }),
      volumeType("same", { volume_backend_name: "b", ssd: "yes" }),
    ];
    const volumes = [volume("v", 0, { volumeType: "own", sizeGb: 11 }), volume("w", 0, { sizeGb: 12 })];
    expect(moves({ ...two(volumes), types })).toEqual(["v = more"]);
    const small = volumes.map((one) => ({ ...one, sizeGb: 6 }));
    // The untyped one comes second here; retypes stand first in any case.
    expect(moves({ ...two([...small].reverse()), types })).toEqual(["v = more", "w > h@b#empty"]);
    expect(moves({ ...two(volumes.slice(0, 1)), types: types.slice(0, 2) })).toEqual([]);
    expect(moves({ ...two(volumes.slice(0, 1), { backendName: null }), types })).toEqual([]);
    const shared = { ...two(volumes.slice(0, 1), { backendName: "a" }), types };
    expect(moves(shared)).toEqual([]);
    expect(plan(shared).explanation).toMatchObject({
      stays: { byReason: { "no pool of another type has room": 1 } },
    });
    // Another type stands before its own on the backend.
    const front = volumeType("front", { volume_backend_name: "a", ssd: "yes" });
    expect(moves({ ...shared, types: [front, ...types] })).toEqual(["v = front"]);
  });

  it("leaves out pools of unknown capacity, by option, and of services that are down or closed", () => {
    const volumes = [volume("v", 0)];
    const closed = (members: object): Partial<StorageSource> => ({
      nodes: [storageNode("h@a"), storageNode("h@b", members)],
      pools: [
        { ...FULL, nodeIndex: 0 },
        { ...EMPTY, nodeIndex: 1 },
      ],
      volumes,
    });
    expect(moves(closed({}))).toEqual(["v > h@b#empty"]);
    expect(moves(closed({ state: "down" }))).toEqual([]);
    expect(moves(closed({ status: "disabled" }))).toEqual([]);
    expect(moves(closed({ state: "down" }), { options: { strategy_parity: true } })).toHaveLength(1);
    for (const unknown of [
      { totalCapacityGb: null },
      { freeCapacityGb: null },
      { allocatedCapacityGb: null },
    ]) {
      expect(plan(two(volumes, unknown)).explanation).toMatchObject({
        summary: "No pool below the threshold may take volumes.",
        poolsPassedOver: { count: 1 },
      });
    }
    expect(moves(two(volumes), { options: { ex_pools: ["empty"] } })).toEqual([]);
    expect(moves(two(volumes), { options: { ex_pools: ["h@b#empty"] } })).toEqual(["v > h@b#empty"]);
    expect(plan(two(volumes), { parameters: { volume_threshold: 95 } }).explanation.summary).toBe(
      "No pool reaches the threshold.",
    );
  });

  it("reports no instances, looks at no scope, and fails without a storage model", () => {
    const { efficacyIndicators, globalEfficacy } = plan({});
    expect(efficacyIndicators.map(({ name, value }) => [name, value])).toEqual([
      ["instance_migrations_count", 0],
      ["instances_count", 0],
    ]);
    expect(globalEfficacy).toMatchObject([{ name: "live_migrations_count", value: 0 }]);
    const scope = [{ storage: [{ exclude: [{ storage_pools: [{ name: "h@b#empty" }] }] }] }];
    expect(moves(two([volume("v", 0)]), { scope })).toEqual(["v > h@b#empty"]);
    expect(() => planOf(cluster({}), { strategyName: "storage_capacity_balance" })).toThrow(
      /^not-found: ClusterStateNotDefined/,
    );
  });
});

/** The storage when the plan has been carried out as it was counted. */
function after(
  held: StorageSource,
  done: readonly { volume: string; to: string; type: string | null }[],
): StorageSource {
  const pools = held.pools.map((one) => ({ ...one }));
  const volumes = held.volumes.map((one) => ({ ...one }));
  for (const { volume: uuid, to, type } of done) {
    const moved = volumes.find((one) => one.uuid === uuid) as VolumeSource;
    const change = (name: string | null, gb: number): void => {
      const changed = pools.find((one) => one.name === name);
      if (changed === undefined) return;
      changed.freeCapacityGb = (changed.freeCapacityGb ?? 0) - gb;
      if (changed.allocatedCapacityGb !== null)
        changed.allocatedCapacityGb = Math.max(0, changed.allocatedCapacityGb + gb);
    };
    change(moved.host, -moved.sizeGb);
    change(to, moved.sizeGb);
    const at = volumes.indexOf(moved);
    const poolIndex = pools.findIndex((one) => one.name === to);
    volumes[at] = { ...moved, host: to, poolIndex, volumeType: type ?? moved.volumeType };
  }
  return { ...held, pools, volumes };
}

/** Below the smallest volume, above rounding. */
const FULL_SHARE = 1e-6;

/** How far pools are beyond the threshold together. One that just reaches it is full too, so each counts a little. */
function excess({ pools }: StorageSource, threshold: number): number {
  return pools.reduce((sum, one) => {
    if (one.totalCapacityGb === null || one.freeCapacityGb === null) return sum;
    const beyond = (1 - threshold) * one.totalCapacityGb - one.freeCapacityGb;
    return beyond < -FULL_SHARE ? sum : sum + Math.max(0, beyond) + FULL_SHARE;
  }, 0);
}

describe("storage_capacity_balance on any storage", () => {
  const percent = fc.integer({ min: 10, max: 110 });
  const open = (held: StorageSource): StorageSource => ({
    ...held,
    nodes: held.nodes.map((one) => ({ ...one, status: "enabled", state: "up" })),
  });

  it("moves what the plain algorithm moves", () => {
    fc.assert(
      fc.property(anyStorage, percent, (any, volume_threshold) => {
        const held = open(any);
        const expected = plainBalance(held, volume_threshold / 100);
        const bySource = held.pools.flatMap(({ name }) => {
          const own = expected.filter(({ from }) => from === name);
          return [...own.filter(({ type }) => type !== null), ...own.filter(({ type }) => type === null)];
        });
        const lines = bySource.map(({ volume: id, to, type }) =>
          type === null ? `${id} > ${to}` : `${id} = ${type}`,
        );
        expect(moves(held, { parameters: { volume_threshold } })).toEqual(lines);
      }),
      { numRuns: 500 },
    );
  });

  it("fills no pool to the threshold, and comes to rest", () => {
    fc.assert(
      fc.property(anyStorage, percent, (any, volume_threshold) => {
        const threshold = volume_threshold / 100;
        let held = open(any);
        for (let run = 0; run <= any.volumes.length; run++) {
          const done = plainBalance(held, threshold);
          const planned = moves(held, { parameters: { volume_threshold } });
          expect(planned).toHaveLength(done.length);
          if (done.length === 0) return;
          const next = after(held, done);
          for (const to of new Set(done.map((move) => move.to))) {
            const { totalCapacityGb, freeCapacityGb } = next.pools.find(
              ({ name }) => name === to,
            ) as PoolSource;
            expect((totalCapacityGb as number) - (freeCapacityGb as number)).toBeLessThan(
              threshold * (totalCapacityGb as number),
            );
          }
          const zeros = done.every(
            ({ volume: id }) => held.volumes.find((one) => one.uuid === id)?.sizeGb === 0,
          );
          if (!zeros) expect(excess(next, threshold)).toBeLessThan(excess(held, threshold));
          held = next;
        }
        throw new Error("it does not come to rest");
      }),
    );
  });
});
