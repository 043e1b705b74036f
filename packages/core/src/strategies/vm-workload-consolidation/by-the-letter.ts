/**
 * Watcher's vm_workload_consolidation on plain objects and loops, for tests: nothing of the engine, no
 * rule of ours. What the strategy must come to under `strategyParity`, and wherever ours change nothing.
 */
import type { ClusterModelSource, InstanceSource, NodeSource } from "../../model/source.ts";

interface Use {
  cpu: number;
  ram: number;
  disk: number;
}

interface Guest extends Use {
  source: InstanceSource;
  home: Host;
}

interface Host {
  source: NodeSource;
  guests: Guest[];
  sum: Use;
  metric: { cpu: number; ram: number };
  delta: { cpu: number; ram: number };
}

interface Move {
  guest: Guest;
  from: Host;
  to: Host;
}

/** Lines as `inBrief` writes them, in the solution's order, and the released count as Watcher has it. */
export interface LetterResult {
  lines: string[];
  migrations: number;
  released: number;
}

const total = (source: NodeSource) => ({
  cpu: (source.vcpus - source.vcpusReserved) * source.vcpuRatio,
  ram: (source.memoryMiB - source.memoryReservedMiB) * source.memoryRatio,
  disk: (source.diskGb - source.diskReservedGb) * source.diskRatio,
});

function free({ source, guests }: Host): Use {
  const room = total(source);
  for (const { source: flavor } of guests) {
    room.cpu -= flavor.vcpus;
    room.ram -= flavor.memoryMiB;
    room.disk -= flavor.diskGb;
  }
  return room;
}

function use({ sum, metric, delta }: Host): Use {
  const cpu = metric.cpu === 0 ? 0 : metric.cpu + delta.cpu;
  const ram = metric.ram === 0 ? 0 : metric.ram + delta.ram;
  return { cpu: Math.max(sum.cpu, cpu), ram: Math.max(sum.ram, ram), disk: sum.disk };
}

function fits(guest: Guest, host: Host): boolean {
  const used = use(host);
  const room = free(host);
  const cap = total(host.source);
  return (
    guest.cpu + used.cpu <= cap.cpu &&
    guest.ram + used.ram <= cap.ram &&
    guest.disk + used.disk <= cap.disk &&
    guest.source.vcpus <= room.cpu &&
    guest.source.memoryMiB <= room.ram &&
    guest.source.diskGb <= room.disk
  );
}

function saturated(host: Host): boolean {
  const used = use(host);
  const room = free(host);
  const cap = total(host.source);
  if (room.cpu <= 0 || room.ram <= 128 || room.disk <= 0) return true;
  return used.cpu >= cap.cpu || used.ram >= cap.ram - 128 || used.disk >= cap.disk;
}

function migrationType({ source }: Guest): string | null {
  if (source.state === "active" || source.state === "paused") return "live";
  return source.state === "stopped" ? "cold" : null;
}

export function byTheLetter(cluster: ClusterModelSource): LetterResult {
  const hosts = hostsOf(cluster);
  const moves: Move[] = [];
  let released = 0;
  const enabled: { line: string; at: number }[] = [];
  const add = (guest: Guest, from: Host, to: Host): void => {
    if (migrationType(guest) === null) return;
    if (to.source.status === "disabled") {
      const line = `enabled ${to.source.uuid}`;
      if (!enabled.some((one) => one.line === line)) enabled.push({ line, at: moves.length });
      released -= 1;
    }
    relink(guest, from, to);
    moves.push({ guest, from, to });
  };
  offload(hosts, add);
  consolidate(hosts, add);
  const kept = moves.map((move) => moves.filter(({ guest }) => guest === move.guest).length === 1);
  const several = [...new Set(moves.filter((_, at) => !kept[at]).map(({ guest }) => guest))];
  for (const guest of several) {
    const own = moves.filter((move) => move.guest === guest);
    const from = own[0]?.from as Host;
    const to = own.at(-1)?.to as Host;
    if (from === to) continue;
    relink(guest, to, from);
    add(guest, from, to);
    kept[moves.length - 1] = true;
  }
  const lines: string[] = [];
  for (let at = 0; at <= moves.length; at++) {
    lines.push(...enabled.filter((one) => one.at === at).map(({ line }) => line));
    const move = moves[at];
    if (move !== undefined && kept[at])
      lines.push(
        `${migrationType(move.guest)} ${move.guest.source.uuid} ${move.from.source.hostname} > ${move.to.source.hostname}`,
      );
  }
  for (const { source, guests } of hosts) {
    if (guests.length > 0 || source.status === "disabled") continue;
    lines.push(`disabled ${source.uuid} watcher_disabled`);
    released += 1;
  }
  return { lines, migrations: kept.filter(Boolean).length, released };
}

