/**
 * Whatever the cluster, scope and parameters, for every strategy there is: plans pass the checker in the
 * solution's order and in any order that the planner allows, repeat byte by byte, explain themselves
 * briefly, do without samples, and come to rest when they are carried out and made again.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ComputedPlan, computeSolution } from "../compute.ts";
import type { JsonObject } from "../json.ts";
import { openSnapshot } from "../model/open.ts";
import type { ClusterModelSource } from "../model/source.ts";
import { afterPlan } from "../testing/after-plan.ts";
import { faultsOf } from "../testing/checker.ts";
import { snapshotOf } from "../testing/clusters.ts";
import { Dice } from "../testing/dice.ts";
import { planFaultsOf } from "../testing/plan-checker.ts";
import { computeOn, planOf, type Request, requestOf } from "../testing/plans.ts";
import { anyShape, type ClusterShape, randomCluster } from "../testing/random-clusters.ts";
import { randomScope } from "../testing/random-scope.ts";
import { STRATEGY_CASES, type StrategyCase } from "../testing/strategy-cases.ts";
import { STRATEGIES } from "./registry.ts";

const RUNS = 160;
/** fast-check never ends with a number of runs that is no integer. */
const FEW_RUNS = RUNS / 4;
const CHAINS = RUNS / 2;
const EXPLANATION_LENGTH_MAX = 60_000;
/** Runs until nothing is left to do: more than there are instances. */
const CHAIN_LENGTH_MAX = 60;
const MOVES = ["migrate", "volume_migrate", "change_node_power_state"];

interface Question {
  source: ClusterModelSource;
  dice: Dice;
  parameters: JsonObject | null;
}

function questionOf(shape: ClusterShape, asked: StrategyCase): Question {
  const source = randomCluster(shape);
  const dice = new Dice(shape.seed + 1);
  return { source, dice, parameters: asked.parameters(dice, source) };
}

function movesOf({ actions }: ComputedPlan): number {
  return actions.filter(({ actionType }) => MOVES.includes(actionType)).length;
}

function placesOf({ instances, storage }: ClusterModelSource): string {
  const volumes = storage?.volumes.map(({ host, volumeType }) => [host, volumeType]);
  return JSON.stringify([instances.map(({ nodeIndex }) => nodeIndex), volumes]);
}

/** Whether the first numbers that differ got smaller. */
function isBetter(after: readonly number[], before: readonly number[]): boolean {
  const at = after.findIndex((value, index) => Math.abs(value - (before[index] as number)) > 1e-9);
  return at >= 0 && (after[at] as number) < (before[at] as number);
}

describe.each(STRATEGIES.map(({ name }) => name))("%s on random clusters", (strategyName) => {
  const asked = STRATEGY_CASES[strategyName];
  if (asked === undefined) throw new Error(`${strategyName} is not in STRATEGY_CASES: describe it there`);

  it("plans soundly, the same twice, and says why", () => {
    let planned = 0;
    fc.assert(
      fc.property(anyShape, (shape) => {
        const { source, dice, parameters } = questionOf(shape, asked);
        if (parameters === null) return;
        const { scope, ...rules } = randomScope(dice, source);
        const failed = source.instances.map(({ uuid }) => uuid).filter(() => dice.chance(0.1));
        const request: Request = {
          strategyName,
          parameters,
          scope,
          seed: shape.seed,
          auditType: dice.pick(["ONESHOT", "CONTINUOUS", "EVENT"]),
          history: failed.length > 0 ? { failed_migrations: failed } : {},
          options: { check_optimize_metadata: dice.chance(0.5) },
        };
        const result = computeOn(source, request);
        const hostGone = rules.hostsOutOfScope.some((host) => Object.values(parameters).includes(host));
        if (!result.ok && hostGone) return;
        if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.message}`);
        const { actions, explanation } = result.plan;
        expect(JSON.stringify(computeOn(structuredClone(source), request))).toBe(JSON.stringify(result));
        expect(JSON.stringify(explanation).length).toBeLessThan(EXPLANATION_LENGTH_MAX);
        expect(explanation.summary).toMatch(/./);
        planned += Number(actions.length > 0);
        if (asked.notJudged !== undefined) return;
        const all = { ...asked.rules, ...rules };
        const solution = computeSolution(openSnapshot(snapshotOf(source)), requestOf(request));
        expect(faultsOf(source, solution.actions, all)).toEqual([]);
        expect(planFaultsOf(source, actions, all)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    // Without plans the property would say nothing.
    expect(planned).toBeGreaterThanOrEqual(asked.plansMin);
  });

  it("does without samples, and without metrics", () => {
    fc.assert(
      fc.property(anyShape, (shape) => {
        const { source, parameters } = questionOf({ ...shape, missing: 1 }, asked);
        if (parameters === null) return;
        const { actions, explanation } = planOf(source, { strategyName, parameters });
        expect(explanation.summary).toMatch(/./);
        if (asked.needsSamples && source.nodes.length > 0) expect(actions).toEqual([]);
        const without = computeOn({ ...source, metrics: [] }, { strategyName, parameters });
        expect(without.ok || without.error.kind === "not-found").toBe(true);
      }),
      { numRuns: FEW_RUNS },
    );
  });

  const { measure } = asked;
  if (typeof measure === "string") return;
  it("comes to rest, better with every run", () => {
    fc.assert(
      fc.property(anyShape, (shape) => {
        // A host that reports no more than 100 % would hide what a move has left on it.
        const { source, parameters } = questionOf({ ...shape, missing: 0, capped: false }, asked);
        if (parameters === null) return;
        let now = source;
        for (let run = 0; ; run++) {
          const plan = planOf(now, { strategyName, parameters, seed: shape.seed + run });
          if (movesOf(plan) === 0) return;
          expect(run).toBeLessThan(CHAIN_LENGTH_MAX);
          const next = afterPlan(now, plan.actions);
          // Nova's scheduler found no room for any of them.
          if (placesOf(next) === placesOf(now)) return;
          const [before, after] = [measure(now, parameters), measure(next, parameters)];
          if (!isBetter(after, before)) throw new Error(`run ${run}: ${before} became ${after}`);
          now = next;
        }
      }),
      { numRuns: CHAINS },
    );
  });
});
