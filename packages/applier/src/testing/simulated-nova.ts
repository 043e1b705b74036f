/**
 * Nova as far as executors see it, in memory and on a virtual clock: states take time, writes are checked, hosts are
 * full when they are full. What it refuses late shows as it does in Nova: the write is taken, the migration's record
 * says error, and the server is where it was.
 */

import { VigilError } from "@vigil/core";
import type { Clock } from "../clock.ts";
import type { ComputePort, ComputeService, Flavor, Server, ServerMigration, ServerWrite } from "../ports.ts";

export interface Amount {
  vcpus: number;
  memoryMiB: number;
  diskGb: number;
}

const RESOURCES = ["vcpus", "memoryMiB", "diskGb"] as const;

export interface SimulatedHost {
  host: string;
  status: "enabled" | "disabled";
  disabledReason: string | null;
  capacity: Amount;
}

export interface SimulatedServer extends Server {
  size: Amount;
}

/** What goes wrong with a write: refused at once, taken and failed later, or done with the answer lost. */
export type Fault = "refused" | "fails late" | "answer lost" | "not reached";

export interface SimulatedNovaOptions {
  clock: Clock;
  hosts: readonly SimulatedHost[];
  servers: readonly Omit<SimulatedServer, "vmState" | "taskState">[];
  flavors?: readonly (Flavor & { size: Amount })[];
  /** How long a migration takes, ms; a tenth of it each: queued, preparing. */
  migrationMs?: number;
  /** Asked once for each write. */
  faultOf?(action: string, serverId: string): Fault | undefined;
}

const ABORTABLE: readonly string[] = ["queued", "preparing", "running"];

/** A service that answers says where it is in an instant; states of servers take so long to change, ms. */
const CHANGE_MS = 2_000;
/** The record turns to its last word a moment after the server, ms. */
const RECORD_LAG_MS = 1_500;

export class SimulatedNova implements ComputePort {
  readonly hosts: Map<string, SimulatedHost>;
  readonly servers: Map<string, SimulatedServer>;
  /** Every call of a write, taken or not: "live-migration <id>". */
  readonly calls: string[] = [];
  /** Moves that found their target full. */
  readonly overfills: string[] = [];
  readonly #options: SimulatedNovaOptions;
  readonly #flavors: readonly (Flavor & { size: Amount })[];
  readonly #writes = new Map<string, ServerWrite[]>();
  readonly #records = new Map<string, ServerMigration[]>();
  /** Room held by moves under way, beside that of the servers where they are. */
  readonly #held: { host: string; size: Amount }[] = [];
  readonly #aborts = new Set<string>();
  readonly #before = new Map<string, { status: string; vmState: string; release(): void }>();
  #ids = 0;

  constructor(options: SimulatedNovaOptions) {
    this.#options = options;
    this.hosts = new Map(options.hosts.map((host) => [host.host, { ...host }]));
    this.servers = new Map(
      options.servers.map((one) => [
        one.id,
        { ...one, vmState: one.status === "SHUTOFF" ? "stopped" : "active", taskState: null },
      ]),
    );
    this.#flavors = options.flavors ?? [];
  }

  async getServer(id: string): Promise<Server | null> {
    const server = this.servers.get(id);
    return server === undefined ? null : { ...server };
  }

  async getService(host: string): Promise<ComputeService | null> {
    const found = this.hosts.get(host);
    return found === undefined ? null : { host, status: found.status };
  }

  async findFlavor(idOrName: string): Promise<Flavor | null> {
    const byId = this.#flavors.find(({ id }) => id === idOrName);
    return byId ?? this.#flavors.find(({ name }) => name === idOrName) ?? null;
  }

  async newestMigration(serverId: string): Promise<ServerMigration | null> {
    const newest = this.#records.get(serverId)?.at(-1);
    return newest === undefined ? null : { ...newest };
  }

  async writesOf(serverId: string): Promise<ServerWrite[]> {
    return [...(this.#writes.get(serverId) ?? [])].reverse();
  }

  liveMigrate(serverId: string, host: string | null): Promise<void> {
    return this.#write("live-migration", serverId, (server, late) => {
      if (server.status !== "ACTIVE" && server.status !== "PAUSED") throw refused(`it is ${server.status}`);
      const target = late ? undefined : this.#admit(server, host);
      void this.#moveLive(server, target);
    });
  }

