/**
 * Zone migration: moves instances off compute nodes and volumes off storage pools, to the places named
 * for each, a few at a time. For taking hardware out of service bit by bit. Spec: Watcher's `zone_migration`.
 */
import { Solution } from "../solution.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { InstanceMigrations } from "./instances.ts";
import { Limits } from "./limits.ts";
import { ZONE_MIGRATION_PARAMETERS, type ZoneMigrationParameters } from "./parameters.ts";
import { applyPriority, type Targets } from "./priority.ts";
import {
  instanceTargets,
  nodeDestinations,
  requireStorage,
  volumeDestinations,
  volumeTargets,
} from "./targets.ts";
import { migrateVolumes, type VolumeCounts, type VolumeTargets } from "./volumes.ts";

export const ZONE_MIGRATION: Strategy = {
  name: "zone_migration",
  displayName: "Zone migration",
  goalName: "hardware_maintenance",
  parametersSpec: ZONE_MIGRATION_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: [],
  models: ["compute", "storage"],
  execute,
};

function execute(input: StrategyInput): Solution {
  const { overlay } = input;
  const given = input.parameters as unknown as ZoneMigrationParameters;
  const destinations = nodeDestinations(overlay, given.compute_nodes ?? []);
  const volumes = volumesOf(input, given);
  const targets: Targets = {
    instances: instanceTargets(overlay, destinations),
    volumes: volumes?.targets ?? new Int32Array(0),
  };
  applyPriority(overlay, volumes?.storage ?? null, given.priority ?? {}, targets);
  const solution = new Solution();
  const limits = new Limits(given);
  const instances = new InstanceMigrations(overlay, solution, limits, destinations, targets.instances);
  const volumeCounts = { total: 0, planned: 0 };
  if (volumes !== null) {
    const attached = given.with_attached_volume ? instances : null;
    const run = { model: overlay.model, solution, limits, attached, parity: overlay.parity };
    const { explanation, ...counts } = migrateVolumes(volumes, run);
    Object.assign(volumeCounts, counts);
    solution.explanation.volumes = explanation;
  }
  instances.migrateAll();
  solution.explanation.instances = instances.toJson();
  setIndicators(solution, instances, volumeCounts);
  solution.explanation.summary = summary(targets, solution, limits);
  return solution;
}

/** @returns null when no pool is to be left */
function volumesOf(
  { overlay, storage }: StrategyInput,
  { storage_pools: pools = [] }: ZoneMigrationParameters,
): VolumeTargets | null {
  if (pools.length === 0) return null;
  const view = requireStorage(storage);
  const destinationOf = volumeDestinations(overlay.model, view, pools);
  return { storage: view, destinationOf, targets: volumeTargets(view, destinationOf) };
}

/** Watcher told volumes migrated from volumes updated once; now both pairs say the same. */
function setIndicators(
  solution: Solution,
  { total, planned }: InstanceMigrations,
  volumes: VolumeCounts,
): void {
  const counts = {
    live_migrate_instance_count: total.live,
    planned_live_migrate_instance_count: planned.live,
    cold_migrate_instance_count: total.cold,
    planned_cold_migrate_instance_count: planned.cold,
    volume_migrate_count: volumes.total,
    planned_volume_migrate_count: volumes.planned,
    volume_update_count: volumes.total,
    planned_volume_update_count: volumes.planned,
  };
  for (const [name, count] of Object.entries(counts)) solution.indicators.set(name, count);
}

function summary({ instances, volumes }: Targets, solution: Solution, limits: Limits): string {
  const wanted = instances.length + volumes.length;
  if (wanted === 0) return "No instance and no volume is where the parameters say.";
  const planned = solution.actions.length;
  const rest = limits.totalReached() ? "; parallel_total holds back what else there may be" : "";
  return `${planned} of ${wanted} instances and volumes move${rest}.`;
}
