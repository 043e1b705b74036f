/**
 * A scoring engine turns features into a score, both JSON texts, so that an engine behind another
 * interface (a trained model, a service) can take the place of one here.
 */
import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";

export interface ScoringEngine {
  name: string;
  description: string;
  /** JSON text on the features and the result; empty when there is nothing to say. */
  metainfo: string;
  /**
   * @param features JSON text of a list of numbers
   * @returns JSON text of a list
   * @throws VigilError invalid-input for features of another form
   */
  calculate(features: string): string;
}

/** @throws VigilError invalid-input: not JSON, not a list, not numbers */
export function readFeatures(engine: string, features: string): number[] {
  const given = parse(engine, features);
  if (!Array.isArray(given)) throw wrong(engine, features, "a JSON list of numbers is wanted");
  const numbers = given.filter((one): one is number => typeof one === "number" && Number.isFinite(one));
  if (numbers.length < given.length) throw wrong(engine, features, "each member has to be a number");
  return numbers;
}

function parse(engine: string, features: string): unknown {
  try {
    return JSON.parse(features);
  } catch (error) {
    throw wrong(
      engine,
      features,
      `a JSON list of numbers is wanted, this is no JSON (${(error as Error).message})`,
    );
  }
}

/** @param wanted what the features should have been */
export function wrong(engine: string, features: string, wanted: string): VigilError {
  return new VigilError("invalid-input", `Features of ${engine} are ${clip(features)}: ${wanted}`);
}
