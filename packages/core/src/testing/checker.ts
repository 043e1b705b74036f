/**
 * Judges a plan by itself: plain objects and loops, nothing of the engine. Plays the actions one after
 * another on the cluster and lists what is wrong with them.
 */
import type { JsonObject } from "../json.ts";
import type { ClusterModelSource, InstanceSource } from "../model/source.ts";
import { type Action, type Amount, exceeds, World } from "./world.ts";

export interface Rules {
  /** Cold migration of active instances is allowed. */
  coldActive?: boolean;
  /** Hosts may be left disabled with servers on them. */
  closesFullHosts?: boolean;
  /** Hostnames and instance uuids that the audit's scope leaves alone. */
  hostsOutOfScope?: readonly string[];
  excluded?: readonly string[];
}

/** Faults, empty for a sound plan. */
export function faultsOf(
  source: ClusterModelSource,
  actions: readonly Action[],
  rules: Rules = {},
): string[] {
  const world = new World(source);
  const faults: string[] = [];
  const touched = new Set<string>();
  for (const { actionType, inputParameters: given } of actions) {
    const play = PLAYS[actionType];
    if (play === undefined) faults.push(`${actionType} is not known`);
    else faults.push(...play(world, given, rules));
    if (actionType !== "migrate" && actionType !== "volume_migrate") continue;
    const key = `${actionType} ${given.resource_id}`;
    if (touched.has(key)) faults.push(`${key} twice`);
    touched.add(key);
  }
  if (!rules.closesFullHosts) faults.push(...closedWithServers(world));
  return faults;
}

type Play = (world: World, given: JsonObject, rules: Rules) => string[];

const PLAYS: Readonly<Record<string, Play>> = {
  nop: () => [],
  sleep: () => [],
  migrate,
  stop,
  volume_migrate: volumeMigrate,
  change_nova_service_state: changeService,
  change_node_power_state: changePower,
};

function closedWithServers({ source, status, servers }: World): string[] {
  return source.nodes
    .filter((one, at) => one.status === "enabled" && status[at] === "disabled" && (servers[at] as number) > 0)
    .map(({ hostname }) => `${hostname} is closed with servers on it`);
}

function changeService({ source, hosts, status }: World, given: JsonObject, rules: Rules): string[] {
  const { resource_name: name, resource_id: id, state } = given;
  const at = hosts.get(name);
  if (at === undefined || source.nodes[at]?.uuid !== id) return [`no host ${name} ${id}`];
  if (state !== "enabled" && state !== "disabled") return [`${name}: state ${state}`];
  status[at] = state;
  return rules.hostsOutOfScope?.includes(name as string) ? [`${state} ${name}: out of scope`] : [];
}

function stop(world: World, given: JsonObject, rules: Rules): string[] {
  const found = world.instances.get(given.resource_id);
  if (found === undefined) return [`no instance ${given.resource_id}`];
  const faults = untouchable(world, found, rules);
  return found.state === "active" ? faults : [...faults, `stop of ${found.uuid} in ${found.state}`];
}

function untouchable(world: World, touched: InstanceSource, rules: Rules): string[] {
  const faults: string[] = [];
  if (touched.locked) faults.push(`${touched.uuid} is locked`);
  if (touched.watcherExclude || rules.excluded?.includes(touched.uuid))
    faults.push(`${touched.uuid} is excluded`);
  const host = world.hostOf(touched)?.hostname;
  if (host !== undefined && rules.hostsOutOfScope?.includes(host))
    faults.push(`${touched.uuid} is on ${host}, which is out of scope`);
  return faults;
}

function migrate(world: World, move: JsonObject, rules: Rules): string[] {
  const moved = world.instances.get(move.resource_id);
  if (moved === undefined) return [`no instance ${move.resource_id}`];
  const where = `${moved.uuid} ${move.source_node} > ${move.destination_node}`;
  const faults = untouchable(world, moved, rules);
  const from = world.hostOf(moved);
  if (from?.hostname !== move.source_node) faults.push(`${where}: it is on ${from?.hostname}`);
  if (from?.state !== "up") faults.push(`${where}: source is ${from?.state}`);
  const states = move.migration_type === "live" ? ["active", "paused"] : ["stopped"];
  if (rules.coldActive && move.migration_type === "cold") states.push("active");
  if (!states.includes(moved.state)) faults.push(`${where}: ${move.migration_type} in ${moved.state}`);
  if (move.destination_node === undefined) world.put(moved, null);
  else faults.push(...arrive(world, moved, move, rules).map((fault) => `${where}: ${fault}`));
  return faults;
}

/** Puts the instance on its target, and says what speaks against that target. */
function arrive(world: World, moved: InstanceSource, move: JsonObject, rules: Rules): string[] {
  const at = world.hosts.get(move.destination_node);
  const to = at === undefined ? undefined : world.source.nodes[at];
  if (at === undefined || to === undefined) return ["no such target"];
  const faults: string[] = [];
  if (to === world.hostOf(moved)) faults.push("target is the source");
  if (to.state !== "up" || world.status[at] !== "enabled") faults.push("target closed");
  if (rules.hostsOutOfScope?.includes(to.hostname)) faults.push("target out of scope");
  if (moved.pinnedAz && to.zone && moved.pinnedAz !== to.zone) faults.push(`zone ${to.zone}`);
  world.put(moved, at);
  return [...faults, ...exceeds(world.used[at] as Amount, world.capacity[at] as Amount)];
}

function volumeMigrate({ source }: World, given: JsonObject): string[] {
  const { volumes = [], pools = [], types = [] } = source.storage ?? {};
  const volume = volumes.find(({ uuid }) => uuid === given.resource_id);
  if (volume === undefined) return [`no volume ${given.resource_id}`];
  const { destination_node: pool, destination_type: type, migration_type: how } = given;
  const where = `volume ${volume.uuid} ${how} > ${pool ?? type}`;
  if (how === "retype") {
    if (type === volume.volumeType) return [`${where}: it is of that type`];
    return types.some(({ name }) => name === type) ? [] : [`${where}: no such type`];
  }
  if (how !== "migrate") return [`${where}: no such way`];
  if (pool === volume.host) return [`${where}: it is there`];
  return pools.some(({ name }) => name === pool) ? [] : [`${where}: no such pool`];
}

function changePower(world: World, given: JsonObject, rules: Rules): string[] {
  const { resource_id: id, resource_name: name, state } = given;
  const machine = world.source.baremetal?.nodes.find(({ uuid }) => uuid === id);
  if (machine === undefined) return [`no machine ${id}`];
  const at = world.source.nodes.findIndex(
    ({ uuid, hostname }) => uuid === machine.computeNode || hostname === machine.computeNode,
  );
  const host = world.source.nodes[at]?.hostname;
  if (host === undefined || host !== name) return [`machine ${id} carries ${host}, not ${name}`];
  if (rules.hostsOutOfScope?.includes(host)) return [`power of ${host}: out of scope`];
  if (state !== "on" && state !== "off") return [`power of ${host}: state ${state}`];
  const servers = machine.runningVms ?? (world.servers[at] as number);
  return state === "off" && servers > 0 ? [`${host} is switched off with ${servers} servers`] : [];
}
