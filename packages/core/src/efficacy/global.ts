/** The ratios that goals derive from their indicators, in percent. */
import { VigilError } from "../errors.ts";
import type { GoalDescription } from "../goals/goals.ts";
import type { Indicator } from "./indicator.ts";

type Values = ReadonlyMap<string, number>;

/** 100 * part / whole. Nothing done is 0 whatever the whole; something of nothing is a bug. */
function percent(name: string, part: number, whole: number): number {
  if (part === 0) return 0;
  if (whole > 0) return (100 * part) / whole;
  throw new VigilError(
    "internal",
    `GlobalEfficacyComputationError: ${name} would be ${part} of ${whole}; the strategy must report what it looked at`,
  );
}

function ratio(name: string, description: string, value: number): Indicator {
  return { name, description, unit: "%", value };
}

function serverConsolidation(values: Values): Indicator[] {
  const nodes = values.get("compute_nodes_count") ?? 0;
  const released = values.get("released_compute_nodes_count") ?? 0;
  // A disabled node may be released without being counted; the reference answers 0 there.
  const value = nodes === 0 ? 0 : percent("released_nodes_ratio", released, nodes);
  return [ratio("released_nodes_ratio", "Released compute nodes per enabled compute node.", value)];
}

function workloadBalancing(values: Values): Indicator[] {
  const name = "live_migrations_count";
  const migrations = values.get("instance_migrations_count") ?? 0;
  const value = percent(name, migrations, values.get("instances_count") ?? 0);
  return [ratio(name, "Migrated instances per audited instance.", value)];
}

/** Ratio name, and the pair of indicators that it is made of. */
const MAINTENANCE_RATIOS = [
  ["live_instance_migrate_ratio", "live_migrate_instance_count", "live migrations"],
  ["cold_instance_migrate_ratio", "cold_migrate_instance_count", "cold migrations"],
  ["volume_migrate_ratio", "volume_migrate_count", "migrations of detached volumes"],
  ["volume_update_ratio", "volume_update_count", "migrations of attached volumes"],
] as const;

function hardwareMaintenance(values: Values): Indicator[] {
  return MAINTENANCE_RATIOS.map(([name, total, what]) => {
    const planned = values.get(`planned_${total}`) ?? 0;
    const value = percent(name, planned, values.get(total) ?? 0);
    return ratio(name, `Share of the matching ${what} that this plan holds.`, value);
  });
}

const GLOBAL_EFFICACY: ReadonlyMap<string, (values: Values) => Indicator[]> = new Map([
  ["server_consolidation", serverConsolidation],
  ["workload_balancing", workloadBalancing],
  ["hardware_maintenance", hardwareMaintenance],
]);

/** Ratios of the goal; empty for goals without indicators. @throws VigilError internal */
export function globalEfficacy(goal: GoalDescription, values: Values): Indicator[] {
  return GLOBAL_EFFICACY.get(goal.name)?.(values) ?? [];
}
