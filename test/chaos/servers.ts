/** nats-server and PostgreSQL of one chaos run: fixed ports, data kept, and they can be killed. */

import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type RunningServer, startNats, startPostgres } from "@vigil/embedded";
import { findFixedPort } from "../harness/fixed-port.ts";
import type { ServerName } from "./schedule.ts";

export class ChaosServer {
  readonly name: ServerName;
  readonly port: number;
  readonly #start: () => Promise<RunningServer>;
  #running: RunningServer | undefined;
  #url = "";

  constructor(name: ServerName, port: number, start: () => Promise<RunningServer>) {
    this.name = name;
    this.port = port;
    this.#start = start;
  }

  /** Stays the same over all restarts. */
  get url(): string {
    return this.#url;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  get isUp(): boolean {
    return this.#running !== undefined;
  }

  async start(): Promise<void> {
    this.#running ??= await this.#start();
    this.#url = this.#running.url;
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.#running?.exited;
    await this.stop();
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#running !== undefined) process.kill(this.#running.pid, signal);
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.stop();
  }
}

export async function createServers(dir: string): Promise<Record<ServerName, ChaosServer>> {
  const [natsPort, postgresPort] = [await findFixedPort(), await findFixedPort()];
  // Root's PostgreSQL runs as another user, who must be able to enter the folder.
  chmodSync(dir, 0o711);
  const folders = { nats: join(dir, "nats"), postgres: join(dir, "postgres") };
  mkdirSync(folders.postgres, { mode: 0o711 });
  const nats = () => startNats({ dir: folders.nats, port: natsPort, keepData: true });
  const postgres = () => startPostgres({ dir: folders.postgres, port: postgresPort, keepData: true });
  return {
    nats: new ChaosServer("nats", natsPort, nats),
    postgres: new ChaosServer("postgres", postgresPort, postgres),
  };
}
