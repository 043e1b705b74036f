/** One role on one host, started from a release; another start may be of another release. */

import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Role, RoleProcess } from "../harness/role-process.ts";
import type { Host, Network } from "./network.ts";
import type { Release } from "./releases.ts";

/** Each host has its own, so all hosts have the same. */
export const PORTS = {
  edge: 9322,
  api: 9332,
  state: 9323,
  health: { state: 9324, worker: 9324, applier: 9325 },
};

export class RoleOnHost {
  readonly role: Role;
  readonly host: Host;
  readonly logFile: string;
  readonly url: string;
  readonly #env: Record<string, string>;
  #process: RoleProcess | undefined;
  #release: Release | undefined;

  constructor(network: Network, host: Host, role: Role, env: Record<string, string>) {
    this.role = role;
    this.host = host;
    const dir = join(network.dir, host.name);
    mkdirSync(dir, { recursive: true });
    this.logFile = join(dir, `${role}.log`);
    const port = role === "edge" || role === "api" ? PORTS[role] : PORTS.health[role];
    this.url = `http://${host.address}:${port}`;
    const own: Record<string, string> =
      role === "edge" || role === "api"
        ? { VIGIL_HTTP_HOST: "0.0.0.0", VIGIL_HTTP_PORT: String(port) }
        : { VIGIL_HEALTH_HOST: "0.0.0.0", VIGIL_HEALTH_PORT: String(port) };
    if (role === "state")
      Object.assign(own, { VIGIL_STATE_HOST: "0.0.0.0", VIGIL_STATE_PORT: String(PORTS.state) });
    this.#env = { ...env, ...own, VIGIL_HOST_NAME: host.name, VIGIL_DATA_DIR: join(dir, "data") };
  }

  get process(): RoleProcess {
    return this.#process!;
  }

  get release(): Release {
    return this.#release!;
  }

  /** Does not wait until it is ready. */
  async start(release: Release): Promise<void> {
    this.#release = release;
    const [program, ...args] = this.host.command(...release.program);
    this.#process = new RoleProcess(this.role, this.#env, this.url, [program, ...args]);
    const keep = (chunk: Buffer) => appendFileSync(this.logFile, chunk);
    this.#process.child.stdout?.on("data", keep);
    this.#process.child.stderr?.on("data", keep);
  }

  /** As its supervisor stops it: resolves when it has ended. */
  async stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.process.child.kill("SIGTERM");
    return this.process.exited;
  }
}
