/**
 * Dummy Strategy using sample Scoring Engines: shows how a strategy asks them. The results go into
 * messages. Spec: Watcher's `dummy_with_scorer`.
 */
import type { Random } from "../../random.ts";
import { AVERAGE_SCORER } from "../../scoring/list-scorers.ts";
import { WORKLOAD_SCORER, WORKLOADS } from "../../scoring/workload-scorer.ts";
import { Solution } from "../solution.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { DUMMY_WITH_SCORER_PARAMETERS } from "./parameters.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** What the average is taken of: so many different integers below the limit. */
const SAMPLE_COUNT = 20;
const SAMPLE_LIMIT = 1000;

export const DUMMY_WITH_SCORER: Strategy = {
  name: "dummy_with_scorer",
  displayName: "Dummy Strategy using sample Scoring Engines",
  goalName: "dummy",
  parametersSpec: DUMMY_WITH_SCORER_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: [],
  models: ["compute"],
  execute: ({ random }: StrategyInput): Solution => {
    const solution = new Solution();
    const [workload] = scores(WORKLOAD_SCORER.calculate(JSON.stringify(telemetry(random))));
    const [average] = scores(AVERAGE_SCORER.calculate(JSON.stringify(differentIntegers(random))));
    solution.add("nop", { message: "Hello from Dummy Strategy with Scorer!" });
    solution.add("nop", { message: `Detected Workload: ${WORKLOADS[workload ?? 0]}` });
    solution.add("nop", { message: `AVG Scorer result: ${average}` });
    solution.add("sleep", { duration: 5.0 });
    solution.explanation.summary = "Scores of made-up telemetry; the model is not looked at.";
    return solution;
  },
};

function scores(result: string): number[] {
  return JSON.parse(result) as number[];
}

/** As the workload scorer takes it: a machine of 4 GiB with anything from no load to a high one. */
function telemetry(random: Random): number[] {
  const upTo = (most: number): number => random.below(most + 1);
  return [
    upTo(100),
    4 * GIB,
    GIB + upTo(3 * GIB),
    upTo(2000),
    upTo(2000),
    upTo(200 * MIB),
    upTo(200 * MIB),
    upTo(20 * MIB),
    upTo(10 * MIB),
  ];
}

function differentIntegers(random: Random): number[] {
  const drawn = new Set<number>();
  while (drawn.size < SAMPLE_COUNT) drawn.add(random.below(SAMPLE_LIMIT));
  return [...drawn];
}
