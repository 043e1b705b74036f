/** What is known of each host before anything moves: who takes part, whose migrations failed, who is held. */
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import { immovable, migrationTypes } from "../soundness.ts";
import type { StrategyInput } from "../strategy.ts";

export interface Hosts {
  /** In model order. With `strategyParity` hosts that are down too, as in the reference. */
  all: Int32Array;
  /** By node: 1 when a migration of one of its instances failed in an earlier plan of this audit. */
  failed: Uint8Array;
  /** By node: its first instance that may not move, NO_INSTANCE without one. Such a host can't be emptied. */
  heldBy: Int32Array;
}

export function readHosts({ overlay, auditType, history }: StrategyInput): Hosts {
  const { nodes } = overlay.model;
  const all: number[] = [];
  for (let node = 0; node < nodes.count; node++) {
    if (overlay.takesPart[node] === 1 && (overlay.parity || nodes.up[node] === 1)) all.push(node);
  }
  return {
    all: Int32Array.from(all),
    // A single audit has no earlier plans; Watcher does not look for any either.
    failed: hostsOf(overlay, auditType === "ONESHOT" ? [] : history.failedMigrations),
    heldBy: findHolders(overlay, all),
  };
}

/** Marks the nodes that hold one of the instances now. */
function hostsOf(overlay: Overlay, uuids: readonly string[]): Uint8Array {
  const marked = new Uint8Array(overlay.model.nodes.count);
  if (uuids.length === 0) return marked;
  const wanted = new Set(uuids.map((uuid) => overlay.model.findText(uuid)));
  const { uuid, count } = overlay.model.instances;
  for (let instance = 0; instance < count; instance++) {
    const node = overlay.nodeOf[instance] as number;
    if (node >= 0 && wanted.has(uuid[instance] as number)) marked[node] = 1;
  }
  return marked;
}

function findHolders(overlay: Overlay, hosts: readonly number[]): Int32Array {
  const heldBy = new Int32Array(overlay.model.nodes.count).fill(NO_INSTANCE);
  const typeOf = migrationTypes(overlay.model);
  for (const node of hosts) {
    for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
      if (immovable(overlay, at) === null && typeOf(at) !== null) continue;
      heldBy[node] = at;
      break;
    }
  }
  return heldBy;
}
