/** Audit scope as rules of the storage and bare metal models. One key per rule object counts, as in Watcher. */
import type { JsonObject, JsonValue } from "../json.ts";
import { addTexts, emptySelection, objects, rulesOf, type Selection, select } from "./reading.ts";

export interface StorageRules {
  /** What is included; nothing selected, or nothing found: everything. */
  zones: Selection;
  volumeTypes: Selection;
  excludedPools: string[];
  excludedVolumes: string[];
  excludedProjects: string[];
}

/**
 * @returns null when the scope says nothing about the storage model
 * @throws VigilError invalid-input for a scope of another form, WildcardCharacterIsUsed included
 */
export function readStorageRules(scope: JsonValue): StorageRules | null {
  const list = rulesOf(scope, "storage");
  if (list === null) return null;
  const rules: StorageRules = {
    zones: emptySelection(),
    volumeTypes: emptySelection(),
    excludedPools: [],
    excludedVolumes: [],
    excludedProjects: [],
  };
  for (const rule of list) {
    if (rule.availability_zones !== undefined) {
      select(rules.zones, rule.availability_zones, "storage.availability_zones");
    } else if (rule.volume_types !== undefined) {
      select(rules.volumeTypes, rule.volume_types, "storage.volume_types");
    } else if (rule.exclude !== undefined) {
      for (const exclusion of objects(rule.exclude, "storage.exclude")) exclude(rules, exclusion);
    }
  }
  return rules;
}

function exclude(rules: StorageRules, exclusion: JsonObject): void {
  if (exclusion.storage_pools !== undefined) {
    addTexts(rules.excludedPools, exclusion.storage_pools, "storage_pools", "name");
  } else if (exclusion.volumes !== undefined) {
    addTexts(rules.excludedVolumes, exclusion.volumes, "volumes", "uuid");
  } else if (exclusion.projects !== undefined) {
    addTexts(rules.excludedProjects, exclusion.projects, "storage.projects", "uuid");
  }
}

/**
 * Uuids of the bare metal nodes that are excluded.
 * @returns null when the scope says nothing about the bare metal model
 * @throws VigilError invalid-input for a scope of another form
 */
export function readExcludedMachines(scope: JsonValue): string[] | null {
  const list = rulesOf(scope, "baremetal");
  if (list === null) return null;
  const uuids: string[] = [];
  for (const { exclude: exclusions } of list) {
    if (exclusions === undefined) continue;
    for (const { ironic_nodes: nodes } of objects(exclusions, "baremetal.exclude")) {
      if (nodes !== undefined) addTexts(uuids, nodes, "ironic_nodes", "uuid");
    }
  }
  return uuids;
}
