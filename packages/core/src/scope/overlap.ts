/** Whether two audits may touch the same things, told from their scopes alone: no model is at hand when a run starts. */
import { VigilError } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import { rulesOf } from "./reading.ts";
import { readScopeRules, type ScopeRules } from "./rules.ts";

/**
 * True unless the scopes are provably disjoint, which they are when both speak of the compute model alone and what they
 * include of it has no host in common. A host is in one availability zone, but may be in any number of aggregates, and
 * what a rule excludes says nothing of what stays, so only zones prove it. Of the storage model a scope whose names are
 * not found includes everything; so a scope with rules for storage or bare metal is disjoint with none.
 *
 * A scope in another form overlaps: what it means is not known.
 */
export function scopesOverlap(one: JsonValue, other: JsonValue): boolean {
  try {
    if (speaksOfMore(one) || speaksOfMore(other)) return true;
    const mine = readScopeRules(one);
    const theirs = readScopeRules(other);
    if (mine === null || theirs === null) return true;
    if (isNothing(mine) || isNothing(theirs)) return false;
    const myZones = zonesOf(mine);
    const theirZones = zonesOf(theirs);
    if (myZones === null || theirZones === null) return true;
    return [...myZones].some((name) => theirZones.has(name));
  } catch (thrown) {
    if (VigilError.from(thrown).kind === "invalid-input") return true;
    throw thrown;
  }
}

function speaksOfMore(scope: JsonValue): boolean {
  return rulesOf(scope, "storage") !== null || rulesOf(scope, "baremetal") !== null;
}

/** Includes by rules that name nothing: of the compute model that is no host at all. */
function isNothing(rules: ScopeRules): boolean {
  if (rules.include === null) return false;
  const { aggregates, zones } = rules.include;
  return [aggregates, zones].every(({ all, ids, names }) => !all && ids.size === 0 && names.size === 0);
}

/** The zones that all included hosts are in; null: hosts of any zone may be included. */
function zonesOf(rules: ScopeRules): Set<string> | null {
  if (rules.include === null) return null;
  const { aggregates, zones } = rules.include;
  const namesAggregates = aggregates.all || aggregates.ids.size > 0 || aggregates.names.size > 0;
  return zones.all || namesAggregates ? null : zones.names;
}