function hostsOf(cluster: ClusterModelSource): Host[] {
  const value = (name: string, at: number): number =>
    cluster.metrics.find((metric) => metric.name === name)?.values[at] ?? 0;
  const all = cluster.nodes.map((source, at): Host => {
    const metric = {
      cpu: (value("host_cpu_usage", at) * source.vcpus) / 100,
      ram: value("host_ram_usage", at) / 1024,
    };
    return { source, guests: [], sum: { cpu: 0, ram: 0, disk: 0 }, metric, delta: { cpu: 0, ram: 0 } };
  });
  cluster.instances.forEach((source, at) => {
    const home = source.nodeIndex === null ? undefined : all[source.nodeIndex];
    if (home === undefined) return;
    const cpu = (source.vcpus * (value("instance_cpu_usage", at) || 100)) / 100;
    const ram = value("instance_ram_usage", at) || value("instance_ram_allocated", at) || source.memoryMiB;
    const disk = value("instance_root_disk_size", at) || source.diskGb;
    home.guests.push({ source, cpu, ram, disk, home });
    home.sum.cpu += cpu;
    home.sum.ram += ram;
    home.sum.disk += disk;
  });
  return all.filter(({ source }) => source.state === "up");
}

function relink(guest: Guest, from: Host, to: Host): void {
  from.guests.splice(from.guests.indexOf(guest), 1);
  to.guests.push(guest);
  for (const dimension of ["cpu", "ram", "disk"] as const) {
    from.sum[dimension] = Math.max(0, from.sum[dimension] - guest[dimension]);
    to.sum[dimension] += guest[dimension];
  }
  from.delta.cpu -= guest.cpu;
  to.delta.cpu += guest.cpu;
  from.delta.ram -= guest.source.memoryMiB;
  to.delta.ram += guest.source.memoryMiB;
}

type Add = (guest: Guest, from: Host, to: Host) => void;

const byUse = (hosts: readonly Host[]): Host[] => [...hosts].sort((a, b) => use(a).cpu - use(b).cpu);

function offload(hosts: readonly Host[], add: Add): void {
  const order = byUse(hosts);
  const full = new Set<Host>();
  const overloaded = (host: Host): boolean => use(host).cpu > total(host.source).cpu;
  for (const host of order.toReversed()) {
    if (!overloaded(host)) continue;
    for (const guest of [...host.guests].sort((a, b) => a.cpu - b.cpu)) {
      if (guest.source.watcherExclude) continue;
      for (const target of order.toReversed()) {
        if (full.has(target)) continue;
        if (fits(guest, target)) {
          add(guest, host, target);
          break;
        }
        if (saturated(target)) full.add(target);
      }
      if (!overloaded(host)) break;
    }
  }
}

function consolidate(hosts: readonly Host[], add: Add): void {
  const order = byUse(hosts);
  const full = new Set<Host>();
  order.forEach((host, k) => {
    for (const guest of [...host.guests].sort((a, b) => a.cpu - b.cpu).toReversed()) {
      if (guest.source.watcherExclude) continue;
      for (let d = order.length - 1; d > k; d--) {
        const target = order[d] as Host;
        if (full.has(target)) continue;
        if (fits(guest, target)) {
          add(guest, host, target);
          break;
        }
        if (saturated(target)) full.add(target);
      }
    }
  });
}
