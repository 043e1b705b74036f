/** Every strategy there is, by name. A new one adds its folder and a line here. */
import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import { findGoal } from "../goals/goals.ts";
import { ACTUATOR } from "./actuator/actuator.ts";
import { BASIC } from "./basic/basic.ts";
import { DUMMY } from "./dummy/dummy.ts";
import { DUMMY_WITH_RESIZE } from "./dummy-with-resize/dummy-with-resize.ts";
import { DUMMY_WITH_SCORER } from "./dummy-with-scorer/dummy-with-scorer.ts";
import { HOST_MAINTENANCE } from "./host-maintenance/host-maintenance.ts";
import { NODE_RESOURCE_CONSOLIDATION } from "./node-resource-consolidation/node-resource-consolidation.ts";
import { NOISY_NEIGHBOR } from "./noisy-neighbor/noisy-neighbor.ts";
import { OUTLET_TEMPERATURE } from "./outlet-temperature/outlet-temperature.ts";
import { SAVING_ENERGY } from "./saving-energy/saving-energy.ts";
import { STORAGE_CAPACITY_BALANCE } from "./storage-capacity-balance/storage-capacity-balance.ts";
import type { Strategy } from "./strategy.ts";
import { UNIFORM_AIRFLOW } from "./uniform-airflow/uniform-airflow.ts";
import { VM_WORKLOAD_CONSOLIDATION } from "./vm-workload-consolidation/vm-workload-consolidation.ts";
import { WORKLOAD_BALANCE } from "./workload-balance/workload-balance.ts";
import { WORKLOAD_STABILIZATION } from "./workload-stabilization/workload-stabilization.ts";
import { ZONE_MIGRATION } from "./zone-migration/zone-migration.ts";

/** In Watcher's order: the first of a goal is the goal's default. */
export const STRATEGIES: readonly Strategy[] = [
  BASIC,
  VM_WORKLOAD_CONSOLIDATION,
  NODE_RESOURCE_CONSOLIDATION,
  WORKLOAD_BALANCE,
  WORKLOAD_STABILIZATION,
  STORAGE_CAPACITY_BALANCE,
  OUTLET_TEMPERATURE,
  UNIFORM_AIRFLOW,
  NOISY_NEIGHBOR,
  SAVING_ENERGY,
  ZONE_MIGRATION,
  HOST_MAINTENANCE,
  DUMMY,
  DUMMY_WITH_RESIZE,
  DUMMY_WITH_SCORER,
  ACTUATOR,
];

/**
 * The strategy of that name, whatever its case.
 * @throws VigilError not-found
 */
export function findStrategy(name: string): Strategy {
  const wanted = name.toLowerCase();
  const found = STRATEGIES.find((strategy) => strategy.name === wanted);
  if (found === undefined) throw new VigilError("not-found", `Strategy ${clip(name)} could not be found`);
  return found;
}

/**
 * The strategy that an audit without a named one runs.
 * @throws VigilError not-found: unknown goal, or no strategy serves it
 */
export function defaultStrategy(goalName: string): Strategy {
  const goal = findGoal(goalName);
  const found = STRATEGIES.find((strategy) => strategy.goalName === goal.name);
  if (found === undefined) {
    throw new VigilError(
      "not-found",
      `No strategy serves goal ${goal.name}; name one of ${STRATEGIES.map((strategy) => strategy.name).join(", ")}`,
    );
  }
  return found;
}
