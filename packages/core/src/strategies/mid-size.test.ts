/** A hundred hosts and two thousand instances: every strategy plans soundly in the size that clouds have. */
import { describe, expect, it } from "vitest";
import { computeSolution, planSolution } from "../compute.ts";
import { openSnapshot } from "../model/open.ts";
import { faultsOf } from "../testing/checker.ts";
import { snapshotOf } from "../testing/clusters.ts";
import { Dice } from "../testing/dice.ts";
import { planFaultsOf } from "../testing/plan-checker.ts";
import { requestOf } from "../testing/plans.ts";
import { type ClusterShape, randomCluster } from "../testing/random-clusters.ts";
import { randomScope } from "../testing/random-scope.ts";
import { STRATEGY_CASES } from "../testing/strategy-cases.ts";
import { STRATEGIES } from "./registry.ts";

const SIZE = { nodes: 100, instances: 2000, capped: true };
/** Full, half empty, and with a lot in the way. */
const SHAPES: readonly ClusterShape[] = [
  { ...SIZE, seed: 1, scale: 4, obstacles: 0, missing: 0, careless: 0 },
  { ...SIZE, seed: 2, scale: 10, obstacles: 0.02, missing: 0.02, careless: 0 },
  { ...SIZE, seed: 3, scale: 6, obstacles: 0.1, missing: 0.05, careless: 0.1 },
];
const CLUSTERS = SHAPES.map((shape) => {
  const source = randomCluster(shape);
  return { source, model: openSnapshot(snapshotOf(source)), shape };
});

/** Of all plans together. */
let migrations = 0;

describe.each(STRATEGIES.map(({ name }) => name))("%s on a hundred hosts", (strategyName) => {
  const asked = STRATEGY_CASES[strategyName];
  if (asked === undefined) throw new Error(`${strategyName} is not in STRATEGY_CASES: describe it there`);
  const { parameters: parametersFor, rules, notJudged } = asked;

  it.each(CLUSTERS)("plans soundly with seed $shape.seed", ({ source, model, shape }) => {
    const dice = new Dice(shape.seed);
    const parameters = parametersFor(dice, source);
    if (parameters === null) return;
    const { scope, ...scoped } = randomScope(dice, source);
    if (scoped.hostsOutOfScope.some((host) => Object.values(parameters).includes(host))) return;
    const solution = computeSolution(model, requestOf({ strategyName, parameters, scope, seed: shape.seed }));
    const planned = planSolution(model, solution);
    expect(planned.length).toBe(solution.actions.length);
    if (notJudged !== undefined) return;
    const all = { ...rules, ...scoped };
    expect(faultsOf(source, solution.actions, all)).toEqual([]);
    expect(planFaultsOf(source, planned, all)).toEqual([]);
    migrations += planned.filter(({ actionType }) => actionType === "migrate").length;
  });
});

describe("plans on a hundred hosts", () => {
  // Without moves the checks above would say nothing.
  it("have thousands of migrations", () => expect(migrations).toBeGreaterThan(2000));
});
