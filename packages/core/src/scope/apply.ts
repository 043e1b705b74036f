/** An audit's scope as masks on the overlay: the whole cloud stays in memory once, for every audit. */
import { clip, EXPLAINED_ENTRIES_MAX } from "../explanation.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { ClusterModel } from "../model/model.ts";
import type { Overlay } from "../model/overlay.ts";
import { readScopeRules, type ScopeRules, type Selection } from "./rules.ts";
import { Wanted } from "./wanted.ts";

/**
 * Leaves out nodes with their instances, and marks excluded instances, which stay.
 *
 * @returns what the scope did, for the explanation: null when it says nothing about compute. Names that
 *   the model does not hold are reported there and are no error: hosts come and go while audits stay.
 * @throws VigilError invalid-input for a scope of another form
 */
export function applyScope(overlay: Overlay, scope: JsonValue): JsonObject | null {
  const rules = readScopeRules(scope);
  if (rules === null) return null;
  const unknown: string[] = [];
  includeNodes(overlay, rules, unknown);
  excludeNodes(overlay, rules, unknown);
  const instancesExcluded = excludeInstances(overlay, rules, unknown);
  let nodes = 0;
  for (const takesPart of overlay.takesPart) nodes += takesPart;
  return {
    nodes,
    nodesLeftOut: overlay.takesPart.length - nodes,
    instancesExcluded,
    unknown: { count: unknown.length, first: unknown.slice(0, EXPLAINED_ENTRIES_MAX).map(clip) },
  };
}

/** Nodes of the included aggregates and zones together; with rules that find nothing, no node stays. */
function includeNodes(overlay: Overlay, rules: ScopeRules, unknown: string[]): void {
  if (rules.include === null) return;
  const { model, takesPart } = overlay;
  const { hostname, zone, count } = model.nodes;
  const { aggregates, zones } = rules.include;
  const hosts = hostsOf(model, aggregates, unknown);
  const zoneNames = new Wanted(model, zones.names);
  for (let node = 0; node < count; node++) {
    const inZone = zoneNames.has(zone[node]);
    if (!zones.all && !inZone && !hosts.has(hostname[node] as number)) takesPart[node] = 0;
  }
  unknown.push(...zoneNames.unknown());
}

function excludeNodes(overlay: Overlay, rules: ScopeRules, unknown: string[]): void {
  const { model, takesPart } = overlay;
  const { hostname, count } = model.nodes;
  const hosts = hostsOf(model, rules.excludedAggregates, unknown);
  const names = new Wanted(model, rules.excludedNodes);
  for (let node = 0; node < count; node++) {
    if (names.has(hostname[node]) || hosts.has(hostname[node] as number)) takesPart[node] = 0;
  }
  unknown.push(...names.unknown());
}

/** Service hosts of the selected aggregates, as indices into the text table. */
function hostsOf(model: ClusterModel, selection: Selection, unknown: string[]): Set<number> {
  const { id, name, hosts, hostStart, count } = model.aggregates;
  const names = new Wanted(model, selection.names);
  const found = new Set<number>();
  for (let aggregate = 0; aggregate < count; aggregate++) {
    const named = names.has(name[aggregate]);
    if (!selection.all && !named && !selection.ids.has(id[aggregate] as number)) continue;
    const end = hostStart[aggregate + 1] as number;
    for (let at = hostStart[aggregate] as number; at < end; at++) found.add(hosts[at] as number);
  }
  unknown.push(...names.unknown());
  for (const wanted of selection.ids) if (!id.includes(wanted)) unknown.push(`host aggregate ${wanted}`);
  return found;
}

/** @returns how many instances the scope excludes, those that were excluded before included */
function excludeInstances(overlay: Overlay, rules: ScopeRules, unknown: string[]): number {
  const { model } = overlay;
  const { uuid, projectId, metadata, count } = model.instances;
  const uuids = new Wanted(model, rules.excludedInstances);
  const projects = new Wanted(model, rules.excludedProjects);
  const hasPairs = metadataTest(model, rules.excludedMetadata);
  let excluded = 0;
  for (let instance = 0; instance < count; instance++) {
    const byUuid = uuids.has(uuid[instance]);
    const byProject = projects.has(projectId[instance]);
    if (!byUuid && !byProject && !hasPairs(metadata[instance] as number)) continue;
    excluded += 1;
    overlay.exclude(instance);
  }
  unknown.push(...uuids.unknown(), ...projects.unknown());
  return excluded;
}

/**
 * Whether metadata has all the pairs; values compare as texts, case ignored. (The reference would take
 * any pair, and fails on its way there: nobody relies on it.)
 */
function metadataTest(model: ClusterModel, pairs: ReadonlyMap<string, JsonValue>): (text: number) => boolean {
  if (pairs.size === 0) return () => false;
  // Equal metadata is one text: each is parsed once.
  const known = new Map<number, boolean>();
  return (text) => {
    let result = known.get(text);
    if (result === undefined) {
      const metadata: unknown = JSON.parse(model.textOrNull(text) ?? "{}");
      result = isJsonObject(metadata) && [...pairs].every(([key, value]) => hasPair(metadata, key, value));
      known.set(text, result);
    }
    return result;
  };
}

function hasPair(metadata: JsonObject, key: string, value: JsonValue): boolean {
  return Object.hasOwn(metadata, key) && plainText(metadata[key] ?? null) === plainText(value);
}

function plainText(value: JsonValue): string {
  return (typeof value === "string" ? value : JSON.stringify(value)).toLowerCase();
}
