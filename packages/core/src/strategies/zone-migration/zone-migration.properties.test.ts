/** Whatever the cluster and the parameters: sound, within the limits, in order of priority, and at rest some time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../json.ts";
import type { ClusterModelSource, VolumeSource } from "../../model/source.ts";
import type { PlannedAction } from "../../planner/planner.ts";
import { afterPlan } from "../../testing/after-plan.ts";
import { faultsOf } from "../../testing/checker.ts";
import { anyCluster } from "../../testing/clusters.ts";
import { planOf } from "../../testing/plans.ts";
import { anyStorage, pool, volumeType } from "../../testing/storage.ts";

const times = ["2024-01-01T00:00:00Z", "2023-05-05T10:00:00Z", "2025-12-31T23:59:59Z", null];
/** A pool of no backend of the cluster: volumes only ever get there. */
const ELSEWHERE = "h@b9#p9";
const PRIORITY_KEYS = ["project", "compute_node", "storage_pool", "compute", "storage"] as const;
/** Many clusters have no node that could take anything. */
const RUNS = { numRuns: 300 };
const anyLimit = fc.oneof(fc.nat(6), fc.constant(100));

interface Given extends JsonObject {
  compute_nodes: { src_node: string; dst_node: string }[];
  parallel_total: number;
  parallel_per_node: number;
  parallel_per_pool: number;
  priority: Record<string, string | string[]>;
}

/** Instances are created at some time, volumes hang on some of them. */
const anySource: fc.Arbitrary<ClusterModelSource> = fc
  .record({
    source: anyCluster,
    storage: anyStorage,
    created: fc.array(fc.constantFrom(...times), { minLength: 24, maxLength: 24 }),
    servers: fc.array(fc.nat(30), { minLength: 30, maxLength: 30 }),
  })
  .map(({ source, storage, created, servers }) => ({
    ...source,
    instances: source.instances.map((one, at) => ({ ...one, created: created[at] ?? null })),
    storage: {
      ...storage,
      pools: [...storage.pools, pool(ELSEWHERE, null)],
      types: [...storage.types, volumeType("t9")],
      volumes: storage.volumes.map((one, at) => ({
        ...one,
        createdAt: created[at % created.length] ?? null,
        attachments: [{ serverId: `i${servers[at]}`, attachmentId: "x" }],
      })),
    },
  }));

/**
 * Of hosts and pools of the cluster, and unknown ones. Sources come before destinations, so that nothing
 * goes round in circles.
 */
function anyParameters(source: ClusterModelSource): fc.Arbitrary<Given> {
  const hosts = [...source.nodes.map(({ hostname }) => hostname), "host-y", "host-z"];
  const poolNames = ["h@b9#p8", ...(source.storage?.pools ?? []).map(({ name }) => name)].filter(
    (name) => name !== ELSEWHERE,
  );
  const host = fc.nat(hosts.length - 1);
  const entry = fc
    .tuple(host, host)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ src_node: hosts[Math.min(a, b)] ?? "", dst_node: hosts[Math.max(a, b)] ?? "" }));
  const poolEntry = fc
    .record(
      {
        src_pool: fc.constantFrom(...poolNames),
        src_type: fc.constantFrom("t0", "t1"),
        destination: fc.constantFrom<JsonObject>({ dst_pool: ELSEWHERE }, { dst_type: "t9" }),
      },
      { requiredKeys: ["src_pool", "destination"] },
    )
    .map(({ destination, ...given }): JsonObject => ({ ...given, ...destination }));
  const priority = fc
    .record({
      keys: fc.shuffledSubarray([...PRIORITY_KEYS]),
      project: fc.shuffledSubarray(["p1", "p2", "p9"]),
      compute_node: fc.shuffledSubarray(hosts),
      storage_pool: fc.shuffledSubarray(poolNames),
      compute: fc.constantFrom("vcpu_num", "mem_size", "disk_size", "created_at"),
      storage: fc.constantFrom("size", "created_at"),
    })
    .map(({ keys, ...values }) => Object.fromEntries(keys.map((key) => [key, values[key]])));
  return fc.record({
    compute_nodes: fc.array(entry, { minLength: 2, maxLength: 6, size: "max" }),
    storage_pools: fc.array(poolEntry, { maxLength: 6, size: "max" }),
    parallel_total: anyLimit,
    parallel_per_node: anyLimit,
    parallel_per_pool: anyLimit,
    priority,
    with_attached_volume: fc.boolean(),
  });
}

const anyCase = anySource.chain((source) =>
  fc.record({ source: fc.constant(source), parameters: anyParameters(source) }),
);

