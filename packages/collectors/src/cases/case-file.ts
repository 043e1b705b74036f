/** Files of golden cases: what a strategy must answer on a scenario, in the form of `expectations.json`. */
import { isJsonObject, type JsonObject, type JsonValue, VigilError } from "@vigil/core";
import { listOf, Members, refuse } from "../members.ts";

export interface ExpectedAction {
  actionType: string;
  inputParameters: JsonObject;
}

export interface GoldenCase {
  id: string;
  strategy: string;
  /** Name of a scenario XML without its ending, or of a JSON file of the block storage service with it. */
  scenario: string;
  /** Name of a scenario XML with the storage model; null: none. */
  storageScenario: string | null;
  /** Letters of a metric set; null: none. */
  metrics: string | null;
  parameters: JsonObject;
  /** Below: optional members of a case. Default: everything. */
  scope: readonly JsonValue[];
  /** Default: ONESHOT. */
  auditType: string;
  /** In the forms of `readOptions` and `readHistory`. Default: defaults, none. */
  options: JsonObject;
  history: JsonObject;
  expected: {
    /** In the strategy's order, with all parameters. */
    actions: readonly ExpectedAction[];
    /** Name to value; no other may be reported. */
    indicators: ReadonlyMap<string, number>;
    globalEfficacy: ReadonlyMap<string, number>;
  };
}

/**
 * @throws VigilError invalid-input: not JSON, no list of cases, a case of another form, two of one id
 */
export function readCaseFile(text: string): GoldenCase[] {
  const cases = listOf(parse(text), "the file of cases").map(readCase);
  const ids = new Set<string>();
  for (const { id } of cases) {
    if (ids.has(id)) throw new VigilError("invalid-input", `Two cases have the id ${JSON.stringify(id)}`);
    ids.add(id);
  }
  return cases;
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new VigilError("invalid-input", `The file of cases is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function readCase(value: JsonValue, index: number): GoldenCase {
  const members = new Members(value, "cases", index);
  const expected = members.object("expected");
  const where = `cases[${index}].expected`;
  return {
    id: members.text("id"),
    strategy: members.text("strategy"),
    scenario: members.text("scenario"),
    storageScenario: members.textOrNull("storage_scenario"),
    metrics: members.textOrNull("metrics"),
    parameters: members.object("parameters"),
    scope: members.list("scope"),
    auditType: members.text("audit_type", "ONESHOT"),
    options: members.object("options"),
    history: members.object("history"),
    expected: {
      actions: listOf(expected.actions, `${where}.actions`).map((action, at) =>
        readAction(action, `${where}.actions`, at),
      ),
      indicators: readNumbers(expected.indicators, `${where}.indicators`),
      globalEfficacy: readNumbers(expected.global_efficacy, `${where}.global_efficacy`),
    },
  };
}

function readAction(value: JsonValue, list: string, index: number): ExpectedAction {
  const action = new Members(value, list, index);
  return { actionType: action.text("action_type"), inputParameters: action.object("input_parameters") };
}

function readNumbers(value: JsonValue | undefined, where: string): Map<string, number> {
  if (!isJsonObject(value)) return refuse(where, value, "an object of numbers");
  return new Map(
    Object.entries(value).map(([name, number]) => [
      name,
      typeof number === "number" ? number : refuse(`${where}.${name}`, number, "a number"),
    ]),
  );
}
