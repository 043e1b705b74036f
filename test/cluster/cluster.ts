/**
 * A Vigil on hosts of its own: three nats-servers, a PostgreSQL, two hosts with edge, api and state behind HAProxy, three
 * with workers. What the tests ask and count comes from outside, over the same network.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bareEnv, startKeystone, syntheticCluster, until } from "@vigil/testkit";
import { check } from "../chaos/checker.ts";
import { Load, type Target } from "../chaos/load.ts";
import { vigilVerify } from "../chaos/own-verify.ts";
import { randomOf } from "../chaos/random.ts";
import { atRest } from "../chaos/rest.ts";
import { stateAlarms } from "../chaos/state-alarms.ts";
import type { RoleProcess } from "../harness/role-process.ts";
import { SERVICE_USER, System } from "../harness/system.ts";
import { type Host, Network, OUTSIDE_ADDRESS } from "./network.ts";
import { firstRelease, type Release } from "./releases.ts";
import { type Counted, say } from "./report.ts";
import { PORTS, RoleOnHost } from "./role-on-host.ts";
import { type NatsNode, natsUrl, type PostgresHost, startNatsNodes, startPostgresOn } from "./servers.ts";

const FRONTS = 2;
const NATS_NODES = 3;
const READY_MS_MAX = 120_000;
/** As the balancer's: a draining edge serves on until it has been seen twice. */
const DRAIN_DELAY_MS = 2_000;

/** The product's default, other than in tests that wait for it often. */
export const LEASE_MS = 10_000;

export interface ClusterOptions {
  /** Hosts with a worker. Default 3. */
  workers?: number;
  /** Of the first worker hosts, those with an applier as well. Default 2, enough to take over from each other. */
  appliers?: number;
  /** For all roles. */
  env?: Record<string, string>;
}

export class Cluster {
  readonly network: Network;
  readonly system: System;
  readonly nats: readonly NatsNode[];
  readonly postgres: PostgresHost;
  /** edge, api and state of each front, then worker and applier of each worker host. */
  readonly roles: RoleOnHost[] = [];
  readonly balancer: Host;
  /** What all hosts begin with. */
  readonly release: Release;
  readonly #options: ClusterOptions;
  #workerHosts = 0;
  #failed = false;

  private constructor(
    options: ClusterOptions,
    network: Network,
    servers: { nats: readonly NatsNode[]; postgres: PostgresHost; balancer: Host; system: System },
  ) {
    this.#options = options;
    this.network = network;
    this.release = firstRelease(network.dir);
    this.nats = servers.nats;
    this.postgres = servers.postgres;
    this.balancer = servers.balancer;
    this.system = servers.system;
  }

  /** Everything up and ready, but without a model and audits. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const network = await Network.open();
    try {
      const nats = Array.from({ length: NATS_NODES }, (_, n) => network.addHost(`nats-${n + 1}`));
      const database = network.addHost("db-1");
      const balancer = network.addHost("proxy-1");
      const fronts = Array.from({ length: FRONTS }, (_, n) => network.addHost(`front-${n + 1}`));
      const [nodes, postgres] = await Promise.all([
        startNatsNodes(network, nats),
        startPostgresOn(network, database),
      ]);
      const system = await outsideView(network, postgres, nats);
      const cluster = new Cluster(options, network, { nats: nodes, postgres, balancer, system });
      startBalancer(network, balancer, fronts);
      for (const host of fronts)
        for (const role of ["state", "edge", "api"] as const) cluster.#add(host, role);
      const workers = options.workers ?? 3;
      for (let n = 1; n <= workers; n++) cluster.#addWorkerHost(++cluster.#workerHosts);
      await Promise.all(cluster.roles.map((role) => role.start(cluster.release)));
      await cluster.ready();
      return cluster;
    } catch (error) {
      network.close(true);
      throw new Error(`the cluster did not start; logs are in ${network.dir}`, { cause: error });
    }
  }

  #addWorkerHost(number: number): RoleOnHost[] {
    const host = this.network.addHost(`worker-${number}`);
    const { appliers = 2 } = this.#options;
    return [this.#add(host, "worker"), ...(number <= appliers ? [this.#add(host, "applier")] : [])];
  }

  #add(host: Host, name: RoleOnHost["role"]): RoleOnHost {
    const fronts = Array.from({ length: FRONTS }, (_, n) => `front-${n + 1}:${PORTS.state}`);
    const env: Record<string, string> = {
      ...this.system.environment(),
      DATABASE_URL: this.postgres.url("name"),
      NATS_URL: natsUrl(
        this.nats.map((node) => node.host),
        "name",
      ),
      VIGIL_NATS_REPLICAS: String(NATS_NODES),
      VIGIL_STATE_ADDRESS: fronts.join(","),
      VIGIL_DRAIN_DELAY_MS: String(DRAIN_DELAY_MS),
      VIGIL_LEASE_MS: String(LEASE_MS),
      ...this.#options.env,
    };
    const role = new RoleOnHost(this.network, host, name, env);
    this.roles.push(role);
    return role;
  }

  /** Ends roles for good; their hosts stay. */
  async remove(roles: readonly RoleOnHost[]): Promise<void> {
    await Promise.all(roles.map((role) => role.stop()));
    this.roles.splice(0, this.roles.length, ...this.roles.filter((role) => !roles.includes(role)));
  }

  /** Starts one more worker host; nothing is told to anybody else. */
  async joinWorker(release = this.release): Promise<RoleOnHost> {
    const added = this.#addWorkerHost(++this.#workerHosts);
    for (const role of added) await role.start(release);
    await this.ready();
    return added[0]!;
  }

