/** `dummy_min_scorer`, `dummy_max_scorer`, `dummy_avg_scorer`: one number from a list of them. */
import { readFeatures, type ScoringEngine, wrong } from "./scoring-engine.ts";

function listScorer(
  name: string,
  what: string,
  result: (numbers: readonly number[]) => number,
): ScoringEngine {
  return {
    name,
    description: `Dummy Scorer calculating the ${what} value`,
    metainfo: "",
    calculate: (features) => {
      const numbers = readFeatures(name, features);
      if (numbers.length === 0) throw wrong(name, features, "at least one number is wanted");
      return JSON.stringify([result(numbers)]);
    },
  };
}

// Not Math.min(...numbers): a long list would not fit on the stack.
export const MIN_SCORER = listScorer("dummy_min_scorer", "minimum", (numbers) =>
  numbers.reduce((least, one) => Math.min(least, one)),
);

export const MAX_SCORER = listScorer("dummy_max_scorer", "maximum", (numbers) =>
  numbers.reduce((most, one) => Math.max(most, one)),
);

export const AVERAGE_SCORER = listScorer(
  "dummy_avg_scorer",
  "average",
  (numbers) => numbers.reduce((sum, one) => sum + one) / numbers.length,
);