  coldMigrate(serverId: string, host: string | null): Promise<void> {
    return this.#write("migrate", serverId, (server, late) => {
      const target = late ? undefined : this.#admit(server, host);
      void this.#moveCold(server, target === undefined ? undefined : { host: target });
    });
  }

  resize(serverId: string, flavorId: string): Promise<void> {
    return this.#write("resize", serverId, (server, late) => {
      const flavor = this.#flavors.find(({ id }) => id === flavorId);
      if (flavor === undefined || flavor.name === server.flavorName) throw refused("no other flavor");
      void this.#moveCold(server, late ? undefined : { flavor });
    });
  }

  confirmResize(serverId: string): Promise<void> {
    return this.#write("confirmResize", serverId, (server) => {
      const before = this.#before.get(serverId);
      if (server.status !== "VERIFY_RESIZE" || before === undefined) throw refused(`it is ${server.status}`);
      this.#before.delete(serverId);
      void this.#later(CHANGE_MS, () => {
        before.release();
        Object.assign(server, { status: before.status, vmState: before.vmState });
      });
    });
  }

  stop(serverId: string): Promise<void> {
    return this.#write("stop", serverId, (server, late) => {
      if (late) return;
      server.taskState = "powering-off";
      void this.#later(CHANGE_MS, () =>
        Object.assign(server, { status: "SHUTOFF", vmState: "stopped", taskState: null }),
      );
    });
  }

  abortLiveMigration(serverId: string, migrationId: string): Promise<void> {
    return this.#write("abort", serverId, () => {
      const record = this.#records.get(serverId)?.find(({ id }) => id === migrationId);
      if (record === undefined || !ABORTABLE.includes(record.status))
        throw new VigilError("invalid-input", "it is not to be aborted");
      this.#aborts.add(migrationId);
    });
  }

  async setServiceStatus(
    host: string,
    status: ComputeService["status"],
    disabledReason?: string,
  ): Promise<ComputeService> {
    this.calls.push(`service ${host}`);
    const found = this.hosts.get(host);
    if (found === undefined) throw new VigilError("not-found", `no host ${host}`);
    const fault = this.#options.faultOf?.("service", host);
    if (fault === "refused" || fault === "not reached") throw faultError(fault);
    Object.assign(found, { status, disabledReason: disabledReason ?? null });
    if (fault === "answer lost") throw faultError(fault);
    return { host, status };
  }

  async #write(
    action: string,
    serverId: string,
    perform: (server: SimulatedServer, late: boolean) => void,
  ): Promise<void> {
    this.calls.push(`${action} ${serverId}`);
    const fault = this.#options.faultOf?.(action, serverId);
    if (fault === "refused" || fault === "not reached") throw faultError(fault);
    const server = this.servers.get(serverId);
    if (server === undefined) throw new VigilError("not-found", `no server ${serverId}`);
    if (server.taskState !== null && action !== "abort") throw refused(`its task is ${server.taskState}`);
    perform(server, fault === "fails late");
    const writes = this.#writes.get(serverId) ?? [];
    this.#writes.set(serverId, writes);
    writes.push({ requestId: `req-${++this.#ids}`, action });
    if (fault === "answer lost") throw faultError(fault);
  }

  /** Where it may go; undefined: nowhere, which shows later. */
  #admit(server: SimulatedServer, wanted: string | null): string | undefined {
    if (wanted !== null && !this.hosts.has(wanted)) throw refused(`no host ${wanted}`);
    const open = (host: SimulatedHost) =>
      host.host !== server.host && host.status === "enabled" && this.#isRoom(host, server.size);
    if (wanted === null) return [...this.hosts.values()].filter(open).sort(this.#byFree)[0]?.host;
    const host = this.hosts.get(wanted)!;
    if (!this.#isRoom(host, server.size)) this.overfills.push(`${server.id} to ${wanted}`);
    return open(host) ? wanted : undefined;
  }

  readonly #byFree = (a: SimulatedHost, b: SimulatedHost) =>
    this.#used(a.host).memoryMiB - this.#used(b.host).memoryMiB;

  #isRoom({ host, capacity }: SimulatedHost, size: Amount): boolean {
    const used = this.#used(host);
    return RESOURCES.every((one) => used[one] + size[one] <= capacity[one]);
  }

  #used(host: string): Amount {
    const there = [...this.servers.values()].filter((one) => one.host === host).map(({ size }) => size);
    const held = this.#held.filter((one) => one.host === host).map(({ size }) => size);
    const sum = (one: (typeof RESOURCES)[number]) =>
      [...there, ...held].reduce((n, size) => n + size[one], 0);
    return { vcpus: sum("vcpus"), memoryMiB: sum("memoryMiB"), diskGb: sum("diskGb") };
  }

  #hold(host: string, size: Amount): () => void {
    const held = { host, size };
    this.#held.push(held);
    return () => void this.#held.splice(this.#held.indexOf(held), 1);
  }

  #record(server: SimulatedServer): ServerMigration {
    const record = { id: String(++this.#ids), status: "queued" };
    const records = this.#records.get(server.id) ?? [];
    this.#records.set(server.id, records);
    records.push(record);
    return record;
  }

  async #moveLive(server: SimulatedServer, target: string | undefined): Promise<void> {
    const { status } = server;
    const release = target === undefined ? () => undefined : this.#hold(target, server.size);
    Object.assign(server, { status: "MIGRATING", taskState: "migrating" });
    const record = this.#record(server);
    const totalMs = this.#options.migrationMs ?? 30_000;
    await this.#later(totalMs / 10, () => Object.assign(record, { status: "preparing" }));
    await this.#later(totalMs / 10, () =>
      Object.assign(record, { status: target === undefined ? record.status : "running" }),
    );
    // An abort shows at the next tenth; in the last one it is too late.
    for (let tenth = 2; tenth < 10 && target !== undefined && !this.#aborts.has(record.id); tenth++) {
      if (tenth === 9) record.status = "post-migrating";
      await this.#options.clock.sleep(totalMs / 10);
    }
    release();
    const isMoved = target !== undefined && !this.#aborts.has(record.id);
    Object.assign(server, { status, taskState: null, host: isMoved ? target : server.host });
    const word = isMoved ? "completed" : target === undefined ? "error" : "cancelled";
    await this.#later(RECORD_LAG_MS, () => Object.assign(record, { status: word }));
  }

  /** @param change undefined: no host takes it, which shows later */
  async #moveCold(
    server: SimulatedServer,
    change: { host: string } | { flavor: Flavor & { size: Amount } } | undefined,
  ): Promise<void> {
    const { status, vmState, host, size } = server;
    const release = change !== undefined && "host" in change ? this.#hold(change.host, size) : undefined;
    server.taskState = "resize_prep";
    const record = this.#record(server);
    for (const taskState of ["resize_migrating", "resize_migrated", "resize_finish"]) {
      await this.#later(CHANGE_MS, () => Object.assign(server, { taskState }));
    }
    release?.();
    if (change === undefined) {
      Object.assign(server, { taskState: null });
      await this.#later(RECORD_LAG_MS, () => Object.assign(record, { status: "error" }));
      return;
    }
    // What it had before is held until somebody confirms.
    const old = "host" in change && host !== null ? this.#hold(host, size) : () => undefined;
    this.#before.set(server.id, { status, vmState, release: old });
    if ("host" in change) server.host = change.host;
    else Object.assign(server, { flavorName: change.flavor.name, size: change.flavor.size });
    Object.assign(server, { status: "VERIFY_RESIZE", vmState: "resized", taskState: null });
    await this.#later(RECORD_LAG_MS, () => Object.assign(record, { status: "finished" }));
  }

  async #later(ms: number, change: () => unknown): Promise<void> {
    await this.#options.clock.sleep(ms);
    change();
  }
}

function refused(reason: string): VigilError {
  return new VigilError("conflict", `Nova refuses it: ${reason}`);
}

function faultError(fault: Fault): VigilError {
  if (fault === "answer lost") return new VigilError("deadline", "Nova did not answer");
  if (fault === "not reached") return new VigilError("unavailable", "Nova could not be reached");
  return new VigilError("conflict", "Nova refuses it: a fault of this test");
}
