/**
 * Efficacy: the numbers a strategy reports are checked against its goal's specification, then the
 * goal's own ratios are computed from them. A strategy that reports what its goal does not declare,
 * or leaves out what it requires, has a bug: no plan is made of it.
 */
import { VigilError } from "../errors.ts";
import type { GoalDescription, IndicatorSpecification } from "../goals/goals.ts";
import { globalEfficacy } from "./global.ts";
import type { Indicator } from "./indicator.ts";

export interface Efficacy {
  /** In the order of the goal's specification; only those that were set. */
  efficacyIndicators: Indicator[];
  globalEfficacy: Indicator[];
}

/**
 * @param values indicator name to value, as the strategy set them
 * @throws VigilError internal: undeclared, missing or out-of-range indicator; ratio of nothing
 */
export function computeEfficacy(goal: GoalDescription, values: ReadonlyMap<string, number>): Efficacy {
  const declared = new Set(goal.efficacySpecification.map((specification) => specification.name));
  for (const name of values.keys()) {
    if (!declared.has(name)) {
      throw new VigilError(
        "internal",
        `GlobalEfficacyComputationError: indicator ${name} is not one of goal ${goal.name}; it has ${[...declared].join(", ") || "none"}`,
      );
    }
  }
  const efficacyIndicators: Indicator[] = [];
  for (const specification of goal.efficacySpecification) {
    const indicator = checkedIndicator(goal, specification, values.get(specification.name));
    if (indicator !== undefined) efficacyIndicators.push(indicator);
  }
  return { efficacyIndicators, globalEfficacy: globalEfficacy(goal, values) };
}

function checkedIndicator(
  goal: GoalDescription,
  specification: IndicatorSpecification,
  value: number | undefined,
): Indicator | undefined {
  const { name, description, unit, schema, required } = specification;
  if (value === undefined) {
    if (!required) return undefined;
    throw new VigilError("internal", `Indicator ${name} of goal ${goal.name} is required and was not set`);
  }
  const { type, minimum } = JSON.parse(schema) as { type: "integer" | "number"; minimum: number };
  const fits = type === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!fits || value < minimum) {
    throw new VigilError(
      "internal",
      `InvalidIndicatorValue: ${name} of goal ${goal.name} is ${value}, its schema wants ${schema}`,
    );
  }
  return { name, description, unit, value };
}