  role(name: RoleOnHost["role"], number = 1): RoleOnHost {
    return this.roles.filter(({ role }) => role === name)[number - 1]!;
  }

  on(host: string): RoleOnHost[] {
    return this.roles.filter((role) => role.host.name === host);
  }

  async ready(): Promise<void> {
    await Promise.all(
      this.roles.map(async ({ role, host, process }) => {
        const died = process.exited.then(() => {
          throw new Error(`${role} of ${host.name} ended:\n${process.log.join("\n")}`);
        });
        await Promise.race([process.ready(READY_MS_MAX), died]);
      }),
    );
    await until(
      "the balancer",
      async () => (await fetch(`${this.url}/healthz`)).status === 200,
      READY_MS_MAX,
    );
  }

  /** Where senders and users find Vigil: HAProxy. */
  get url(): string {
    return `http://${this.balancer.address}:${PORTS.edge}`;
  }

  get #api(): RoleProcess {
    return this.role("api").process;
  }

  /** A model, and audits of several kinds, each as often as its weight says. */
  async prepare(
    kinds: readonly { count: number; weight: number; audit: Record<string, unknown> }[],
    size = { nodes: 50, instances: 1_000 },
  ) {
    await this.system.importModel(this.#api, syntheticCluster({ ...size, seed: 1 }));
    const targets: Target[] = [];
    for (const { count, weight, audit } of kinds)
      for (let n = 0; n < count; n++)
        targets.push({ audit: await this.system.createAudit(this.#api, audit), weight });
    return targets;
  }

  load(targets: readonly Target[], seed = 1): Load {
    return new Load({ edges: [this.url], targets, token: this.system.token, random: randomOf(seed) });
  }

  /** Runs that each host ended, by the name of the host. */
  async runsByHost(sinceRun = 0): Promise<Map<string, number>> {
    const rows = await this.system.rows<{ host: string; n: number }>(
      `select split_part(worker_id, ':', 1) as host, count(*)::int as n from run
       where state = 'SUCCEEDED' and id > $1 group by 1 order by 1`,
      [sinceRun],
    );
    return new Map(rows.map(({ host, n }) => [host, n]));
  }

  async lastRun(): Promise<number> {
    const [row] = await this.system.rows<{ id: number }>("select coalesce(max(id), 0)::int as id from run");
    return row!.id;
  }

  /** Waits for rest, then counts: from outside, and as `vigil verify` does. */
  async counted(loads: readonly Load[]): Promise<Counted> {
    const occurrences = loads.flatMap((load) => load.occurrences);
    await atRest(this.system, occurrences, say);
    const verified = await vigilVerify(this.system, this.role("api").url);
    const logs = (wanted: string) =>
      this.roles.filter(({ role }) => role === wanted).map(({ logFile }) => logFile);
    const verdict = await check(this.system.sql, occurrences, logs("applier"));
    return {
      ...verdict,
      contradictions: [...verdict.contradictions, ...stateAlarms(logs("state"))],
      verified,
    };
  }

  /** The folder of data and logs stays after this. */
  keep(): void {
    this.#failed = true;
    say(`logs are kept in ${this.network.dir}`);
  }

  async stop(): Promise<void> {
    await Promise.all(this.roles.map(({ process }) => process.kill()));
    await this.system.stop();
    await this.postgres.stop();
    this.network.close(this.#failed);
  }
}

/** The test's own side: a Keystone, connections to database and broker by address. */
async function outsideView(network: Network, postgres: PostgresHost, nats: readonly Host[]): Promise<System> {
  const keystone = await startKeystone({ users: [SERVICE_USER], host: OUTSIDE_ADDRESS });
  const nothing = async () => undefined;
  return new System({
    keystone,
    databaseUrl: postgres.url("address"),
    nats: { url: natsUrl(nats, "address"), pid: 0, exited: new Promise(() => undefined), stop: nothing },
    natsDir: join(network.dir, "none"),
    natsPort: 4222,
    closers: [() => keystone.stop()],
    database: undefined,
  });
}

/** Webhooks go to the edges, all else to the apis. */
function startBalancer(network: Network, host: Host, fronts: readonly Host[]): ChildProcess {
  const dir = join(network.dir, host.name);
  mkdirSync(dir);
  const backend = (name: string, port: number) => [
    `backend ${name}`,
    "  option httpchk GET /readyz",
    "  default-server check inter 250ms fall 2 rise 1 pool-max-conn 0",
    ...fronts.map((front) => `  server ${front.name} ${front.name}:${port}`),
  ];
  const config = [
    "defaults",
    "  mode http",
    "  timeout connect 500ms",
    "  timeout client 30s",
    "  timeout server 30s",
    "  timeout check 500ms",
    "  retries 3",
    "  option redispatch 1",
    "frontend vigil",
    `  bind *:${PORTS.edge}`,
    "  use_backend edges if { path_beg /v1/webhooks/ }",
    "  default_backend apis",
    ...backend("edges", PORTS.edge),
    ...backend("apis", PORTS.api),
    "",
  ].join("\n");
  writeFileSync(join(dir, "haproxy.cfg"), config);
  const log = openSync(join(dir, "log"), "a");
  const [program, ...args] = host.command("haproxy", "-db", "-f", join(dir, "haproxy.cfg"));
  return spawn(program, args, { env: bareEnv(), stdio: ["ignore", log, log] });
}
