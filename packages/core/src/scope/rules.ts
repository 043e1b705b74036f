/** Audit scope as rules of the compute model. One key per rule object counts, in a fixed order, as in Watcher. */
import type { JsonObject, JsonValue } from "../json.ts";
import { addTexts, emptySelection, objects, rulesOf, type Selection, select } from "./reading.ts";

export interface ScopeRules {
  /** Null: nothing was said about what is included, so everything is. */
  include: { aggregates: Selection; zones: Selection } | null;
  excludedInstances: string[];
  excludedNodes: string[];
  excludedAggregates: Selection;
  /** All pairs must match; empty: none. */
  excludedMetadata: Map<string, JsonValue>;
  excludedProjects: string[];
  /** Uuids or names; an addition to Watcher's scope. */
  excludedServerGroups: string[];
}

/**
 * @returns null when the scope says nothing about the compute model
 * @throws VigilError invalid-input for a scope of another form, WildcardCharacterIsUsed included
 */
export function readScopeRules(scope: JsonValue): ScopeRules | null {
  const list = rulesOf(scope, "compute");
  if (list === null) return null;
  const rules: ScopeRules = {
    include: null,
    excludedInstances: [],
    excludedNodes: [],
    excludedAggregates: emptySelection(),
    excludedMetadata: new Map(),
    excludedProjects: [],
    excludedServerGroups: [],
  };
  for (const rule of list) {
    if (rule.host_aggregates !== undefined) {
      select(included(rules).aggregates, rule.host_aggregates, "host_aggregates");
    } else if (rule.availability_zones !== undefined) {
      select(included(rules).zones, rule.availability_zones, "availability_zones");
    } else if (rule.exclude !== undefined) {
      for (const exclusion of objects(rule.exclude, "exclude")) exclude(rules, exclusion);
    }
  }
  return rules;
}

function exclude(rules: ScopeRules, exclusion: JsonObject): void {
  if (exclusion.instances !== undefined) {
    addTexts(rules.excludedInstances, exclusion.instances, "instances", "uuid");
  } else if (exclusion.compute_nodes !== undefined) {
    addTexts(rules.excludedNodes, exclusion.compute_nodes, "compute_nodes", "name");
  } else if (exclusion.host_aggregates !== undefined) {
    select(rules.excludedAggregates, exclusion.host_aggregates, "exclude.host_aggregates");
  } else if (exclusion.instance_metadata !== undefined) {
    for (const pairs of objects(exclusion.instance_metadata, "instance_metadata")) {
      for (const [key, value] of Object.entries(pairs)) rules.excludedMetadata.set(key, value);
    }
  } else if (exclusion.projects !== undefined) {
    addTexts(rules.excludedProjects, exclusion.projects, "projects", "uuid");
  } else if (exclusion.server_groups !== undefined) {
    addTexts(rules.excludedServerGroups, exclusion.server_groups, "server_groups", "uuid", "name");
  }
}

function included(rules: ScopeRules): { aggregates: Selection; zones: Selection } {
  rules.include ??= { aggregates: emptySelection(), zones: emptySelection() };
  return rules.include;
}
