/**
 * What any placement must satisfy, whatever the strategy: rules on what may move and where it fits.
 * A target that fails them is passed over like one without room.
 */
import { NO_TEXT } from "../model/layout.ts";
import type { Overlay } from "../model/overlay.ts";

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
  return overlay.model.instances.locked[instance] === 1 ? "locked" : null;
}

/** Whether the node may be in use at all: in scope, up, enabled in the model or by this plan. */
export function isAvailable(overlay: Overlay, node: number): boolean {
  return overlay.takesPart[node] === 1 && overlay.model.nodes.up[node] === 1 && overlay.enabled[node] === 1;
}

/** A pin binds only where the node's zone is known. */
function zoneAllows(overlay: Overlay, instance: number, node: number): boolean {
  const pin = overlay.model.instances.pinnedAz[instance] as number;
  const zone = overlay.model.nodes.zone[node] as number;
  return pin === NO_TEXT || zone === NO_TEXT || pin === zone;
}

/** Moves planned so far count, since the overlay has them. */
export function targetRefusal(overlay: Overlay, instance: number, node: number): TargetRefusal | null {
  const { vcpus, memoryMiB, diskGb } = overlay.model.instances;
  if (overlay.takesPart[node] === 0) return "out of scope";
  if (overlay.model.nodes.up[node] === 0) return "down";
  if (overlay.enabled[node] === 0) return "disabled";
  if (!zoneAllows(overlay, instance, node)) return "other zone than pinned";
  if (overlay.vcpusFree(node) < (vcpus[instance] as number)) return "no room: vcpus";
  if (overlay.memoryFreeMiB(node) < (memoryMiB[instance] as number)) return "no room: memory";
  return overlay.diskFreeGb(node) < (diskGb[instance] as number) ? "no room: disk" : null;
}
