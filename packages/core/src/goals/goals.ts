import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";

/** One number that a strategy of the goal reports. */
export interface IndicatorSpecification {
  name: string;
  description: string;
  /** Always null for Watcher's goals: plain counts and deviations. */
  unit: string | null;
  /** JSON schema of the value, as text: clients get it so. */
  schema: string;
  required: boolean;
}

export interface GoalDescription {
  name: string;
  displayName: string;
  efficacySpecification: readonly IndicatorSpecification[];
}

const COUNT_SCHEMA = JSON.stringify({ type: "integer", minimum: 0 });
const DEVIATION_SCHEMA = JSON.stringify({ type: "number", minimum: 0 });

function count(name: string, description: string, required = true): IndicatorSpecification {
  return { name, description, unit: null, schema: COUNT_SCHEMA, required };
}

function deviation(name: string, description: string): IndicatorSpecification {
  return { name, description, unit: null, schema: DEVIATION_SCHEMA, required: false };
}

const MIGRATIONS = count("instance_migrations_count", "The number of VM migrations to be performed.");

function goal(
  name: string,
  displayName: string,
  efficacySpecification: readonly IndicatorSpecification[] = [],
): GoalDescription {
  return { name, displayName, efficacySpecification };
}

/** All goals of Watcher, in the order of its documentation. */
export const GOALS: readonly GoalDescription[] = [
  goal("dummy", "Dummy goal"),
  goal("unclassified", "Unclassified"),
  goal("server_consolidation", "Server Consolidation", [
    count("compute_nodes_count", "The total number of enabled compute nodes."),
    count("released_compute_nodes_count", "The number of compute nodes to be released."),
    MIGRATIONS,
  ]),
  goal("workload_balancing", "Workload Balancing", [
    MIGRATIONS,
    count("instances_count", "The total number of audited instances in strategy.", false),
    deviation("standard_deviation_after_audit", "The value of resulted standard deviation."),
    deviation("standard_deviation_before_audit", "The value of original standard deviation."),
  ]),
  goal("thermal_optimization", "Thermal Optimization"),
  goal("airflow_optimization", "Airflow Optimization"),
  goal("noisy_neighbor", "Noisy Neighbor"),
  goal("saving_energy", "Saving Energy"),
  goal("hardware_maintenance", "Hardware Maintenance", [
    count("live_migrate_instance_count", "The number of instances actually live migrated."),
    count("planned_live_migrate_instance_count", "The number of instances planned to live migrate."),
    count("cold_migrate_instance_count", "The number of instances actually cold migrated."),
    count("planned_cold_migrate_instance_count", "The number of instances planned to cold migrate."),
    count("volume_migrate_count", "The number of detached volumes actually migrated."),
    count("planned_volume_migrate_count", "The number of detached volumes planned to migrate."),
    count("volume_update_count", "The number of attached volumes actually migrated."),
    count("planned_volume_update_count", "The number of attached volumes planned to migrate."),
  ]),
  goal("cluster_maintaining", "Cluster Maintaining"),
];

/**
 * The goal of that name, whatever its case (a habit of Watcher on MySQL that clients rely on).
 * @throws VigilError not-found
 */
export function findGoal(name: string): GoalDescription {
  const wanted = name.toLowerCase();
  const found = GOALS.find((goal) => goal.name === wanted);
  if (found === undefined) throw new VigilError("not-found", `Goal ${clip(name)} could not be found`);
  return found;
}
