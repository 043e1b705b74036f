import { EXECUTION_RULES, type ExecutionRule, findStrategy, VigilError } from "@vigil/core";
import { readObject } from "./json-object.ts";
import type { Config } from "./settings.ts";

const VARIABLE = "VIGIL_ACTION_EXECUTION_RULE";

/**
 * When actions run, by the name of the strategy that planned them; a strategy that is not named is ALWAYS.
 * @throws VigilError invalid-input for another word or a strategy that there is not
 */
export function readExecutionRules({
  actionExecutionRule: given,
}: Config): ReadonlyMap<string, ExecutionRule> {
  if (given === undefined) return new Map();
  const wanted = `strategies and ${EXECUTION_RULES.join(" or ")}`;
  const object = readObject(given, VARIABLE, wanted, '{"basic": "ANY"}');
  return new Map(
    Object.entries(object).map(([name, value]) => {
      const rule = EXECUTION_RULES.find((one) => one === value);
      if (rule !== undefined) return [strategyName(name), rule];
      const text = `${VARIABLE}: ${name} is ${JSON.stringify(value).slice(0, 80)}, wanted one of ${EXECUTION_RULES.join(", ")}`;
      throw new VigilError("invalid-input", text);
    }),
  );
}

/** As plans name it: case does not count in what is given. */
function strategyName(name: string): string {
  try {
    return findStrategy(name).name;
  } catch (thrown) {
    const { message } = VigilError.from(thrown);
    throw new VigilError("invalid-input", `${VARIABLE}: ${message}`, { cause: thrown });
  }
}
