/**
 * Workload Balance Migration Strategy: takes one instance off a hot node, so that the node comes down
 * to the mean load as closely as possible, and puts it on the coolest node with room. At most one
 * migration per audit. Spec: Watcher's `workload_balance`.
 */

import { Reasons } from "../../explanation.ts";
import type { JsonObject } from "../../json.ts";
import { findMetric } from "../../model/metrics.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import type { Options } from "../../options/options.ts";
import { addMigration } from "../actions.ts";
import { coverageJson, isCovered } from "../coverage.ts";
import { shownText } from "../shown.ts";
import { Solution } from "../solution.ts";
import { immovable, targetRefusal } from "../soundness.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { type LoadOf, loadOf, type NodeLoads, nodeLoads } from "./loads.ts";
import { WORKLOAD_BALANCE_PARAMETERS, type WorkloadBalanceParameters } from "./parameters.ts";

/** Watcher's start value of its search for the smallest difference, in parity only: 1 TB of memory is not much. */
const PARITY_DELTA_LIMIT = 1_000_000;

interface Candidate {
  instance: number;
  source: number;
}

export const WORKLOAD_BALANCE: Strategy = {
  name: "workload_balance",
  displayName: "Workload Balance Migration Strategy",
  goalName: "workload_balancing",
  parametersSpec: WORKLOAD_BALANCE_PARAMETERS,
  version: "1",
  planner: "workload_stabilization",
  metrics: ["instance_cpu_usage", "instance_ram_usage"],
  models: ["compute"],
  execute,
};

function execute({ overlay, parameters, options }: StrategyInput): Solution {
  const { metrics, threshold, period, granularity } = parameters as unknown as WorkloadBalanceParameters;
  const column = findMetric(overlay.model.metrics, {
    name: metrics,
    aggregate: "mean",
    periodS: period,
    granularityS: granularity,
  });
  const solution = new Solution();
  solution.indicators.set("instances_count", overlay.countInstances());
  const loads = nodeLoads(overlay, column);
  const migrations = balance(overlay, loads, loadOf(overlay, column), threshold, options, solution);
  solution.indicators.set("instance_migrations_count", migrations);
  return solution;
}

/** @returns the number of migrations: 0 or 1 */
function balance(
  overlay: Overlay,
  loads: NodeLoads,
  load: LoadOf,
  threshold: number,
  options: Options,
  solution: Solution,
): number {
  const { utilPercent } = loads;
  const { explanation } = solution;
  const isHot = (node: number): boolean => (utilPercent[node] as number) >= threshold;
  const hot = loads.nodes.filter(isHot);
  const cool = loads.nodes.filter((node) => !isHot(node));
  hot.sort((a, b) => (utilPercent[b] as number) - (utilPercent[a] as number));
  explanation.coverage = coverageJson(loads.coverage, options);
  explanation.nodes = {
    hot: hot.length,
    cool: cool.length,
    withoutSamples: loads.withoutSamples,
    withoutResource: loads.withoutResource,
  };
  explanation.averageLoad = loads.average;
  const stop = (summary: string): number => {
    explanation.summary = summary;
    return 0;
  };
  if (!isCovered(loads.coverage, options)) return stop("Too few samples to judge the load of nodes.");
  if (hot.length === 0) return stop("No node reaches the threshold.");
  if (cool.length === 0) return stop("Every node reaches the threshold.");
  const candidate = chooseInstance(overlay, hot, loads, load, solution);
  if (candidate === null) return stop("No instance may leave a hot node without bringing it below the mean.");
  const target = chooseTarget(overlay, candidate, cool, loads, load, threshold, solution);
  if (target === null) return stop("No cool node can take the chosen instance.");
  overlay.move(candidate.instance, candidate.source, target);
  addMigration(solution, overlay.model, { ...candidate, type: "live", destination: target });
  explanation.effect = effect(loads, candidate, target, load(candidate.instance));
  explanation.summary = "One instance moves from the hottest node that has a fitting one.";
  return 1;
}

/** Use of both nodes in percent, before and after. */
function effect(loads: NodeLoads, { source }: Candidate, target: number, moved: number): JsonObject {
  const before = (node: number): number => loads.utilPercent[node] as number;
  const share = (node: number): number => (100 * moved) / (loads.total[node] as number);
  return {
    sourcePercent: { before: before(source), after: before(source) - share(source) },
    targetPercent: { before: before(target), after: before(target) + share(target) },
  };
}

/** From the hottest node that has one: the instance whose leaving brings the node closest to the mean. */
function chooseInstance(
  overlay: Overlay,
  hot: readonly number[],
  loads: NodeLoads,
  load: LoadOf,
  solution: Solution,
): Candidate | null {
  const { uuid, state } = overlay.model.instances;
  const active = overlay.model.findText("active");
  const reasons = new Reasons();
  solution.explanation.instancesPassedOver = {};
  let chosen: Candidate | null = null;
  for (const source of hot) {
    const excess = (loads.load[source] as number) - loads.average;
    let smallest = overlay.parity ? PARITY_DELTA_LIMIT : Number.POSITIVE_INFINITY;
    for (let at = overlay.firstInstance(source); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
      const delta = excess - load(at);
      const refusal = immovable(overlay, at) ?? (state[at] === active ? deltaRefusal(delta) : "not active");
      if (refusal !== null) {
        reasons.add(refusal, () => ({ instance: shownText(overlay.model, uuid[at]) }));
      } else if (delta < smallest) {
        smallest = delta;
        chosen = { instance: at, source };
      }
    }
    if (chosen !== null) break;
  }
  solution.explanation.instancesPassedOver = reasons.toJson();
  return chosen;
}

function deltaRefusal(delta: number): string | null {
  if (Number.isNaN(delta)) return "no sample";
  return delta < 0 ? "would bring its node below the mean" : null;
}

/** The coolest node with room by allocation and by use. */
function chooseTarget(
  overlay: Overlay,
  candidate: Candidate,
  cool: readonly number[],
  loads: NodeLoads,
  load: LoadOf,
  threshold: number,
  solution: Solution,
): number | null {
  const { hostname } = overlay.model.nodes;
  const reasons = new Reasons();
  const weight = load(candidate.instance);
  let target: number | null = null;
  for (const node of cool) {
    const limit = (threshold / 100) * (loads.total[node] as number);
    const wouldBeHot = !(weight + (loads.load[node] as number) < limit);
    const refusal =
      targetRefusal(overlay, candidate.instance, node) ?? (wouldBeHot ? "would reach the threshold" : null);
    if (refusal !== null) {
      reasons.add(refusal, () => ({ node: shownText(overlay.model, hostname[node]) }));
    } else if (
      target === null ||
      (loads.utilPercent[node] as number) < (loads.utilPercent[target] as number)
    ) {
      target = node;
    }
  }
  solution.explanation.targetsPassedOver = reasons.toJson();
  return target;
}