/** The text of the rule, word by word: values and keys from the last to the first, one pass each. */
function sorted<T>(
  items: readonly T[],
  keys: [key: string, value: unknown][],
  read: (item: T, key: string) => unknown,
): T[] {
  let order = [...items];
  for (const [key, value] of keys.reverse()) {
    if (Array.isArray(value)) {
      for (const one of [...value].reverse()) {
        const first = order.filter((item) => read(item, key) === one);
        order = [...first, ...order.filter((item) => !first.includes(item))];
      }
    } else {
      const by = (item: T): number | string => (read(item, `${value}`) ?? "9") as number | string;
      const ascending = value === "created_at" ? 1 : -1;
      order.sort((a, b) => (by(a) === by(b) ? 0 : by(a) < by(b) ? -ascending : ascending));
    }
  }
  return order;
}

function idsOf(actions: readonly PlannedAction[], type: string): unknown[] {
  return actions
    .filter(({ actionType }) => actionType === type)
    .map(({ inputParameters }) => inputParameters.resource_id);
}

describe("zone_migration on random clusters", () => {
  it("is sound and within its limits, and comes to rest", () => {
    let moved = 0;
    fc.assert(
      fc.property(anyCase, ({ source, parameters }) => {
        let state = source;
        for (let run = 0; run < 60; run++) {
          const { actions } = planOf(state, { strategyName: "zone_migration", parameters });
          expect(faultsOf(state, actions)).toEqual([]);
          expectLimits(state, actions, parameters);
          if (actions.length === 0) return;
          moved += idsOf(actions, "migrate").length;
          state = withMovedVolumes(afterPlan(state, actions), actions);
        }
        throw new Error("does not come to rest");
      }),
      RUNS,
    );
    expect(moved).toBeGreaterThan(20);
  });

  it("takes volumes and instances in order of priority", () => {
    let several = 0;
    fc.assert(
      fc.property(anyCase, ({ source, parameters: given }) => {
        const parameters = {
          ...given,
          parallel_total: 100,
          parallel_per_pool: 100,
          with_attached_volume: false,
        };
        const { actions } = planOf(source, { strategyName: "zone_migration", parameters });
        const keys = Object.entries(given.priority);
        const wanted = {
          migrate: sorted(
            inNodeOrder(source, parameters),
            keys.filter(([key]) => !key.startsWith("storage")),
            (one, key) => readInstance(source, one, key),
          ),
          volume_migrate: sorted(
            source.storage?.volumes ?? [],
            keys.filter(([key]) => !key.startsWith("compute")),
            readVolume,
          ),
        };
        for (const [type, order] of Object.entries(wanted)) {
          const ids = new Set(idsOf(actions, type));
          several += Number(ids.size > 2);
          const inOrder = order.map(({ uuid }) => uuid).filter((uuid) => ids.has(uuid));
          expect([...ids]).toEqual(inOrder);
        }
      }),
      RUNS,
    );
    expect(several).toBeGreaterThan(20);
  });
});

type Instance = ClusterModelSource["instances"][number];

function readInstance(source: ClusterModelSource, one: Instance, key: string): unknown {
  switch (key) {
    case "project":
      return one.projectId;
    case "compute_node":
      return source.nodes[one.nodeIndex ?? -1]?.hostname;
    case "vcpu_num":
      return one.vcpus;
    case "mem_size":
      return one.memoryMiB;
    case "disk_size":
      return one.diskGb;
    default:
      return one.created;
  }
}

function readVolume(one: VolumeSource, key: string): unknown {
  switch (key) {
    case "project":
      return one.projectId;
    case "storage_pool":
      return one.host;
    case "size":
      return one.sizeGb;
    default:
      return one.createdAt;
  }
}

/** Instances in the order in which the entries name their nodes. */
function inNodeOrder(source: ClusterModelSource, parameters: Given): Instance[] {
  const names = [...new Set(parameters.compute_nodes.map((entry) => entry.src_node))];
  return names.flatMap((name) =>
    source.instances.filter((one) => source.nodes[one.nodeIndex ?? -1]?.hostname === name),
  );
}

function expectLimits(state: ClusterModelSource, actions: readonly PlannedAction[], parameters: Given): void {
  expect(actions.length).toBeLessThanOrEqual(parameters.parallel_total);
  const perNode = new Map<unknown, number>();
  const perPool = new Map<unknown, number>();
  for (const { actionType, inputParameters: given } of actions) {
    const host = state.storage?.volumes.find(({ uuid }) => uuid === given.resource_id)?.host;
    const [counts, key] = actionType === "migrate" ? [perNode, given.source_node] : [perPool, host];
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(Math.max(0, ...perNode.values())).toBeLessThanOrEqual(parameters.parallel_per_node);
  expect(Math.max(0, ...perPool.values())).toBeLessThanOrEqual(parameters.parallel_per_pool);
}

/** Volumes that the plan migrates or retypes are elsewhere then. */
function withMovedVolumes(source: ClusterModelSource, actions: readonly PlannedAction[]): ClusterModelSource {
  const ids = new Set(idsOf(actions, "volume_migrate"));
  const volumes = (source.storage?.volumes ?? []).map((one) =>
    ids.has(one.uuid) ? { ...one, host: ELSEWHERE, poolIndex: null } : one,
  );
  return { ...source, storage: source.storage === null ? null : { ...source.storage, volumes } };
}
