/** Plans as strategies and planners make them on small random clusters, and the cloud to execute them on. */

import { type ClusterModelSource, computePlan, encodeSnapshot, type JsonObject, METRICS } from "@vigil/core";
import fc from "fast-check";
import type { LedgerAction } from "./plan-ledger.ts";
import { type Amount, type Fault, SimulatedNova } from "./simulated-nova.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface RandomCase {
  nodes: { vcpus: number; disabled: boolean }[];
  instances: { node: number; size: number; state: "active" | "paused" | "stopped"; load: number }[];
  strategy: number;
  seed: number;
}

export const anyCase: fc.Arbitrary<RandomCase> = fc.record({
  nodes: fc.array(fc.record({ vcpus: fc.constantFrom(4, 6, 8), disabled: fc.boolean() }), {
    minLength: 2,
    maxLength: 6,
  }),
  instances: fc.array(
    fc.record({
      node: fc.nat(5),
      size: fc.constantFrom(1, 1, 2, 3),
      state: fc.constantFrom(
        "active" as const,
        "active" as const,
        "active" as const,
        "paused" as const,
        "stopped" as const,
      ),
      load: fc.nat(100),
    }),
    { minLength: 1, maxLength: 16 },
  ),
  strategy: fc.nat(100),
  seed: fc.nat(0xffffffff),
});

const STRATEGIES: readonly { name: string; parameters(hosts: readonly string[]): JsonObject }[] = [
  {
    name: "host_maintenance",
    parameters: ([first = "", second = ""]) => ({ maintenance_node: first, backup_node: second }),
  },
  { name: "host_maintenance", parameters: ([first = ""]) => ({ maintenance_node: first }) },
  {
    name: "zone_migration",
    parameters: ([first = "", second = ""]) => ({ compute_nodes: [{ src_node: first, dst_node: second }] }),
  },
  { name: "node_resource_consolidation", parameters: () => ({ host_choice: "specify" }) },
  { name: "vm_workload_consolidation", parameters: () => ({}) },
  { name: "workload_balance", parameters: () => ({ threshold: 30 }) },
  {
    name: "workload_stabilization",
    parameters: () => ({ thresholds: { instance_cpu_usage: 0.05, instance_ram_usage: 0.05 } }),
  },
];

const MIB_PER_VCPU = 2_048;
const GB_PER_VCPU = 10;
const STATUSES = { active: "ACTIVE", paused: "PAUSED", stopped: "SHUTOFF" };

const amount = (vcpus: number): Amount => ({
  vcpus,
  memoryMiB: vcpus * MIB_PER_VCPU,
  diskGb: vcpus * GB_PER_VCPU,
});
const serverId = (index: number) => `00000000-0000-4000-a000-${String(index).padStart(12, "0")}`;

export interface RandomPlan {
  strategyName: string;
  actions: LedgerAction[];
  /** Whether each migration says where to: else the scheduler's choices may fill what the plan counts on. */
  isTargeted: boolean;
  /** A fresh cloud as the plan found it. */
  cloud(faultOf?: (action: string, serverId: string) => Fault | undefined): {
    clock: VirtualClock;
    nova: SimulatedNova;
  };
}

export function randomPlan(given: RandomCase): RandomPlan {
  const source = clusterOf(given);
  const { name, parameters } = STRATEGIES[given.strategy % STRATEGIES.length]!;
  const bytes = encodeSnapshot(source);
  const snapshot = new SharedArrayBuffer(bytes.length);
  new Uint8Array(snapshot).set(bytes);
  const hosts = source.nodes.map(({ hostname }) => hostname);
  const result = computePlan({
    snapshot,
    goalName: "",
    strategyName: name,
    parameters: parameters(hosts),
    scope: [],
    auditType: "ONESHOT",
    seed: given.seed,
    options: {},
    history: {},
  });
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
  const { actions } = result.plan;
  return {
    strategyName: name,
    actions,
    isTargeted: actions.every(
      ({ actionType, inputParameters }) =>
        actionType !== "migrate" || inputParameters.destination_node != null,
    ),
    cloud: (faultOf) => cloudOf(source, faultOf),
  };
}

function clusterOf({ nodes, instances }: RandomCase): ClusterModelSource {
  const free = nodes.map(({ vcpus }) => vcpus);
  const placed = instances.flatMap(({ node, ...one }) => {
    const at = node % nodes.length;
    if (free[at]! < one.size) return [];
    free[at]! -= one.size;
    return [{ ...one, at }];
  });
  const columns: Record<string, number[]> = {
    instance_cpu_usage: placed.map(({ load }) => load),
    instance_ram_usage: placed.map(({ load, size }) => (load / 100) * size * MIB_PER_VCPU),
    host_cpu_usage: nodes.map(({ vcpus }, at) =>
      placed.reduce((sum, one) => sum + (one.at === at ? (one.load * one.size) / vcpus : 0), 0),
    ),
    host_ram_usage: nodes.map((_, at) =>
      placed.reduce(
        (sum, one) => sum + (one.at === at ? 1_024 * one.load * 0.01 * one.size * MIB_PER_VCPU : 0),
        0,
      ),
    ),
  };
  return {
    takenAt: null,
    nodes: nodes.map(({ vcpus, disabled }, at) => ({
      uuid: `node-${at}`,
      hostname: `host-${at}`,
      status: disabled && at > 1 ? "disabled" : "enabled",
      state: "up",
      disabledReason: null,
      zone: null,
      ...amount(vcpus),
      vcpusReserved: 0,
      vcpuRatio: 1,
      memoryReservedMiB: 0,
      memoryRatio: 1,
      diskReservedGb: 0,
      diskRatio: 1,
    })),
    instances: placed.map(({ at, size, state }, index) => ({
      uuid: serverId(index),
      name: `vm-${index}`,
      nodeIndex: at,
      state,
      ...amount(size),
      metadata: {},
      projectId: null,
      locked: false,
      host: null,
      hypervisorHostname: null,
      created: null,
      watcherExclude: false,
      flavorExtraSpecs: {},
      pinnedAz: null,
    })),
    aggregates: [],
    serverGroups: [],
    metrics: Object.entries(columns).map(([name, values]) => ({
      name,
      unit: METRICS.get(name)?.unit ?? "",
      aggregate: null,
      periodS: null,
      granularityS: null,
      values,
    })),
    storage: null,
    baremetal: null,
  };
}

function cloudOf(
  { nodes, instances }: ClusterModelSource,
  faultOf: (action: string, serverId: string) => Fault | undefined = () => undefined,
) {
  const clock = new VirtualClock();
  const nova = new SimulatedNova({
    clock,
    faultOf,
    hosts: nodes.map(({ hostname, status, vcpus, memoryMiB, diskGb }) => ({
      host: hostname,
      status,
      disabledReason: null,
      capacity: { vcpus, memoryMiB, diskGb },
    })),
    servers: instances.map(({ uuid, nodeIndex, state, vcpus, memoryMiB, diskGb }) => ({
      id: uuid,
      host: nodes[nodeIndex ?? 0]?.hostname ?? null,
      status: STATUSES[state as keyof typeof STATUSES],
      flavorName: "f",
      size: { vcpus, memoryMiB, diskGb },
    })),
  });
  return { clock, nova };
}
