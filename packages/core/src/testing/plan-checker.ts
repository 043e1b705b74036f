/**
 * Judges a plan as it runs: actions side by side as far as their parents allow. A migrating instance takes
 * room on its target from the start, and frees its source at the end.
 *
 * How full a host can get is bounded, not tried out (see `executions.ts` for that): take the last arrival,
 * in stored order, of those that may have started. All arrivals stored before it may be there, and of the
 * departures surely only those are gone that it waits for.
 */
import type { ClusterModelSource, InstanceSource } from "../model/source.ts";
import { faultsOf, type Rules } from "./checker.ts";
import { type Action, type Amount, count, exceeds, World } from "./world.ts";

export interface ActionWithParents extends Action {
  parents: readonly number[];
}

interface Visits {
  arrivals: number[];
  departures: number[];
}

/** Faults in stored order and in any order that the parents allow; empty for a sound plan. */
export function planFaultsOf(
  source: ClusterModelSource,
  planned: readonly ActionWithParents[],
  rules: Rules = {},
): string[] {
  const misplaced = planned.flatMap(({ parents }, at) =>
    parents.filter((one) => !(one >= 0 && one < at)).map((one) => `${at} waits for ${one}`),
  );
  if (misplaced.length > 0) return misplaced;
  const world = new World(source);
  return [
    ...faultsOf(source, planned, rules),
    ...overfills(world, planned),
    ...unopened(world, planned),
    ...switchedOffEarly(planned),
  ];
}

function movedBy(world: World, action: Action | undefined): InstanceSource {
  return world.instances.get(action?.inputParameters.resource_id) as InstanceSource;
}

function overfills(world: World, planned: readonly ActionWithParents[]): string[] {
  const faults: string[] = [];
  for (const [host, { arrivals, departures }] of visitsByHost(world, planned)) {
    const capacity = world.capacity[host] as Amount;
    const used = { ...(world.used[host] as Amount) };
    for (const at of arrivals) {
      count(used, movedBy(world, planned[at]), 1);
      if (exceeds(used, capacity).length === 0) continue;
      const before = ancestorsOf(planned, at);
      const least = { ...used };
      for (const gone of departures) {
        if (before.has(gone)) count(least, movedBy(world, planned[gone]), -1);
      }
      const { hostname } = world.source.nodes[host] ?? {};
      const fault = exceeds(least, capacity).join(", ");
      if (fault !== "") faults.push(`action ${at} may find ${hostname} full: ${fault}`);
    }
  }
  return faults;
}

/** Migrations that come to a host, and those that leave it. */
function visitsByHost(world: World, planned: readonly ActionWithParents[]): Map<number, Visits> {
  const visits = new Map<number, Visits>();
  const at = (name: unknown): Visits | null => {
    const host = world.hosts.get(name as string);
    if (host === undefined) return null;
    const known = visits.get(host) ?? { arrivals: [], departures: [] };
    visits.set(host, known);
    return known;
  };
  planned.forEach(({ actionType, inputParameters: given }, index) => {
    if (actionType !== "migrate" || !world.instances.has(given.resource_id)) return;
    at(given.destination_node)?.arrivals.push(index);
    at(given.source_node)?.departures.push(index);
  });
  return visits;
}

function ancestorsOf(planned: readonly ActionWithParents[], at: number): Set<number> {
  const found = new Set<number>();
  const open = [at];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const parent of planned[next]?.parents ?? []) {
      if (found.has(parent)) continue;
      found.add(parent);
      open.push(parent);
    }
  }
  return found;
}

/** Migrations to a disabled host that need not wait until the plan has opened it. */
function unopened(world: World, planned: readonly ActionWithParents[]): string[] {
  return planned.flatMap(({ actionType, inputParameters: given }, at) => {
    const host = actionType === "migrate" ? world.hosts.get(given.destination_node) : undefined;
    if (host === undefined || world.source.nodes[host]?.status === "enabled") return [];
    const opened = [...ancestorsOf(planned, at)].some((one) => {
      const { actionType: type, inputParameters: change } = planned[one] as Action;
      return (
        type === "change_nova_service_state" &&
        change.state === "enabled" &&
        change.resource_name === given.destination_node
      );
    });
    return opened ? [] : [`action ${at} may find ${given.destination_node} disabled`];
  });
}

/** Hosts that may be switched off while an instance is still leaving. */
function switchedOffEarly(planned: readonly ActionWithParents[]): string[] {
  return planned.flatMap(({ actionType, inputParameters: given }, at) => {
    if (actionType !== "change_node_power_state" || given.state !== "off") return [];
    const before = ancestorsOf(planned, at);
    return planned.flatMap((other, one) =>
      other.actionType === "migrate" &&
      other.inputParameters.source_node === given.resource_name &&
      !before.has(one)
        ? [`action ${at} may switch ${given.resource_name} off before action ${one}`]
        : [],
    );
  });
}
