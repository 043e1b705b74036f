/** One role under a supervisor: a process that ended is started again, on the same ports and with the same folder. */

import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Role, RoleProcess } from "../harness/role-process.ts";
import type { System } from "../harness/system.ts";
import type { PartName } from "./schedule.ts";

/** As systemd would wait after an exit that nobody asked for. */
const RESTART_MS = 500;

export interface Exit {
  part: PartName;
  pid: number;
  /** What the harness had done to it; undefined: it ended by itself. */
  cause: "kill" | "terminate" | undefined;
  code: number | null;
  signal: NodeJS.Signals | null;
  /** It had got so far as to log something: before, a SIGTERM ends Node itself. */
  begun: boolean;
  /** From the signal to the exit. */
  ms: number;
}

export class Part {
  readonly name: PartName;
  readonly role: Role;
  readonly #system: System;
  readonly #env: Record<string, string>;
  readonly #logFile: string;
  readonly #onExit: (exit: Exit) => void;
  #process: RoleProcess | undefined;
  #ending: { cause: "kill" | "terminate"; atMs: number; downMs: number } | undefined;
  #paused = false;
  #closed = false;

  constructor(options: {
    name: PartName;
    system: System;
    env: Record<string, string>;
    logFile: string;
    onExit: (exit: Exit) => void;
  }) {
    this.name = options.name;
    this.role = options.name.split(" ")[0] as Role;
    this.#system = options.system;
    this.#env = options.env;
    this.#logFile = options.logFile;
    this.#onExit = options.onExit;
  }

  /** undefined between an exit and the start that follows. */
  get process(): RoleProcess | undefined {
    return this.#process;
  }

  /** Where its HTTP is, also while it is down. */
  get url(): string {
    return `http://127.0.0.1:${this.#env.VIGIL_HTTP_PORT ?? this.#env.VIGIL_HEALTH_PORT}`;
  }

  async start(): Promise<void> {
    const process = await this.#system.spawn(this.role, this.#env);
    // Closed while the port was looked for.
    if (this.#closed) return process.kill();
    this.#process = process;
    let begun = false;
    const keep = (chunk: Buffer) => {
      begun = true;
      appendFileSync(this.#logFile, chunk);
    };
    process.child.stdout?.on("data", keep);
    process.child.stderr?.on("data", keep);
    void process.exited.then((how) => this.#exited(process, { ...how, begun }));
  }

  async #exited(process: RoleProcess, how: Pick<Exit, "code" | "signal" | "begun">): Promise<void> {
    const ending = this.#ending;
    this.#ending = undefined;
    this.#process = undefined;
    this.#paused = false;
    const ms = ending === undefined ? 0 : performance.now() - ending.atMs;
    if (!this.#closed) this.#onExit({ part: this.name, pid: process.pid, cause: ending?.cause, ...how, ms });
    await sleep(ending?.downMs ?? RESTART_MS);
    if (!this.#closed) await this.start();
  }

  /** False: there was no process to end, or it is ending already. */
  end(cause: "kill" | "terminate", downMs: number): boolean {
    if (this.#process === undefined || (this.#ending !== undefined && cause === "terminate")) return false;
    this.#ending = { cause, atMs: performance.now(), downMs };
    this.#process.child.kill(cause === "kill" ? "SIGKILL" : "SIGTERM");
    return true;
  }

  /** Resolves when it goes on, or was ended meanwhile. */
  async pause(ms: number): Promise<void> {
    const process = this.#process;
    if (process === undefined || this.#paused) return;
    this.#paused = true;
    process.child.kill("SIGSTOP");
    await sleep(ms);
    if (this.#process !== process) return;
    this.#paused = false;
    process.child.kill("SIGCONT");
  }

  async isReady(): Promise<boolean> {
    if (this.#process === undefined || this.#paused) return false;
    const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => undefined,
    );
    return answer?.status === 200;
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#process?.kill();
  }
}
