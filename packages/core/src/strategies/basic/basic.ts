/**
 * Basic offline consolidation: empties the least busy hosts, one after another, onto the busiest ones that
 * have room, and closes each that is empty. Spec: Watcher's `basic`.
 *
 * Every plan with actions empties at least one host and fills none, so the number of hosts in use falls with
 * each audit that acts: a chain of audits comes to rest.
 */

import { Listing, Reasons } from "../../explanation.ts";
import { findMetric } from "../../model/metrics.ts";
import type { Overlay } from "../../model/overlay.ts";
import { addMigration, addServiceState } from "../actions.ts";
import { coverageJson, isCovered } from "../coverage.ts";
import { shownInstance, shownNode } from "../shown.ts";
import { Solution } from "../solution.ts";
import { refusalsOf } from "../soundness.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { Evacuation, type Hold } from "./evacuation.ts";
import { optimizable } from "./optimize-metadata.ts";
import { BASIC_PARAMETERS, type BasicParameters } from "./parameters.ts";
import { type Ranking, rankNodes, scoreOf, type UseOf } from "./ranking.ts";

const DISABLED_REASON = "watcher_disabled";

export const BASIC: Strategy = {
  name: "basic",
  displayName: "Basic offline consolidation",
  goalName: "server_consolidation",
  parametersSpec: BASIC_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: ["host_cpu_usage", "instance_cpu_usage"],
  models: ["compute"],
  execute,
};

interface Measures {
  ofNode: UseOf;
  ofInstance: UseOf;
  ranking: Ranking;
}

interface Progress {
  migrations: number;
  released: number;
  moved: Listing;
  emptied: Listing;
  left: Reasons;
}

function execute({ overlay, parameters, options }: StrategyInput): Solution {
  const given = parameters as unknown as BasicParameters;
  const solution = new Solution();
  const measures = measure(overlay, given);
  const { ranking } = measures;
  const progress: Progress = {
    migrations: 0,
    released: 0,
    moved: new Listing(),
    emptied: new Listing(),
    left: new Reasons(),
  };
  const covered = isCovered(ranking.coverage, options);
  if (covered) {
    const mayMove = options.checkOptimizeMetadata ? optimizable(overlay.model) : () => true;
    const evacuation = new Evacuation(overlay, ranking.ranked, measures.ofInstance, mayMove);
    consolidate(overlay, evacuation, measures, given.migration_attempts, progress, solution);
  }
  solution.indicators.set("compute_nodes_count", ranking.enabled);
  solution.indicators.set("released_compute_nodes_count", progress.released);
  solution.indicators.set("instance_migrations_count", progress.migrations);
  solution.explanation.summary = covered ? summary(ranking, progress) : "Too few samples to rank hosts.";
  solution.explanation.coverage = coverageJson(ranking.coverage, options);
  solution.explanation.nodes = {
    ranked: ranking.ranked.length,
    empty: ranking.empty,
    withoutSamples: ranking.withoutSamples,
    released: progress.released,
  };
  solution.explanation.emptied = progress.emptied.toJson();
  solution.explanation.moved = progress.moved.toJson();
  solution.explanation.stays = progress.left.toJson();
  return solution;
}

function measure(overlay: Overlay, given: BasicParameters): Measures {
  const { metrics, nodes, instances } = overlay.model;
  const { period: periodS, granularity: granularityS, aggregation_method: method } = given;
  const ofNodes = findMetric(metrics, {
    name: "host_cpu_usage",
    aggregate: method.node === "" ? method.compute_node : method.node,
    periodS,
    granularityS,
  });
  const ofInstances = findMetric(metrics, {
    name: "instance_cpu_usage",
    aggregate: method.instance,
    periodS,
    granularityS,
  });
  const ofNode = scoreOf(ofNodes, nodes.vcpus, overlay.parity);
  return {
    ofNode,
    ofInstance: scoreOf(ofInstances, instances.vcpus, overlay.parity),
    ranking: rankNodes(overlay, ofNode, ofInstances),
  };
}

/**
 * From the least busy host on. A host that lost instances is looked at once more before it is dropped, and
 * that look finds nothing, since room only shrinks: so one attempt has failed after a success, not none.
 */
function consolidate(
  overlay: Overlay,
  evacuation: Evacuation,
  measures: Measures,
  attemptsMax: number,
  progress: Progress,
  solution: Solution,
): void {
  const { ranked } = measures.ranking;
  let fails = 0;
  for (let last = ranked.length - 1; last >= 0; last--) {
    if (attemptsMax !== 0 && attemptsMax < fails) return;
    const source = ranked[last] as number;
    const held = overlay.instancesOn[source] as number;
    const mark = overlay.mark();
    const hold = evacuation.empty(source);
    if (hold !== null) {
      explainLeft(overlay, evacuation, source, hold, measures, progress);
      if (!overlay.parity) evacuation.takeBack(mark);
    }
    const moves = overlay.movesSince(mark);
    fails = moves > 0 ? 1 : fails + 1;
    for (let n = 0; n < moves; n++) {
      addMove(overlay, overlay.movedSince(mark, n), source, measures, progress, solution);
    }
    if (hold === null) close(overlay, source, held, measures, progress, solution);
  }
}

function addMove(
  overlay: Overlay,
  instance: number,
  source: number,
  { ofInstance }: Measures,
  progress: Progress,
  solution: Solution,
): void {
  const { model } = overlay;
  const destination = overlay.nodeOf[instance] as number;
  addMigration(solution, model, { instance, type: "live", source, destination });
  progress.migrations += 1;
  progress.moved.add(() => ({
    instance: shownInstance(model, instance),
    from: shownNode(model, source),
    to: shownNode(model, destination),
    cpuPercent: ofInstance(instance),
  }));
}

function close(
  overlay: Overlay,
  source: number,
  held: number,
  { ofNode }: Measures,
  progress: Progress,
  solution: Solution,
): void {
  const { model } = overlay;
  addServiceState(solution, model, source, { state: "disabled", disabledReason: DISABLED_REASON });
  progress.released += 1;
  progress.emptied.add(() => ({
    node: shownNode(model, source),
    cpuPercent: ofNode(source),
    instances: held,
    wasDisabled: overlay.enabled[source] === 0,
  }));
  overlay.enabled[source] = 0;
}

/** Asked before the moves are taken back: what refuses the instance are hosts as the trial has filled them. */
function explainLeft(
  overlay: Overlay,
  evacuation: Evacuation,
  source: number,
  { instance, why }: Hold,
  { ofNode }: Measures,
  progress: Progress,
): void {
  progress.left.add(why, () => ({
    node: nameOf(overlay, source),
    cpuPercent: ofNode(source),
    instance: shownInstance(overlay.model, instance),
    ...(why === "no room on any ranked host"
      ? { targets: refusalsOf(overlay, instance, evacuation.openTargets()) }
      : {}),
  }));
}

function nameOf(overlay: Overlay, node: number): string {
  return shownNode(overlay.model, node);
}

function summary({ ranked }: Ranking, { released, migrations }: Progress): string {
  if (ranked.length === 0) return "No host holds instances and has a sample.";
  if (migrations === 0) return "No host can be emptied onto the busier ones.";
  return `${released} of ${ranked.length} hosts in use are emptied by ${migrations} migrations.`;
}
