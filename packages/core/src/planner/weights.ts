import { VigilError } from "../errors.ts";

/** Weights of action types as an operator may give them: numbers, or texts from a file. */
export type WeightOptions = Readonly<Record<string, number | string>>;

/**
 * Weights as numbers. Texts are converted: Watcher compares them as texts, where "9" > "70".
 * @throws VigilError invalid-input: not a number, or two types with one weight
 */
export function readWeights(options: WeightOptions): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  const owners = new Map<number, string>();
  for (const [type, given] of Object.entries(options)) {
    const weight = typeof given === "string" && given.trim() === "" ? Number.NaN : Number(given);
    if (!Number.isFinite(weight)) {
      throw new VigilError(
        "invalid-input",
        `Weight of ${type} is ${JSON.stringify(given)}, a number is wanted`,
      );
    }
    const other = owners.get(weight);
    if (other !== undefined) {
      throw new VigilError(
        "invalid-input",
        `${other} and ${type} share the weight ${weight}; give each its own`,
      );
    }
    owners.set(weight, type);
    weights.set(type, weight);
  }
  return weights;
}

/** @throws VigilError invalid-input when the type has no weight: no plan can be made */
export function weightOf(weights: ReadonlyMap<string, number>, actionType: string): number {
  const weight = weights.get(actionType);
  if (weight !== undefined) return weight;
  throw new VigilError(
    "invalid-input",
    `Action type ${actionType} has no weight in this planner; it knows ${[...weights.keys()].join(", ")}`,
  );
}
