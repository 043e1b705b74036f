/**
 * Noisy Neighbor: where the L3 cache use of an important instance falls while that of a less important
 * one on the same node rises, the latter is moved away. One migration per audit at most, since the next
 * samples show what it did. Spec: Watcher's `noisy_neighbor`.
 */

import { Listing, Reasons } from "../../explanation.ts";
import type { JsonObject } from "../../json.ts";
import type { Overlay } from "../../model/overlay.ts";
import type { Options } from "../../options/options.ts";
import { addMigration } from "../actions.ts";
import { coverageJson, isCovered } from "../coverage.ts";
import { shownInstance, shownNode } from "../shown.ts";
import { Solution } from "../solution.ts";
import { roomRefusal, targetRefusal } from "../soundness.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { type CacheUse, cacheCoverage, cacheUse, noisyTest, previousUse, victimTest } from "./cache-use.ts";
import { type Disturbance, findDisturbances, type Judgement } from "./disturbances.ts";
import { NOISY_NEIGHBOR_PARAMETERS, type NoisyNeighborParameters } from "./parameters.ts";
import { priorities } from "./priority.ts";

export const NOISY_NEIGHBOR: Strategy = {
  name: "noisy_neighbor",
  displayName: "Noisy Neighbor",
  goalName: "noisy_neighbor",
  parametersSpec: NOISY_NEIGHBOR_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: ["instance_l3_cache_usage"],
  models: ["compute"],
  execute,
};

function execute({ overlay, parameters, options }: StrategyInput): Solution {
  const { cache_threshold: threshold, period } = parameters as unknown as NoisyNeighborParameters;
  const use = cacheUse(overlay.model, period);
  const judgement: Judgement = {
    isVictim: victimTest(use, threshold),
    isNoisy: noisyTest(use, threshold),
    priorityOf: priorities(overlay.model),
  };
  const solution = new Solution();
  solution.explanation.summary = separate(overlay, use, judgement, options, solution);
  return solution;
}

/** @returns what came of it, in a sentence */
function separate(
  overlay: Overlay,
  use: CacheUse,
  judgement: Judgement,
  options: Options,
  solution: Solution,
): string {
  const { explanation } = solution;
  const coverage = cacheCoverage(overlay, use);
  explanation.coverage = coverageJson(coverage, options);
  if (!isCovered(coverage, options)) return "Too few samples to judge the cache use of instances.";
  const passedOver = new Reasons();
  const disturbances = findDisturbances(overlay, judgement, passedOver);
  explanation.nodes = { disturbed: disturbances.length };
  explanation.passedOver = passedOver.toJson();
  const chosen = mostImportant(disturbances, judgement);
  if (chosen === null) return "No instance that may move takes the cache from a more important one.";
  explanation.disturbance = describe(overlay, use, chosen, judgement);
  const target = firstTarget(overlay, chosen, disturbances, solution);
  if (target === null) return "No undisturbed node can take the noisy instance.";
  move(overlay, chosen, target, solution);
  return "The noisy neighbor of the most important victim moves to the first undisturbed node with room.";
}

/** The one whose victim has the smallest priority number, the first of equals. */
function mostImportant(disturbances: readonly Disturbance[], { priorityOf }: Judgement): Disturbance | null {
  let chosen: Disturbance | null = null;
  for (const one of disturbances) {
    if (chosen === null || priorityOf(one.victim) < priorityOf(chosen.victim)) chosen = one;
  }
  return chosen;
}

function firstTarget(
  overlay: Overlay,
  { noisy }: Disturbance,
  disturbances: readonly Disturbance[],
  solution: Solution,
): number | null {
  const { model } = overlay;
  const disturbed = new Set(disturbances.map(({ node }) => node));
  const refused = new Reasons();
  let target: number | null = null;
  for (let node = 0; node < model.nodes.count && target === null; node++) {
    const refusal = disturbed.has(node) ? "disturbed itself" : refusalOf(overlay, noisy, node);
    if (refusal === null) target = node;
    else refused.add(refusal, () => ({ node: shownNode(model, node) }));
  }
  solution.explanation.targetsPassedOver = refused.toJson();
  return target;
}

/** The reference looks at room only: it takes nodes that are disabled or down for targets. */
function refusalOf(overlay: Overlay, instance: number, node: number): string | null {
  if (!overlay.parity) return targetRefusal(overlay, instance, node);
  return overlay.takesPart[node] === 0 ? "out of scope" : roomRefusal(overlay, instance, node);
}

function describe(overlay: Overlay, use: CacheUse, chosen: Disturbance, judgement: Judgement): JsonObject {
  const { model } = overlay;
  const bytes = (instance: number): JsonObject => ({
    instance: shownInstance(model, instance),
    priority: judgement.priorityOf(instance),
    cacheBytes: { before: previousUse(use, instance), now: use.current[instance] as number },
  });
  return {
    node: shownNode(model, chosen.node),
    victim: bytes(chosen.victim),
    noisy: bytes(chosen.noisy),
  };
}

function move(overlay: Overlay, { node, noisy }: Disturbance, destination: number, solution: Solution): void {
  const { model } = overlay;
  const name = (index: number): string => shownNode(model, index);
  overlay.move(noisy, node, destination);
  addMigration(solution, model, { instance: noisy, type: "live", source: node, destination });
  const moved = new Listing();
  moved.add(() => ({
    instance: shownInstance(model, noisy),
    from: name(node),
    to: name(destination),
  }));
  solution.explanation.moved = moved.toJson();
}
