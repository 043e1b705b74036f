/** A scope as a client gives it, checked before it is stored. What it comes to is read when an audit runs. */
import { VigilError } from "../errors.ts";
import { isDeeperThan, isJsonObject, type JsonValue } from "../json.ts";
import { schemaMismatch } from "../json-schema.ts";
import { objects, rulesOf, SCOPE_LEVELS_MAX } from "./reading.ts";
import { SCOPE_SCHEMA, SCOPED_MODELS } from "./schema.ts";

/**
 * The scope to store. A bare list of compute rules is taken as Watcher takes it: as `[{"compute": <list>}]`.
 * @throws VigilError invalid-input, naming the place, for any other form
 */
export function checkScope(value: JsonValue): JsonValue[] {
  if (!Array.isArray(value)) throw wrong("a list of objects is wanted, such as [] for the whole cloud");
  if (isDeeperThan(value, SCOPE_LEVELS_MAX)) {
    throw wrong(`it is nested deeper than ${SCOPE_LEVELS_MAX} levels, at most that many are wanted`);
  }
  const scope = isBareCompute(value) ? [{ compute: value }] : value;
  const mismatch = schemaMismatch(SCOPE_SCHEMA, scope, "scope");
  if (mismatch !== undefined) throw wrong(mismatch);
  checkAggregates(scope);
  return scope;
}

/** The first key of the first object decides. */
function isBareCompute([first]: JsonValue[]): boolean {
  if (!isJsonObject(first)) return false;
  const [key] = Object.keys(first);
  if (key === undefined) {
    throw wrong(`its first object is empty; wanted one with a member of ${SCOPED_MODELS.join(", ")}`);
  }
  return !SCOPED_MODELS.includes(key);
}

/** Among the rules that count when the audit runs; Watcher's text. */
function checkAggregates(scope: JsonValue[]): void {
  const rules = rulesOf(scope, "compute") ?? [];
  const included = rules.some((rule) => rule.host_aggregates !== undefined);
  const excluded = rules
    .flatMap((rule) => objects(rule.exclude ?? [], "exclude"))
    .some((exclusion) => exclusion.host_aggregates !== undefined);
  if (!included || !excluded) return;
  throw new VigilError("invalid-input", "host_aggregates can't be included and excluded together");
}

function wrong(detail: string): VigilError {
  return new VigilError("invalid-input", `Invalid scope: ${detail}`);
}
