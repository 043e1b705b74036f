/** What the parameters ask to move, and where to. */
import { VigilError } from "../../errors.ts";
import type { ClusterModel } from "../../model/model.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import type { StorageView } from "../../model/storage-view.ts";
import type { ComputeNodeParameter, StoragePoolParameter } from "./parameters.ts";

/** The node is not in the audit's model. */
export const NO_NODE = -1;

/** By source node: destination node; null: Nova's scheduler chooses; NO_NODE: one that is not known. */
export type NodeDestinations = ReadonlyMap<number, number | null>;

/** In the order given, the first entry of a node counts; sources that the audit's model does not hold are left out. */
export function nodeDestinations(
  overlay: Overlay,
  entries: readonly ComputeNodeParameter[],
): NodeDestinations {
  const nodeOf = nodesByHostname(overlay);
  const destinations = new Map<number, number | null>();
  for (const { src_node: source, dst_node: destination } of entries) {
    const node = nodeOf(source);
    if (node === NO_NODE || destinations.has(node)) continue;
    destinations.set(node, destination === undefined ? null : nodeOf(destination));
  }
  return destinations;
}

/** As `overlay.nodeByHostname`, for entries by the thousand. */
function nodesByHostname({ model, takesPart }: Overlay): (hostname: string) => number {
  const nodes = new Map<number, number>();
  for (let node = model.nodes.count - 1; node >= 0; node--) {
    nodes.set(model.nodes.hostname[node] as number, node);
  }
  return (hostname) => {
    const node = nodes.get(model.findText(hostname)) ?? NO_NODE;
    return node !== NO_NODE && takesPart[node] === 1 ? node : NO_NODE;
  };
}

/** Instances of the source nodes, node by node. */
export function instanceTargets(overlay: Overlay, destinations: NodeDestinations): Int32Array {
  let count = 0;
  for (const node of destinations.keys()) count += overlay.instancesOn[node] as number;
  const targets = new Int32Array(count);
  let filled = 0;
  for (const node of destinations.keys()) {
    for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
      targets[filled] = at;
      filled += 1;
    }
  }
  return targets;
}

/** Where volumes go, or which type they get: its name, as given and as an index into the text table. */
export interface VolumeDestination {
  kind: "pool" | "type";
  name: string;
  /** -1: no column holds it. */
  text: number;
  /** False when the model says that there is none of that name. */
  exists: boolean;
}

/** Destination of a volume by its pool's name and its type; null: no entry is for it. */
export type DestinationOf = (volume: number) => VolumeDestination | null;

interface PoolEntry {
  byType: Map<number, VolumeDestination>;
  ofAnyType: VolumeDestination | null;
}

/** An entry of pool and type goes before one of the pool alone; of equal ones the first. */
export function volumeDestinations(
  model: ClusterModel,
  storage: StorageView,
  entries: readonly StoragePoolParameter[],
): DestinationOf {
  const pools = new Map<number, PoolEntry>();
  const read = destinationReader(model, storage);
  for (const given of entries) {
    const pool = model.findText(given.src_pool);
    const entry = pools.get(pool) ?? { byType: new Map(), ofAnyType: null };
    pools.set(pool, entry);
    const destination = read(given);
    if (given.src_type === undefined) entry.ofAnyType ??= destination;
    else {
      const type = model.findText(given.src_type);
      if (!entry.byType.has(type)) entry.byType.set(type, destination);
    }
  }
  const { host, volumeType } = storage.columns.volumes;
  return (volume) => {
    const entry = pools.get(host[volume] as number);
    if (entry === undefined) return null;
    return entry.byType.get(volumeType[volume] as number) ?? entry.ofAnyType;
  };
}

/** A reader, since all entries ask for the same names. */
function destinationReader(
  model: ClusterModel,
  { columns }: StorageView,
): (given: StoragePoolParameter) => VolumeDestination {
  const pools = new Set(columns.pools.name);
  const types = new Set(columns.types.name);
  return ({ dst_pool: pool, dst_type: type = "" }) => {
    const name = pool ?? type;
    const text = model.findText(name);
    if (pool !== undefined) return { kind: "pool", name, text, exists: pools.has(text) };
    // Not every source of models lists the types.
    return { kind: "type", name, text, exists: types.size === 0 || types.has(text) };
  };
}

/** Volumes with a destination, unmapped ones too, in model order. */
export function volumeTargets(storage: StorageView, destinationOf: DestinationOf): Int32Array {
  const { count } = storage.columns.volumes;
  const targets = new Int32Array(count);
  let filled = 0;
  for (let volume = 0; volume < count; volume++) {
    if (storage.volumeTakesPart[volume] === 0 || destinationOf(volume) === null) continue;
    targets[filled] = volume;
    filled += 1;
  }
  return targets.slice(0, filled);
}

/** @throws VigilError not-found (ClusterStateNotDefined) */
export function requireStorage(storage: StorageView | null): StorageView {
  if (storage !== null) return storage;
  throw new VigilError(
    "not-found",
    "ClusterStateNotDefined: storage_pools are given, and this cloud's model has no storage part; import one with it, or leave storage_pools out",
  );
}
