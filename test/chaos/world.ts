/** What one chaos run happens to: servers, links in front of them, roles under a supervisor, audits. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startKeystone, syntheticCluster, until } from "@vigil/testkit";
import pg from "pg";
import { findFixedPort } from "../harness/fixed-port.ts";
import { SERVICE_USER, System } from "../harness/system.ts";
import { Link } from "./link.ts";
import type { Target } from "./load.ts";
import { type Exit, Part } from "./part.ts";
import { CHAOS_LEASE_MS, type LinkName, PARTS, type PartName, type ServerName } from "./schedule.ts";
import { type ChaosServer, createServers } from "./servers.ts";

const DATABASE = "vigil";
const START_MS_MAX = 120_000;
/** Of each part that does not become ready. */
const LOG_LINES_SHOWN = 15;

export class World {
  readonly system: System;
  readonly servers: Record<ServerName, ChaosServer>;
  readonly links: Record<LinkName, Link>;
  readonly parts: ReadonlyMap<PartName, Part>;
  readonly exits: Exit[];
  /** Data and logs. */
  readonly dir: string;

  constructor(parts: {
    system: System;
    servers: Record<ServerName, ChaosServer>;
    links: Record<LinkName, Link>;
    parts: ReadonlyMap<PartName, Part>;
    exits: Exit[];
    dir: string;
  }) {
    this.system = parts.system;
    this.servers = parts.servers;
    this.links = parts.links;
    this.parts = parts.parts;
    this.exits = parts.exits;
    this.dir = parts.dir;
  }

  part(name: PartName): Part {
    return this.parts.get(name)!;
  }

  logFile(name: PartName): string {
    return logFile(this.dir, name);
  }

  get edgeUrls(): string[] {
    return [...this.parts.values()].filter(({ role }) => role === "edge").map(({ url }) => url);
  }

  async allReady(deadlineMs: number): Promise<void> {
    const missing = async () => {
      const ready = await Promise.all(
        [...this.parts.values()].map(async (part) => ((await part.isReady()) ? [] : [part.name])),
      );
      return ready.flat();
    };
    let last: PartName[] = [];
    await until(
      "every part ready",
      async () => {
        last = await missing();
        return last.length === 0;
      },
      deadlineMs,
    ).catch(() => {
      const logs = last.map((name) => `${name}:\n${this.#lastLines(name)}`);
      throw new Error(`not ready after ${deadlineMs} ms: ${last.join(", ")}\n${logs.join("\n")}`);
    });
  }

  #lastLines(name: PartName): string {
    const file = this.logFile(name);
    if (!existsSync(file)) return "no log";
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_LINES_SHOWN).join("\n");
  }

  /** @param keep the folder stays, for whoever looks into what went wrong */
  async close(keep: boolean): Promise<void> {
    await Promise.all([...this.parts.values()].map((part) => part.close()));
    await Promise.all(Object.values(this.links).map((link) => link.close()));
    await this.system.stop();
    if (!keep) rmSync(this.dir, { recursive: true, force: true });
  }
}

function logFile(dir: string, name: PartName): string {
  return join(dir, "logs", `${name.replace(" ", "-")}.log`);
}

export async function createWorld(): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), "vigil-chaos-"));
  mkdirSync(join(dir, "logs"));
  const servers = await createServers(dir);
  const [keystone] = await Promise.all([
    startKeystone({ users: [SERVICE_USER] }),
    servers.nats.start(),
    servers.postgres.start(),
  ]);
  await createDatabase(servers.postgres.url);
  const statePorts = { "state 1": await findFixedPort(), "state 2": await findFixedPort() };
  const links = {
    nats: await Link.to(servers.nats.port),
    postgres: await Link.to(servers.postgres.port),
    "state 1": await Link.to(statePorts["state 1"]),
    "state 2": await Link.to(statePorts["state 2"]),
  };
  const system = new System({
    keystone,
    databaseUrl: databaseOf(servers.postgres.url),
    nats: {
      url: servers.nats.url,
      pid: 0,
      exited: new Promise(() => undefined),
      stop: () => servers.nats.stop(),
    },
    natsDir: join(dir, "nats"),
    natsPort: servers.nats.port,
    closers: [() => servers.postgres.stop(), () => keystone.stop()],
    database: undefined,
  });
  const address = `127.0.0.1:${links["state 1"].port},127.0.0.1:${links["state 2"].port}`;
  system.useState(`127.0.0.1:${statePorts["state 1"]}`);
  const exits: Exit[] = [];
  const parts = new Map<PartName, Part>();
  for (const name of PARTS) {
    const port = String(await findFixedPort());
    const env: Record<string, string> = {
      DATABASE_URL: through(databaseOf(servers.postgres.url), links.postgres.port),
      NATS_URL: through(servers.nats.url, links.nats.port),
      VIGIL_STATE_ADDRESS: address,
      VIGIL_LEASE_MS: String(CHAOS_LEASE_MS),
      VIGIL_DRAIN_DELAY_MS: "500",
      // One edge of each way.
      VIGIL_EDGE_JOURNAL: name === "edge 2" ? "always" : "never",
      VIGIL_DATA_DIR: join(dir, "data", name.replace(" ", "-")),
      [name.startsWith("edge") || name.startsWith("api") ? "VIGIL_HTTP_PORT" : "VIGIL_HEALTH_PORT"]: port,
      ...(name === "state 1" || name === "state 2" ? { VIGIL_STATE_PORT: String(statePorts[name]) } : {}),
    };
    const onExit = (exit: Exit) => exits.push(exit);
    parts.set(name, new Part({ name, system, env, logFile: logFile(dir, name), onExit }));
  }
  return new World({ system, servers, links, parts, exits, dir });
}

function through(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}

function databaseOf(url: string): string {
  const changed = new URL(url);
  changed.pathname = `/${DATABASE}`;
  return changed.href;
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${DATABASE}`);
  await client.end();
}

/** Starts all parts, which takes `startMs`, and makes the audits that the load is about. */
export async function prepare(world: World): Promise<{ targets: Target[]; startMs: number }> {
  const begun = performance.now();
  await Promise.all([...world.parts.values()].map((part) => part.start()));
  await world.allReady(START_MS_MAX);
  const startMs = performance.now() - begun;
  const api = world.part("api 1").process!;
  const { system } = world;
  await system.importModel(api, syntheticCluster({ nodes: 50, instances: 1_000, seed: 1 }));
  const nop = (message: string) => ({ action_type: "nop", input_parameters: { message } });
  const rest = { action_type: "sleep", input_parameters: { duration: 0.2 } };
  const kinds: { count: number; weight: number; audit: Record<string, unknown> }[] = [
    { count: 6, weight: 3, audit: {} },
    { count: 6, weight: 3, audit: { force: true } },
    {
      count: 5,
      weight: 2,
      audit: { goal: "workload_balancing", strategy: "workload_balance", force: true },
    },
    {
      count: 3,
      weight: 1,
      audit: {
        goal: "unclassified",
        strategy: "actuator",
        parameters: { actions: [nop("first"), nop("second"), nop("third"), rest] },
        auto_trigger: true,
      },
    },
  ];
  const targets: Target[] = [];
  for (const { count, weight, audit } of kinds)
    for (let n = 0; n < count; n++) targets.push({ audit: await system.createAudit(api, audit), weight });
  return { targets, startMs };
}
