/** What properties of all strategies need to know of each: parameters, rules, and what it makes better. */
import type { JsonObject } from "../json.ts";
import type { ClusterModelSource } from "../model/source.ts";
import type { Rules } from "./checker.ts";
import type { Dice } from "./dice.ts";
import {
  activeHosts,
  hotLoad,
  instancesOnHot,
  leftInZone,
  type Measure,
  onMaintenanceHost,
  overloadThenHosts,
  weightedDeviation,
} from "./measures.ts";

export interface StrategyCase {
  /** Null: the cluster has nothing to ask the strategy about. */
  parameters(dice: Dice, source: ClusterModelSource): JsonObject | null;
  rules?: Rules;
  /** Why its plans are not judged, where they are not. */
  notJudged?: string;
  /** Or why there is none. */
  measure: Measure | string;
  /** Of 160 random clusters, so many plans have actions; a fraction of the mean, so that chance does not fail. */
  plansMin: number;
  /** It plans nothing when all samples are missing. */
  needsSamples: boolean;
}

const PERIODS = { period: 300, granularity: 300 };

export const STRATEGY_CASES: Readonly<Record<string, StrategyCase>> = {
  basic: {
    parameters: (dice) => ({ migration_attempts: dice.pick([0, 0, 1, 5]) }),
    measure: activeHosts,
    plansMin: 1,
    needsSamples: true,
  },
  vm_workload_consolidation: {
    parameters: (dice) => dice.pick<JsonObject>([{}, PERIODS]),
    measure: overloadThenHosts,
    plansMin: 10,
    needsSamples: true,
  },
  node_resource_consolidation: {
    parameters: (dice) => ({ host_choice: dice.pick(["auto", "specify"]) }),
    measure: activeHosts,
    plansMin: 10,
    needsSamples: false,
  },
  workload_balance: {
    parameters: (dice) => ({
      metrics: dice.pick(["instance_cpu_usage", "instance_ram_usage"]),
      threshold: dice.pick([25, 30]),
      ...PERIODS,
    }),
    measure: hotLoad,
    plansMin: 1,
    needsSamples: true,
  },
  workload_stabilization: {
    parameters: (dice) => {
      const metrics = dice.pick([["instance_cpu_usage"], ["instance_cpu_usage", "instance_ram_usage"]]);
      return {
        metrics,
        thresholds: { instance_cpu_usage: dice.pick([0, 0.05, 0.2]), instance_ram_usage: 0.1 },
        host_choice: dice.pick(["retry", "cycle", "fullsearch"]),
        retry_count: dice.pick([1, 3]),
      };
    },
    measure: weightedDeviation,
    plansMin: 8,
    needsSamples: true,
  },
  outlet_temperature: {
    parameters: (dice) => ({ threshold: dice.pick([25, 35, 45]) }),
    measure: instancesOnHot("host_outlet_temp", "threshold"),
    plansMin: 4,
    needsSamples: true,
  },
  uniform_airflow: {
    parameters: (dice) => ({
      threshold_airflow: dice.pick([300, 400, 500]),
      threshold_inlet_t: dice.pick([20, 28]),
      threshold_power: dice.pick([300, 500]),
    }),
    measure: instancesOnHot("host_airflow", "threshold_airflow"),
    plansMin: 4,
    needsSamples: true,
  },
  noisy_neighbor: {
    parameters: (dice) => ({ cache_threshold: dice.pick([20, 35]) }),
    measure: "a noisy instance may be moved beside another victim, as the strategy looks for room alone",
    plansMin: 3,
    needsSamples: true,
  },
  saving_energy: {
    parameters: (dice, { baremetal }) =>
      baremetal && { free_used_percent: dice.pick([10, 60]), min_free_hosts_num: dice.below(3) },
    measure: "machines do not change by what is moved: covered by its own tests",
    plansMin: 3,
    needsSamples: false,
  },
  storage_capacity_balance: {
    parameters: (dice, { storage }) => storage && { volume_threshold: dice.pick([40, 60, 80]) },
    measure: "which pool a retyped volume goes to is the service's choice",
    plansMin: 25,
    needsSamples: false,
  },
  host_maintenance: {
    parameters: (dice, { nodes }) => {
      const names = nodes.map(({ hostname }) => hostname);
      if (names.length === 0) return null;
      const backup: JsonObject = dice.chance(0.5) ? { backup_node: dice.pick(names) } : {};
      const switches = { disable_live_migration: dice.chance(0.3), disable_cold_migration: dice.chance(0.3) };
      return { maintenance_node: dice.pick(names), ...backup, ...switches };
    },
    rules: { coldActive: true, closesFullHosts: true },
    measure: onMaintenanceHost,
    plansMin: 60,
    needsSamples: false,
  },
  zone_migration: {
    parameters: zoneMigration,
    measure: leftInZone,
    plansMin: 60,
    needsSamples: false,
  },
  dummy: {
    parameters: (dice) => ({ para1: 1 + dice.below(9), para2: dice.pick(["hello", "hello World"]) }),
    measure: "it plans the same whatever the cluster",
    plansMin: 160,
    needsSamples: false,
  },
  dummy_with_resize: {
    parameters: () => ({}),
    notJudged: "its actions name instances and hosts of a test bed",
    measure: "it plans the same whatever the cluster",
    plansMin: 160,
    needsSamples: false,
  },
  dummy_with_scorer: {
    parameters: () => ({}),
    measure: "it plans the same whatever the cluster",
    plansMin: 160,
    needsSamples: false,
  },
  actuator: {
    parameters: actuator,
    notJudged: "its actions are given",
    measure: "it plans the same whatever the cluster",
    plansMin: 100,
    needsSamples: false,
  },
};

