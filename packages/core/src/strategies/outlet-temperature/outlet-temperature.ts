/**
 * Outlet temperature based strategy: takes one instance off the hottest node that has one to give and
 * puts it on the coolest node with room. At most one migration per audit, since what it does to the
 * temperatures is seen only afterwards. Spec: Watcher's `outlet_temperature`.
 */

import { Listing, Reasons } from "../../explanation.ts";
import { findMetric, type MetricColumn } from "../../model/metrics.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import type { Options } from "../../options/options.ts";
import { addMigration } from "../actions.ts";
import { coverageJson, isCovered } from "../coverage.ts";
import { firstToLeave, nodeHeat } from "../node-heat.ts";
import { shownInstance, shownNode } from "../shown.ts";
import { Solution } from "../solution.ts";
import { targetRefusal } from "../soundness.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { OUTLET_TEMPERATURE_PARAMETERS, type OutletTemperatureParameters } from "./parameters.ts";

export const OUTLET_TEMPERATURE: Strategy = {
  name: "outlet_temperature",
  displayName: "Outlet temperature based strategy",
  goalName: "thermal_optimization",
  parametersSpec: OUTLET_TEMPERATURE_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: ["host_outlet_temp"],
  models: ["compute"],
  execute,
};

function execute({ overlay, parameters, options }: StrategyInput): Solution {
  const { threshold, period, granularity } = parameters as unknown as OutletTemperatureParameters;
  const column = findMetric(overlay.model.metrics, {
    name: "host_outlet_temp",
    aggregate: "mean",
    periodS: period,
    granularityS: granularity,
  });
  const solution = new Solution();
  solution.explanation.summary = cool(overlay, column, threshold, options, solution);
  return solution;
}

/** @returns what came of it, in a sentence */
function cool(
  overlay: Overlay,
  column: MetricColumn,
  threshold: number,
  options: Options,
  solution: Solution,
): string {
  const { explanation } = solution;
  const heat = nodeHeat(overlay, column, threshold);
  explanation.coverage = coverageJson(heat.coverage, options);
  explanation.nodes = {
    hot: heat.hot.length,
    cool: heat.cool.length,
    withoutSamples: heat.withoutSamples,
  };
  if (!isCovered(heat.coverage, options)) return "Too few samples to judge the temperature of nodes.";
  if (heat.hot.length === 0) return "No node reaches the threshold.";
  if (heat.cool.length === 0) return "Every node with a sample reaches the threshold.";
  const passedOver = new Reasons();
  let instance = NO_INSTANCE;
  for (let at = 0; at < heat.hot.length && instance === NO_INSTANCE; at++) {
    instance = firstToLeave(overlay, heat.hot[at] as number, passedOver);
  }
  explanation.passedOver = passedOver.toJson();
  if (instance === NO_INSTANCE) return "No hot node has an active instance that may leave it.";
  const target = coolestWithRoom(overlay, instance, heat.cool, column, solution);
  if (target === null) return "No cool node can take the chosen instance.";
  move(overlay, instance, target, column, solution);
  return "One instance moves from the hottest node that has one to give to the coolest node with room.";
}

/** The node of the lowest temperature among those that can take the instance, the first of equals. */
function coolestWithRoom(
  overlay: Overlay,
  instance: number,
  nodes: readonly number[],
  { values }: MetricColumn,
  solution: Solution,
): number | null {
  const { model } = overlay;
  const refused = new Reasons();
  let coolest: number | null = null;
  for (const node of nodes) {
    const refusal = targetRefusal(overlay, instance, node);
    if (refusal !== null) {
      refused.add(refusal, () => ({ node: shownNode(model, node) }));
    } else if (coolest === null || (values[node] as number) < (values[coolest] as number)) {
      coolest = node;
    }
  }
  solution.explanation.targetsPassedOver = refused.toJson();
  return coolest;
}

function move(
  overlay: Overlay,
  instance: number,
  destination: number,
  { values }: MetricColumn,
  solution: Solution,
): void {
  const { model } = overlay;
  const source = overlay.nodeOf[instance] as number;
  const name = (node: number): string => shownNode(model, node);
  overlay.move(instance, source, destination);
  addMigration(solution, model, { instance, type: "live", source, destination });
  const moved = new Listing();
  moved.add(() => ({
    instance: shownInstance(model, instance),
    from: name(source),
    to: name(destination),
    fromDegC: values[source] as number,
    toDegC: values[destination] as number,
  }));
  solution.explanation.moved = moved.toJson();
}
