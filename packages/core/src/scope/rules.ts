/**
 * Audit scope as rules of the compute model. A scope is a list; its first element with a non-empty
 * `compute` gives the rules. One key per rule object counts, in a fixed order, as in Watcher.
 */

import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/** Names or ids; `all` is the wildcard. */
export interface Selection {
  all: boolean;
  ids: Set<number>;
  names: Set<string>;
}

export interface ScopeRules {
  /** Null: nothing was said about what is included, so everything is. */
  include: { aggregates: Selection; zones: Selection } | null;
  excludedInstances: string[];
  excludedNodes: string[];
  excludedAggregates: Selection;
  /** All pairs must match; empty: none. */
  excludedMetadata: Map<string, JsonValue>;
  excludedProjects: string[];
}

const WILDCARD = "*";

/**
 * @returns null when the scope says nothing about the compute model
 * @throws VigilError invalid-input for a scope of another form, WildcardCharacterIsUsed included
 */
export function readScopeRules(scope: JsonValue): ScopeRules | null {
  if (!Array.isArray(scope)) throw wrong("scope", scope, "a list");
  const element = scope.find((value) => isJsonObject(value) && !isEmpty(value.compute));
  if (!isJsonObject(element)) return null;
  const rules: ScopeRules = {
    include: null,
    excludedInstances: [],
    excludedNodes: [],
    excludedAggregates: emptySelection(),
    excludedMetadata: new Map(),
    excludedProjects: [],
  };
  for (const rule of objects(element.compute, "compute")) {
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
    rules.excludedInstances.push(...texts(exclusion.instances, "instances", "uuid"));
  } else if (exclusion.compute_nodes !== undefined) {
    rules.excludedNodes.push(...texts(exclusion.compute_nodes, "compute_nodes", "name"));
  } else if (exclusion.host_aggregates !== undefined) {
    select(rules.excludedAggregates, exclusion.host_aggregates, "exclude.host_aggregates");
  } else if (exclusion.instance_metadata !== undefined) {
    for (const pairs of objects(exclusion.instance_metadata, "instance_metadata")) {
      for (const [key, value] of Object.entries(pairs)) rules.excludedMetadata.set(key, value);
    }
  } else if (exclusion.projects !== undefined) {
    rules.excludedProjects.push(...texts(exclusion.projects, "projects", "uuid"));
  }
}

function included(rules: ScopeRules): { aggregates: Selection; zones: Selection } {
  rules.include ??= { aggregates: emptySelection(), zones: emptySelection() };
  return rules.include;
}

function emptySelection(): Selection {
  return { all: false, ids: new Set(), names: new Set() };
}

/** Adds the ids and names of one rule. A wildcard stands alone: beside others it is likely a mistake. */
function select(selection: Selection, value: JsonValue, where: string): void {
  const entries = objects(value, where);
  for (const { id, name } of entries) {
    if (id === WILDCARD || name === WILDCARD) {
      if (entries.length > 1) {
        throw new VigilError(
          "invalid-input",
          `WildcardCharacterIsUsed: '*' stands beside other entries in ${where} of the scope; leave one of them out`,
        );
      }
      selection.all = true;
    } else if (typeof id === "number" && Number.isInteger(id)) selection.ids.add(id);
    else if (typeof name === "string") selection.names.add(name);
    else throw wrong(where, { id: id ?? null, name: name ?? null }, "an integer id or a name");
  }
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function objects(value: JsonValue | undefined, where: string): JsonObject[] {
  if (!Array.isArray(value)) throw wrong(where, value ?? null, "a list of objects");
  return value.map((entry) => {
    if (!isJsonObject(entry)) throw wrong(where, entry, "an object");
    return entry;
  });
}

function texts(value: JsonValue, where: string, key: string): string[] {
  return objects(value, where).map((entry) => {
    const text = entry[key];
    if (typeof text !== "string") throw wrong(`${where}.${key}`, text ?? null, "a text");
    return text;
  });
}

function wrong(where: string, seen: JsonValue, wanted: string): VigilError {
  return new VigilError(
    "invalid-input",
    `${where} of the scope is ${clip(JSON.stringify(seen))}, ${wanted} is wanted`,
  );
}
