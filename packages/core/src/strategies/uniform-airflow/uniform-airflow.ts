/**
 * Uniform airflow migration strategy: relieves the node that moves most air. One instance leaves it, or,
 * where little power and a cool inlet say that the air is not due to load, all of them do; the cool nodes
 * of least airflow take them. Spec: Watcher's `uniform_airflow`.
 */

import { Listing, Reasons } from "../../explanation.ts";
import type { JsonObject } from "../../json.ts";
import { findMetric, type MetricColumn } from "../../model/metrics.ts";
import type { Overlay } from "../../model/overlay.ts";
import type { Options } from "../../options/options.ts";
import { NO_PLACE } from "../../placement/first-fit-tree.ts";
import { PlacementIndex, type RoomOf } from "../../placement/placement-index.ts";
import { addMigration } from "../actions.ts";
import { type Coverage, coverageJson, isCovered } from "../coverage.ts";
import { type NodeHeat, nodeHeat } from "../node-heat.ts";
import { shownInstance, shownNode } from "../shown.ts";
import { Solution } from "../solution.ts";
import {
  ALLOCATION_DIMENSIONS,
  allocationNeed,
  allocationRoom,
  isAvailable,
  migrationTypes,
  pinOf,
  refusalsOf,
} from "../soundness.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { chooseDeparture, type Departure, type TroubleSigns } from "./choose.ts";
import { UNIFORM_AIRFLOW_PARAMETERS, type UniformAirflowParameters } from "./parameters.ts";

export const UNIFORM_AIRFLOW: Strategy = {
  name: "uniform_airflow",
  displayName: "Uniform airflow migration strategy",
  goalName: "airflow_optimization",
  parametersSpec: UNIFORM_AIRFLOW_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: ["host_airflow", "host_inlet_temp", "host_power"],
  models: ["compute"],
  execute,
};

function execute({ overlay, parameters, options }: StrategyInput): Solution {
  const given = parameters as unknown as UniformAirflowParameters;
  const column = (name: string): MetricColumn =>
    findMetric(overlay.model.metrics, {
      name,
      aggregate: "mean",
      periodS: given.period,
      granularityS: given.granularity,
    });
  const airflow = column("host_airflow");
  const signs = {
    inlet: column("host_inlet_temp"),
    power: column("host_power"),
    inletThreshold: given.threshold_inlet_t,
    powerThreshold: given.threshold_power,
  };
  const solution = new Solution();
  const heat = nodeHeat(overlay, airflow, given.threshold_airflow);
  solution.explanation.summary = relieve(overlay, heat, airflow, signs, options, solution);
  return solution;
}

/** @returns what came of it, in a sentence */
function relieve(
  overlay: Overlay,
  heat: NodeHeat,
  airflow: MetricColumn,
  signs: TroubleSigns,
  options: Options,
  solution: Solution,
): string {
  const { explanation } = solution;
  const coverage = coverageOfAll(overlay, [airflow, signs.inlet, signs.power]);
  explanation.coverage = coverageJson(coverage, options);
  explanation.nodes = {
    hot: heat.hot.length,
    cool: heat.cool.length,
    withoutSamples: heat.withoutSamples,
  };
  if (!isCovered(coverage, options)) return "Too few samples to judge airflow, inlet temperature and power.";
  if (heat.hot.length === 0) return "No node reaches the airflow threshold.";
  if (heat.cool.length === 0) return "Every node with a sample reaches the airflow threshold.";
  const passedOver = new Reasons();
  const departure = chooseDeparture(overlay, heat.hot, signs, passedOver);
  explanation.passedOver = passedOver.toJson();
  if (departure === null) return "No hot node has an instance that may leave it.";
  const { values } = airflow;
  const byAirflow = Int32Array.from(heat.cool).sort(
    (a, b) => (values[a] as number) - (values[b] as number) || a - b,
  );
  if (!place(overlay, departure, byAirflow, solution)) {
    return "The cool nodes cannot take all that would have to leave the hot node: nothing moves.";
  }
  addMoves(overlay, departure, airflow, solution);
  return departure.trouble
    ? "All that can be migrated leaves a hot node that draws little power and takes in cool air."
    : "One instance leaves the hot node of most airflow that has one to give.";
}

/** Of the metrics that are read, over the nodes taking part. */
function coverageOfAll(overlay: Overlay, columns: readonly MetricColumn[]): Coverage {
  const coverage = { wanted: 0, present: 0 };
  for (let node = 0; node < overlay.model.nodes.count; node++) {
    if (!isAvailable(overlay, node)) continue;
    coverage.wanted += columns.length;
    for (const { values } of columns) coverage.present += Number(!Number.isNaN(values[node]));
  }
  return coverage;
}

/**
 * Puts each instance on the first node in the order that has room, those before it counted.
 * @returns false, with nothing moved, when one of them fits nowhere
 */
function place(overlay: Overlay, departure: Departure, order: Int32Array, solution: Solution): boolean {
  const index = new PlacementIndex(overlay.model, order, ALLOCATION_DIMENSIONS, roomOf(overlay));
  const need = new Float64Array(ALLOCATION_DIMENSIONS);
  const before = overlay.mark();
  for (const instance of departure.instances) {
    allocationNeed(overlay, instance, need);
    const position = index.findFirst(0, need, pinOf(overlay, instance));
    if (position === NO_PLACE) {
      solution.explanation.noRoomFor = {
        instance: shownInstance(overlay.model, instance),
        placedBefore: overlay.movesSince(before),
        targets: refusalsOf(overlay, instance, order),
      };
      overlay.rollback(before);
      return false;
    }
    const target = index.nodeAt(position);
    overlay.move(instance, departure.node, target);
    index.update(target);
  }
  return true;
}

/** Free capacity; in parity, as in the reference, of all the hardware, neither reserve nor ratio counted. */
function roomOf(overlay: Overlay): RoomOf {
  if (!overlay.parity) return allocationRoom(overlay);
  const { vcpus, memoryMiB, diskGb } = overlay.model.nodes;
  return (node, into) => {
    into[0] = (vcpus[node] as number) - (overlay.vcpusUsed[node] as number);
    into[1] = (memoryMiB[node] as number) - (overlay.memoryUsedMiB[node] as number);
    into[2] = (diskGb[node] as number) - (overlay.diskUsedGb[node] as number);
  };
}

function addMoves(overlay: Overlay, departure: Departure, airflow: MetricColumn, solution: Solution): void {
  const { model, nodeOf } = overlay;
  const typeOf = migrationTypes(model);
  const moved = new Listing();
  const end = (node: number): JsonObject => ({
    node: shownNode(model, node),
    airflow: airflow.values[node] as number,
  });
  for (const instance of departure.instances) {
    const destination = nodeOf[instance] as number;
    const type = overlay.parity ? "live" : (typeOf(instance) ?? "live");
    addMigration(solution, model, { instance, type, source: departure.node, destination });
    moved.add(() => ({
      instance: shownInstance(model, instance),
      from: end(departure.node),
      to: end(destination),
    }));
  }
  solution.explanation.moved = moved.toJson();
}
