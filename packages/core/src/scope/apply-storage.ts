/** An audit's scope as masks on the views of the storage and bare metal models. */
import type { JsonObject, JsonValue } from "../json.ts";
import type { ClusterModel } from "../model/model.ts";
import { volumeTypesOf } from "../model/storage-texts.ts";
import type { BaremetalView, StorageView } from "../model/storage-view.ts";
import type { Selection } from "./reading.ts";
import { readExcludedMachines, readStorageRules, type StorageRules } from "./storage-rules.ts";
import { unknownJson, Wanted } from "./wanted.ts";

/**
 * Leaves out storage nodes with their pools and volumes, and what the scope excludes.
 *
 * @param view null: no storage model; the scope's form is looked at all the same
 * @returns what the scope did; null when it says nothing about storage or there is none
 * @throws VigilError invalid-input for a scope of another form
 */
export function applyStorageScope(
  model: ClusterModel,
  view: StorageView | null,
  scope: JsonValue,
): JsonObject | null {
  const rules = readStorageRules(scope);
  if (rules === null || view === null) return null;
  const unknown: string[] = [];
  includeNodes(model, view, rules, unknown);
  const pools = new Wanted(model, rules.excludedPools);
  leaveOut(view.poolTakesPart, view.columns.pools.name, pools);
  view.cascade();
  const volumes = new Wanted(model, rules.excludedVolumes);
  const projects = new Wanted(model, rules.excludedProjects);
  leaveOut(view.volumeTakesPart, view.columns.volumes.uuid, volumes);
  leaveOut(view.volumeTakesPart, view.columns.volumes.projectId, projects);
  pools.addUnknown(unknown);
  volumes.addUnknown(unknown);
  projects.addUnknown(unknown);
  return {
    pools: count(view.poolTakesPart),
    poolsLeftOut: view.poolTakesPart.length - count(view.poolTakesPart),
    volumes: count(view.volumeTakesPart),
    volumesLeftOut: view.volumeTakesPart.length - count(view.volumeTakesPart),
    unknown: unknownJson(unknown),
  };
}

/** Nodes of the included zones and types together. Unlike compute, rules that find nothing leave all in. */
function includeNodes(
  model: ClusterModel,
  view: StorageView,
  { zones, volumeTypes }: StorageRules,
  unknown: string[],
): void {
  const { count: nodes, zone } = view.columns.nodes;
  const zoneNames = new Wanted(model, zones.names);
  const serves = typeTest(model, view, volumeTypes, unknown);
  const allowed = new Uint8Array(nodes);
  for (let node = 0; node < nodes; node++) {
    // Both are asked: each keeps what it has not found.
    const inZone = zoneNames.has(zone[node]);
    const ofType = serves(node);
    allowed[node] = Number(zones.all || volumeTypes.all || inZone || ofType);
  }
  zoneNames.addUnknown(unknown);
  if (allowed.includes(1)) view.nodeTakesPart.set(allowed);
}

/** Whether a node serves one of the types. Types that no node serves are told as unknown. */
function typeTest(
  model: ClusterModel,
  view: StorageView,
  { names }: Selection,
  unknown: string[],
): (node: number) => boolean {
  if (names.size === 0) return () => false;
  const served: string[][] = [];
  for (let node = 0; node < view.columns.nodes.count; node++) {
    served.push(volumeTypesOf(model, view.columns, node).filter((type) => names.has(type)));
  }
  const found = new Set(served.flat());
  for (const name of names) if (!found.has(name)) unknown.push(name);
  return (node) => (served[node] as string[]).length > 0;
}

function leaveOut(takesPart: Uint8Array, column: Uint32Array, wanted: Wanted): void {
  for (let at = 0; at < column.length; at++) if (wanted.has(column[at])) takesPart[at] = 0;
}

/**
 * Leaves out excluded bare metal nodes.
 *
 * @param view null: no bare metal model; the scope's form is looked at all the same
 * @returns what the scope did; null when it says nothing about bare metal or there is none
 * @throws VigilError invalid-input for a scope of another form
 */
export function applyBaremetalScope(
  model: ClusterModel,
  view: BaremetalView | null,
  scope: JsonValue,
): JsonObject | null {
  const uuids = readExcludedMachines(scope);
  if (uuids === null || view === null) return null;
  const wanted = new Wanted(model, uuids);
  leaveOut(view.takesPart, view.columns.uuid, wanted);
  const unknown: string[] = [];
  wanted.addUnknown(unknown);
  const nodes = count(view.takesPart);
  return { nodes, nodesLeftOut: view.takesPart.length - nodes, unknown: unknownJson(unknown) };
}

function count(flags: Uint8Array): number {
  let sum = 0;
  for (const flag of flags) sum += flag;
  return sum;
}
