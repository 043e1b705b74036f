/** Does to a world what its schedule says, and notes what came of it. */

import { setTimeout as sleep } from "node:timers/promises";
import { describeFault, type Fault, type Planned } from "./schedule.ts";
import type { Takeovers } from "./takeovers.ts";
import type { World } from "./world.ts";

/** An outage of a server, from its end on. */
export interface Outage {
  what: string;
  backAt: number;
}

export class Faults {
  /** By kind of fault, those that met their part in being. */
  readonly done = new Map<string, number>();
  readonly outages: Outage[] = [];
  readonly #world: World;
  readonly #takeovers: Takeovers;
  readonly #log: (text: string) => void;
  readonly #open = new Set<Promise<void>>();
  /** Links and servers that something is being done to: one thing at a time. */
  readonly #busy = new Set<string>();

  constructor(world: World, takeovers: Takeovers, log: (text: string) => void) {
    this.#world = world;
    this.#takeovers = takeovers;
    this.#log = log;
  }

  /** Resolves when the last fault is over and what it took down is started again. */
  async run(schedule: readonly Planned[]): Promise<void> {
    const begun = performance.now();
    for (const { atMs, fault } of schedule) {
      await sleep(Math.max(0, begun + atMs - performance.now()));
      this.#log(`${(atMs / 1_000).toFixed(1).padStart(6)} s  ${describeFault(fault)}`);
      const work = this.#do(fault).finally(() => this.#open.delete(work));
      this.#open.add(work);
    }
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  #count(fault: Fault): void {
    this.done.set(fault.what, (this.done.get(fault.what) ?? 0) + 1);
  }

  async #do(fault: Fault): Promise<void> {
    switch (fault.what) {
      case "kill":
      case "terminate":
        return this.#end(fault);
      case "pause":
        return this.#pause(fault);
      case "kill server":
      case "restart server":
      case "pause server":
        return this.#alone(`server ${fault.server}`, () => this.#server(fault));
      default:
        return this.#alone(`link ${fault.link}`, () => this.#link(fault));
    }
  }

  async #alone(thing: string, work: () => Promise<void>): Promise<void> {
    if (this.#busy.has(thing)) return;
    this.#busy.add(thing);
    try {
      await work();
    } finally {
      this.#busy.delete(thing);
    }
  }

  async #end(fault: Fault & { what: "kill" | "terminate" }): Promise<void> {
    const part = this.#world.part(fault.part);
    const pid = part.process?.pid;
    if (pid === undefined || !part.end(fault.what, fault.downMs)) return;
    this.#count(fault);
    if (fault.what === "kill") await this.#note(fault.part, pid, "kill -9");
  }

  async #pause(fault: Fault & { what: "pause" }): Promise<void> {
    const part = this.#world.part(fault.part);
    const pid = part.process?.pid;
    if (pid === undefined) return;
    this.#count(fault);
    const over = part.pause(fault.ms);
    await this.#note(fault.part, pid, "SIGSTOP");
    await over;
  }

  async #note(part: string, pid: number, cause: string): Promise<void> {
    if (part.startsWith("worker")) await this.#takeovers.note("run", pid, cause);
    if (part.startsWith("applier")) await this.#takeovers.note("plan", pid, cause);
  }

  async #server(fault: Fault & { what: "kill server" | "restart server" | "pause server" }): Promise<void> {
    const server = this.#world.servers[fault.server];
    this.#count(fault);
    if (fault.what === "pause server") {
      server.signal("SIGSTOP");
      await sleep(fault.ms);
      server.signal("SIGCONT");
    } else {
      await (fault.what === "kill server" ? server.kill() : server.stop());
      await sleep(fault.downMs);
      await server.start();
    }
    this.outages.push({ what: `${fault.what} ${fault.server}`, backAt: performance.now() });
  }

  async #link(fault: Fault & { what: "cut" | "stall" | "slow" }): Promise<void> {
    const link = this.#world.links[fault.link];
    this.#count(fault);
    if (fault.what === "cut") return link.cut();
    if (fault.what === "stall") link.stall();
    else link.slow(fault.delayMs);
    await sleep(fault.ms);
    link.clear();
  }
}
