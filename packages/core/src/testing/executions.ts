/**
 * All ways in which a small plan may run: every action starts at any time after its parents have
 * finished, and finishes at any time after that. Tries them all; nothing of the engine.
 */
import type { ClusterModelSource } from "../model/source.ts";
import type { ActionWithParents } from "./plan-checker.ts";
import { type Amount, capacityOf, count, exceeds } from "./world.ts";

/** States of an action; in between it runs. */
const WAITING = 0;
const FINISHED = 2;

/** Moves that would fill their target above its capacity in some execution; hosts over capacity included. */
export function overfillsOf(source: ClusterModelSource, planned: readonly ActionWithParents[]): string[] {
  const faults = new Set<string>();
  const seen = new Set<string>();
  const open: number[][] = [planned.map(() => WAITING)];
  for (let states = open.pop(); states !== undefined; states = open.pop()) {
    const key = states.join("");
    if (seen.has(key)) continue;
    seen.add(key);
    for (const [at, { parents }] of planned.entries()) {
      if (states[at] === FINISHED) continue;
      if (states[at] === WAITING && !parents.every((parent) => states[parent] === FINISHED)) continue;
      const next = states.with(at, (states[at] as number) + 1);
      open.push(next);
      if (states[at] === WAITING) for (const fault of overfill(source, planned, next, at)) faults.add(fault);
    }
  }
  return [...faults].sort();
}

/** A migrating instance takes room on both hosts. */
function overfill(
  source: ClusterModelSource,
  planned: readonly ActionWithParents[],
  states: readonly number[],
  started: number,
): string[] {
  const { destination_node: name, resource_id: moved } = planned[started]?.inputParameters ?? {};
  const host = source.nodes.findIndex(({ hostname }) => hostname === name);
  const node = source.nodes[host];
  if (node === undefined) return [];
  const used: Amount = { vcpus: 0, memoryMiB: 0, diskGb: 0 };
  for (const one of source.instances) {
    let there = Number(one.nodeIndex === host);
    planned.forEach(({ inputParameters: move }, at) => {
      if (move.resource_id !== one.uuid) return;
      if (move.destination_node === name && states[at] !== WAITING) there += 1;
      if (move.source_node === name && states[at] === FINISHED) there -= 1;
    });
    count(used, one, there);
  }
  return exceeds(used, capacityOf(node)).map((resource) => `${moved} overfills ${name}: ${resource}`);
}
