/** An audit's scope as masks on its view of the models: the whole cloud stays in memory once, for every audit. */
import { VigilError } from "../errors.ts";
import { isDeeperThan, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { ClusterModel } from "../model/model.ts";
import type { Overlay } from "../model/overlay.ts";
import type { BaremetalView, StorageView } from "../model/storage-view.ts";
import { applyBaremetalScope, applyStorageScope } from "./apply-storage.ts";
import { SCOPE_LEVELS_MAX, type Selection } from "./reading.ts";
import { readScopeRules, type ScopeRules } from "./rules.ts";
import { unknownJson, Wanted } from "./wanted.ts";

/** What an audit may see, and its scope narrows. */
export interface Visible {
  overlay: Overlay;
  storage: StorageView | null;
  baremetal: BaremetalView | null;
}

/**
 * Narrows what an audit may see of each model.
 *
 * @returns what the scope did, for the explanation: null when it says nothing about models that there are.
 *   Names that a model does not hold are reported there and are no error: hosts come and go while audits stay.
 * @throws VigilError invalid-input for a scope of another form
 */
export function applyScope({ overlay, storage, baremetal }: Visible, scope: JsonValue): JsonObject | null {
  if (isDeeperThan(scope, SCOPE_LEVELS_MAX)) {
    throw new VigilError(
      "invalid-input",
      `scope is nested deeper than ${SCOPE_LEVELS_MAX} levels, at most that many are wanted`,
    );
  }
  const { model } = overlay;
  const compute = applyComputeScope(overlay, scope);
  const done: JsonObject = compute ?? {};
  const storageDone = applyStorageScope(model, storage, scope);
  if (storageDone !== null) done.storage = storageDone;
  const baremetalDone = applyBaremetalScope(model, baremetal, scope);
  if (baremetalDone !== null) done.baremetal = baremetalDone;
  return Object.keys(done).length === 0 ? null : done;
}

/** Leaves out nodes with their instances, and marks excluded instances, which stay. */
function applyComputeScope(overlay: Overlay, scope: JsonValue): JsonObject | null {
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
    unknown: unknownJson(unknown),
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
  zoneNames.addUnknown(unknown);
}

function excludeNodes(overlay: Overlay, rules: ScopeRules, unknown: string[]): void {
  const { model, takesPart } = overlay;
  const { hostname, count } = model.nodes;
  const hosts = hostsOf(model, rules.excludedAggregates, unknown);
  const names = new Wanted(model, rules.excludedNodes);
  for (let node = 0; node < count; node++) {
    if (names.has(hostname[node]) || hosts.has(hostname[node] as number)) takesPart[node] = 0;
  }
  names.addUnknown(unknown);
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
  names.addUnknown(unknown);
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
  const grouped = membersOf(model, rules.excludedServerGroups, unknown);
  let excluded = 0;
  for (let instance = 0; instance < count; instance++) {
    const byUuid = uuids.has(uuid[instance]);
    const byProject = projects.has(projectId[instance]);
    const byGroup = grouped.has(uuid[instance] as number);
    if (!byUuid && !byProject && !byGroup && !hasPairs(metadata[instance] as number)) continue;
    excluded += 1;
    overlay.exclude(instance);
  }
  uuids.addUnknown(unknown);
  projects.addUnknown(unknown);
  return excluded;
}

/** Uuids of the instances of the named server groups, as indices into the text table. */
function membersOf(model: ClusterModel, names: readonly string[], unknown: string[]): Set<number> {
  const { uuid, name, members, memberStart, count } = model.serverGroups;
  const wanted = new Wanted(model, names);
  const found = new Set<number>();
  for (let group = 0; group < count; group++) {
    const byUuid = wanted.has(uuid[group]);
    const byName = wanted.has(name[group]);
    if (!byUuid && !byName) continue;
    const end = memberStart[group + 1] as number;
    for (let at = memberStart[group] as number; at < end; at++) found.add(members[at] as number);
  }
  wanted.addUnknown(unknown);
  return found;
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
