/** The servers that Vigil needs, each on a host of its own: three nats-servers that form a cluster, one PostgreSQL. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultCacheDir, findNatsServer, findPostgresBinaries } from "@vigil/embedded";
import { until } from "@vigil/testkit";
import pg from "pg";
import type { Host, Network } from "./network.ts";

const USER = "vigil";
/** On a network that ends with the test. */
const PASSWORD = "of-a-test";
const DATABASE = "vigil";
/** `nobody`: PostgreSQL does not run as root. */
const NOBODY = 65_534;
const READY_MS_MAX = 30_000;

export class NatsNode {
  readonly host: Host;
  readonly #network: Network;
  readonly #binary: string;
  readonly #peers: readonly string[];
  #process: ChildProcess | undefined;

  constructor(network: Network, host: Host, peers: readonly string[], binary: string) {
    this.#network = network;
    this.host = host;
    this.#peers = peers;
    this.#binary = binary;
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  start(): void {
    const dir = join(this.#network.dir, this.host.name);
    mkdirSync(dir, { recursive: true });
    const config = join(dir, "nats-server.conf");
    writeFileSync(config, this.#config(dir));
    this.#process = spawnOn(this.host, dir, [this.#binary, "-c", config]);
  }

  #config(dir: string): string {
    const routes = this.#peers.map((peer) => `"nats://${peer}:6222"`).join(", ");
    return [
      `server_name: "${this.host.name}"`,
      'listen: "0.0.0.0:4222"',
      'http: "0.0.0.0:8222"',
      "max_payload: 2097152",
      `authorization { user: "${USER}", password: "${PASSWORD}" }`,
      `cluster { name: "vigil", listen: "0.0.0.0:6222", routes: [ ${routes} ] }`,
      `jetstream { store_dir: ${JSON.stringify(dir)}, max_file_store: 17179869184, max_memory_store: 268435456 }`,
      "",
    ].join("\n");
  }

  /** As by a crash: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    await ended(this.#process, "SIGKILL");
  }

  /** Until it serves JetStream and knows who leads. */
  async ready(): Promise<void> {
    await until(
      `JetStream on ${this.host.name}`,
      async () => {
        const answer = await fetch(`http://${this.host.address}:8222/healthz`);
        return answer.status === 200;
      },
      READY_MS_MAX,
    );
  }
}

export async function startNatsNodes(network: Network, hosts: readonly Host[]): Promise<NatsNode[]> {
  const binary = await findNatsServer();
  const names = hosts.map(({ name }) => name);
  const nodes = hosts.map((host) => new NatsNode(network, host, names, binary));
  for (const node of nodes) node.start();
  for (const node of nodes) await node.ready();
  return nodes;
}

/** For roles, which find hosts by name; `address`: for the test, which does not. */
export function natsUrl(hosts: readonly Host[], by: "name" | "address"): string {
  return hosts.map((host) => `nats://${USER}:${PASSWORD}@${host[by]}:4222`).join(",");
}

export class PostgresHost {
  readonly host: Host;
  readonly #process: ChildProcess;

  constructor(host: Host, process: ChildProcess) {
    this.host = host;
    this.#process = process;
  }

  get pid(): number {
    return this.#process.pid!;
  }

  url(by: "name" | "address", database = DATABASE): string {
    return `postgresql://${USER}:${PASSWORD}@${this.host[by]}:5432/${database}`;
  }

  async stop(): Promise<void> {
    await ended(this.#process, "SIGINT");
  }
}

export async function startPostgresOn(network: Network, host: Host): Promise<PostgresHost> {
  const { initdb, postgres } = findPostgresBinaries({ forOtherUser: true, cacheDir: defaultCacheDir() });
  const dir = join(network.dir, host.name);
  mkdirSync(dir);
  chownSync(dir, NOBODY, NOBODY);
  const data = join(dir, "data");
  const passwordFile = join(dir, "password");
  writeFileSync(passwordFile, PASSWORD);
  const args = ["-D", data, "-U", USER, "-E", "UTF8", "--locale=C", "--auth=scram-sha-256"];
  const options = { uid: NOBODY, gid: NOBODY, cwd: dir, stdio: "ignore" } as const;
  execFileSync(initdb, [...args, `--pwfile=${passwordFile}`], options);
  writeFileSync(join(data, "pg_hba.conf"), "host all all 198.18.86.0/24 scram-sha-256\n");
  const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  const settings = ["listen_addresses=*", "unix_socket_directories=", "max_connections=200", "timezone=UTC"];
  const server = spawnOn(host, dir, [
    ...asNobody,
    postgres,
    "-D",
    data,
    ...settings.flatMap((setting) => ["-c", setting]),
  ]);
  const running = new PostgresHost(host, server);
  await until("PostgreSQL", () => execute(running.url("address", "postgres"), "select 1"), READY_MS_MAX);
  await execute(running.url("address", "postgres"), `create database ${DATABASE}`);
  return running;
}

async function execute(url: string, sql: string): Promise<true> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  await client.connect();
  await client.query(sql).finally(() => client.end());
  return true;
}

/** Its output goes to a file: a pipe that nobody reads would stop it. */
function spawnOn(host: Host, dir: string, command: readonly string[]): ChildProcess {
  const [program, ...args] = host.command(...command);
  const log = openSync(join(dir, "log"), "a");
  return spawn(program, args, { cwd: dir, stdio: ["ignore", log, log] });
}

async function ended(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await exited;
}