/** What leaves a place is not sent to another one that is left: nobody could come to rest that way. */
function zoneMigration(dice: Dice, { nodes, instances, storage }: ClusterModelSource): JsonObject {
  const hosts = [...nodes.map(({ hostname }) => hostname), "host-gone"];
  const pools = storage?.pools.map(({ name }) => name) ?? [];
  const [fromHosts, toHosts] = parted(dice, hosts);
  const [fromPools, toPools] = parted(dice, pools);
  const computeNodes: JsonObject[] =
    dice.chance(0.3) || toHosts.length === 0
      ? fromHosts.slice(0, 1).map((name) => ({ src_node: name }))
      : fromHosts.map((name) => ({ src_node: name, dst_node: dice.pick(toHosts) }));
  const storagePools: JsonObject[] =
    dice.chance(0.3) || toPools.length === 0
      ? fromPools.slice(0, 1).map((name) => ({ src_pool: name, dst_type: dice.pick(["t0", "t1", "t2"]) }))
      : fromPools.map((name) => ({
          src_pool: name,
          dst_pool: dice.pick(toPools),
          ...(dice.chance(0.3) ? { src_type: dice.pick(["t0", "t1"]) } : {}),
        }));
  const priority = dice.pick<JsonObject>([
    {},
    { project: ["p2", "p1"], compute: "vcpu_num" },
    { compute_node: hosts.slice(0, 2), storage_pool: pools.slice(1, 3), storage: "size" },
    { compute: "created_at", storage: "created_at" },
  ]);
  return {
    ...(computeNodes.length > 0 ? { compute_nodes: computeNodes } : {}),
    ...(storagePools.length > 0 ? { storage_pools: storagePools } : {}),
    parallel_total: dice.pick([1, 6, 100]),
    parallel_per_node: dice.pick([1, 2, 50]),
    parallel_per_pool: dice.pick([1, 2]),
    priority,
    with_attached_volume: instances.length > 0 && dice.chance(0.5),
  };
}

function parted<T>(dice: Dice, all: readonly T[]): [T[], T[]] {
  const parts: [T[], T[]] = [[], []];
  for (const one of all) parts[dice.chance(0.4) ? 0 : 1].push(one);
  return parts;
}

/** Anything that the planner has a weight for, of things that are there or not. */
function actuator(dice: Dice, { nodes, instances }: ClusterModelSource): JsonObject {
  const hosts = [...nodes.map(({ hostname }) => hostname), "host-gone"];
  const uuids = [...instances.map(({ uuid }) => uuid), "gone"];
  const types = ["migrate", "migrate", "migrate", "resize", "stop", "nop", "sleep", "volume_migrate"];
  const given = Array.from({ length: dice.below(12) }, (): JsonObject => {
    const places: JsonObject = { source_node: dice.pick(hosts), destination_node: dice.pick(hosts) };
    const odd: JsonObject = { source_node: 5, destination_node: null };
    return {
      action_type: dice.pick([...types, "change_nova_service_state", "change_node_power_state"]),
      resource_id: dice.pick(uuids),
      input_parameters: dice.chance(0.9) ? places : odd,
    };
  });
  return { actions: given };
}
