/**
 * What any placement must satisfy, whatever the strategy: rules on what may move and where it fits.
 * A target that fails them is passed over like one without room.
 */
import type { JsonObject } from "../json.ts";
import { NO_TEXT } from "../model/layout.ts";
import type { ClusterModel } from "../model/model.ts";
import type { Overlay } from "../model/overlay.ts";
import type { RoomOf } from "../placement/placement-index.ts";
import type { MigrationType } from "./actions.ts";

/** Why an instance may not move at all; null: it may. */
export type Immovable = "excluded" | "locked";

/** Why an instance may not go to a node; null: it may. */
export type TargetRefusal =
  | "out of scope"
  | "down"
  | "disabled"
  | "other zone than pinned"
  | "no room: vcpus"
  | "no room: memory"
  | "no room: disk";

export function immovable(overlay: Overlay, instance: number): Immovable | null {
  if (overlay.excluded[instance] === 1) return "excluded";
  return !overlay.parity && overlay.model.instances.locked[instance] === 1 ? "locked" : null;
}

/**
 * How an instance of each state moves: live for active and paused, cold for stopped, null for all others.
 * Made once per run: comparing text indices is what inner loops can afford.
 */
export function migrationTypes(model: ClusterModel): (instance: number) => MigrationType | null {
  const active = model.findText("active");
  const paused = model.findText("paused");
  const stopped = model.findText("stopped");
  const { state } = model.instances;
  return (instance) => {
    const is = state[instance] as number;
    if (is === active || is === paused) return "live";
    return is === stopped ? "cold" : null;
  };
}

/** Whether the node may be in use at all: in scope, up, enabled in the model or by this plan. */
export function isAvailable(overlay: Overlay, node: number): boolean {
  return overlay.takesPart[node] === 1 && overlay.model.nodes.up[node] === 1 && overlay.enabled[node] === 1;
}

/** Zone that the instance may not leave, as an index into the text table; NO_TEXT: none. */
export function pinOf(overlay: Overlay, instance: number): number {
  return overlay.parity ? NO_TEXT : (overlay.model.instances.pinnedAz[instance] as number);
}

/** A pin binds only where the node's zone is known. */
export function zoneAllows(overlay: Overlay, instance: number, node: number): boolean {
  const pin = pinOf(overlay, instance);
  const zone = overlay.model.nodes.zone[node] as number;
  return pin === NO_TEXT || zone === NO_TEXT || pin === zone;
}

/** Moves planned so far count, since the overlay has them. */
export function targetRefusal(overlay: Overlay, instance: number, node: number): TargetRefusal | null {
  if (overlay.takesPart[node] === 0) return "out of scope";
  if (overlay.model.nodes.up[node] === 0) return "down";
  if (overlay.enabled[node] === 0) return "disabled";
  if (!zoneAllows(overlay, instance, node)) return "other zone than pinned";
  return roomRefusal(overlay, instance, node);
}

/** The part of `targetRefusal` that judges capacity; alone only where parity asks for nothing else. */
export function roomRefusal(overlay: Overlay, instance: number, node: number): TargetRefusal | null {
  const { vcpus, memoryMiB, diskGb } = overlay.model.instances;
  if (overlay.vcpusFree(node) < (vcpus[instance] as number)) return "no room: vcpus";
  if (overlay.memoryFreeMiB(node) < (memoryMiB[instance] as number)) return "no room: memory";
  return overlay.diskFreeGb(node) < (diskGb[instance] as number) ? "no room: disk" : null;
}

/** Values of `allocationRoom` and `allocationNeed`: vCPUs, MiB, GB. */
export const ALLOCATION_DIMENSIONS = 3;

/** Free capacity by allocation, for a `PlacementIndex`; nodes that are not available are closed. */
export function allocationRoom(overlay: Overlay): RoomOf {
  return (node, into) => {
    const open = isAvailable(overlay, node);
    into[0] = open ? overlay.vcpusFree(node) : Number.NEGATIVE_INFINITY;
    into[1] = open ? overlay.memoryFreeMiB(node) : Number.NEGATIVE_INFINITY;
    into[2] = open ? overlay.diskFreeGb(node) : Number.NEGATIVE_INFINITY;
  };
}

/** Writes what the instance's flavor takes. */
export function allocationNeed(overlay: Overlay, instance: number, into: Float64Array): void {
  const { vcpus, memoryMiB, diskGb } = overlay.model.instances;
  into[0] = vcpus[instance] as number;
  into[1] = memoryMiB[instance] as number;
  into[2] = diskGb[instance] as number;
}

/**
 * How many of the nodes refuse the instance now, by reason; "fits" counts those that do not. For the few
 * instances that an explanation shows: it looks at every node, which a search does not.
 */
export function refusalsOf(overlay: Overlay, instance: number, nodes: Iterable<number>): JsonObject {
  const counts: Record<string, number> = {};
  const home = overlay.nodeOf[instance];
  for (const node of nodes) {
    if (node === home) continue;
    const reason = targetRefusal(overlay, instance, node) ?? "fits";
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}
