/**
 * A whole Vigil of separate processes on real servers: nats-server and PostgreSQL of its own on free
 * ports (TEST_DATABASE_URL: a fresh database on that server instead), the Keystone test double, and
 * roles that a test starts, kills and starts again.
 */

import { randomBytes, randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort, type RunningServer, startNats, startPostgres } from "@vigil/embedded";
import { connectState, type StateClient } from "@vigil/proto";
import { type KeystoneDouble, startKeystone, until } from "@vigil/testkit";
import pg from "pg";
import { type Role, RoleProcess } from "./role-process.ts";

/** Short, so that a takeover takes seconds; the default of 10 s is for production. */
export const TEST_LEASE_MS = 2_000;

/** Vigil's own account at the Keystone double. */
export const SERVICE_USER = {
  name: "vigil",
  password: "service-secret",
  project: "service",
  roles: ["admin", "service"],
};

export interface HttpAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted member by member
  body: any;
}

export class System {
  readonly keystone: KeystoneDouble;
  readonly databaseUrl: string;
  readonly sql: pg.Pool;
  /** A token with the role admin. */
  readonly token: string;
  readonly roles: RoleProcess[] = [];
  #nats: RunningServer;
  readonly #natsDir: string;
  readonly #natsPort: number;
  readonly #closers: (() => Promise<void>)[];
  readonly #database: DatabaseServer | undefined;
  #state: { address: string; client: StateClient } | undefined;

  constructor(parts: {
    keystone: KeystoneDouble;
    databaseUrl: string;
    nats: RunningServer;
    natsDir: string;
    natsPort: number;
    closers: (() => Promise<void>)[];
    database: DatabaseServer | undefined;
  }) {
    this.keystone = parts.keystone;
    this.databaseUrl = parts.databaseUrl;
    this.#nats = parts.nats;
    this.#natsDir = parts.natsDir;
    this.#natsPort = parts.natsPort;
    this.#closers = parts.closers;
    this.#database = parts.database;
    this.sql = new pg.Pool({ connectionString: parts.databaseUrl, max: 8 });
    // A killed server is part of some tests; the pool's idle clients then report it here.
    this.sql.on("error", () => undefined);
    this.token = parts.keystone.issueToken({ user: "operator", project: "admin", roles: ["admin"] });
  }

  /** The broker as a plain NATS client takes it: the URL carries user and password. */
  get natsOptions(): { servers: string; user: string; pass: string } {
    const { host, username, password } = new URL(this.natsUrl);
    return { servers: host, user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  }

  get natsUrl(): string {
    return this.#nats.url;
  }

  /** Where the broker keeps the messages of a stream; its consumers have files of their own beside it. */
  messageFiles(stream: string): string {
    return join(this.#natsDir, "data", "jetstream", "$G", "streams", stream, "msgs");
  }

  get natsPid(): number {
    return this.#nats.pid;
  }

  async start(role: Role, env: Record<string, string> = {}): Promise<RoleProcess> {
    const process = await this.spawn(role, env);
    return process.ready();
  }

  /** Starts without waiting for readiness. */
  async spawn(role: Role, env: Record<string, string> = {}): Promise<RoleProcess> {
    const port = env.VIGIL_HTTP_PORT ?? env.VIGIL_HEALTH_PORT ?? String(await findFreePort());
    const own: Record<string, string> =
      role === "edge" || role === "api" ? { VIGIL_HTTP_PORT: port } : { VIGIL_HEALTH_PORT: port };
    if (role === "edge") own.VIGIL_EDGE_SPOOL_DIR = join(this.#natsDir, `edge-${port}`);
    if (role === "state") own.VIGIL_STATE_PORT = String(await findFreePort());
    const process = new RoleProcess(
      role,
      { ...this.environment(), ...own, ...env },
      `http://127.0.0.1:${port}`,
    );
    if (role === "state" && this.#state === undefined) {
      this.useState(`127.0.0.1:${env.VIGIL_STATE_PORT ?? own.VIGIL_STATE_PORT}`);
    }
    this.roles.push(process);
    return process;
  }

  /** Environment that every role gets. */
  environment(): Record<string, string> {
    return {
      DATABASE_URL: this.databaseUrl,
      NATS_URL: this.natsUrl,
      VIGIL_STATE_ADDRESS: this.#state?.address ?? "127.0.0.1:1",
      VIGIL_LEASE_MS: String(TEST_LEASE_MS),
      // No balancer in front, which would have to notice.
      VIGIL_DRAIN_DELAY_MS: "0",
      VIGIL_LOG_LEVEL: "info",
      OS_AUTH_URL: this.keystone.url,
      OS_USERNAME: SERVICE_USER.name,
      OS_PASSWORD: SERVICE_USER.password,
      OS_PROJECT_NAME: SERVICE_USER.project,
      OS_USER_DOMAIN_NAME: "Default",
      OS_PROJECT_DOMAIN_NAME: "Default",
    };
  }

  useState(address: string): void {
    this.#state?.client.close();
    this.#state = { address, client: connectState({ address }) };
  }

  get stateAddress(): string {
    if (this.#state === undefined) throw new Error("no state role was started in this system");
    return this.#state.address;
  }

  /** gRPC as a worker or the api would speak it. */
  get state(): StateClient {
    if (this.#state === undefined) throw new Error("no state role was started in this system");
    return this.#state.client;
  }

  /** state, worker, api and edge, each its own process. */
  async startAll(env: Record<string, string> = {}): Promise<{
    state: RoleProcess;
    worker: RoleProcess;
    api: RoleProcess;
    edge: RoleProcess;
  }> {
    const state = await this.start("state", env);
    const [worker, api, edge] = await Promise.all([
      this.start("worker", env),
      this.start("api", env),
      this.start("edge", env),
    ]);
    return { state, worker, api, edge };
  }

  async request(
    at: RoleProcess,
    method: string,
    path: string,
    body?: unknown,
    headers = {},
  ): Promise<HttpAnswer> {
    const response = await fetch(`${at.healthUrl}${path}`, {
      method,
      headers: {
        "x-auth-token": this.token,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        "openstack-api-version": "infra-optim 1.5",
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  }

  /** An EVENT audit of the dummy strategy; returns its UUID. */
  async createAudit(api: RoleProcess, over: Record<string, unknown> = {}): Promise<string> {
    const audit = {
      audit_type: "EVENT",
      goal: "dummy",
      strategy: "dummy",
      name: `audit-${randomUUID()}`,
      ...over,
    };
    const answer = await this.request(api, "POST", "/v1/audits", audit);
    if (answer.status !== 201) throw new Error(`audit POST: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.uuid;
  }

  /** Posts to the webhook and insists on 202. */
  async trigger(edge: RoleProcess, audit: string, body: unknown = {}): Promise<HttpAnswer> {
    const answer = await this.request(edge, "POST", `/v1/webhooks/${audit}`, body);
    if (answer.status !== 202) throw new Error(`webhook: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  async rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.sql.query<Row>(text, values)).rows;
  }

  async count(
    table: "action_plan" | "run" | "event" | "dead_letter",
    audit: string,
    where = "true",
  ): Promise<number> {
    const [row] = await this.rows<{ n: number }>(
      `select count(*)::int as n from ${table} t join audit a on a.id = t.audit_id where a.uuid = $1 and (${where})`,
      [audit],
    );
    return row!.n;
  }

  /** Waits until the audit has exactly `n` plans and nothing of it is under way. */
  async plans(audit: string, n: number, deadlineMs = 60_000): Promise<void> {
    await until(
      `${n} plans of audit ${audit}`,
      async () => {
        const active = await this.count("run", audit, "t.state in ('DUE', 'LIVE')");
        const open = await this.count("event", audit, "t.fate in ('WAITING', 'LEASED')");
        return active === 0 && open === 0 && (await this.count("action_plan", audit)) === n;
      },
      deadlineMs,
    );
  }

  async importModel(api: RoleProcess, cluster: unknown, headers = {}): Promise<void> {
    const content = JSON.stringify(cluster);
    const answer = await this.request(api, "POST", "/trpc/model.import", { content }, headers);
    if (answer.status !== 200)
      throw new Error(`model import: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  async stopNats(): Promise<void> {
    await this.#nats.stop();
  }

  /** As by a crash: nothing is flushed, nobody is told. */
  async killNats(): Promise<void> {
    process.kill(this.#nats.pid, "SIGKILL");
    await this.#nats.exited;
    await this.#nats.stop();
  }

  /** The PostgreSQL of this system alone. @throws Error when it has none: it was not asked for with `durable` */
  get database(): DatabaseServer {
    if (this.#database === undefined)
      throw new Error("this system shares its PostgreSQL, or it is not durable");
    return this.#database;
  }

  /** The same server on the same port, with the same data unless it is to be lost. */
  async startNatsAgain(options: { loseData?: boolean } = {}): Promise<void> {
    if (options.loseData === true) rmSync(join(this.#natsDir, "data"), { recursive: true });
    this.#nats = await startNats({ dir: this.#natsDir, port: this.#natsPort, keepData: true });
  }

  /**
   * From now on a broker that dies by itself is started again, as its supervisor does in production. Says so.
   * @returns ends that
   */
  superviseNats(): () => void {
    let supervised = true;
    const watch = async (): Promise<void> => {
      const how = await this.#nats.exited;
      if (!supervised) return;
      process.stderr.write(`nats-server died by itself (${how}) and is started again\n${this.#natsLog()}\n`);
      await this.#nats.stop();
      await this.startNatsAgain();
      return watch();
    };
    void watch();
    return () => {
      supervised = false;
    };
  }

  #natsLog(): string {
    const lines = readFileSync(join(this.#natsDir, "nats-server.log"), "utf8").split("\n");
    const panic = lines.findLastIndex((line) => line.startsWith("panic:"));
    return lines
      .slice(panic === -1 ? -40 : panic)
      .slice(0, 40)
      .join("\n");
  }

  /** Log tails of all processes, for the report of a failed test. */
  logs(): string {
    const roles = this.roles.map((role) => `--- ${role.role} ${role.pid}\n${role.log.slice(-40).join("\n")}`);
    return [...roles, `--- nats-server ${this.natsPid}\n${this.#natsLog()}`].join("\n");
  }

  async stop(): Promise<void> {
    await Promise.all(this.roles.map((role) => role.kill("SIGKILL")));
    this.#state?.client.close();
    await this.sql.end();
    await this.#nats.stop();
    for (const close of this.#closers) await close();
    rmSync(this.#natsDir, { recursive: true, force: true });
  }
}

/** A PostgreSQL that a test stops, kills and starts again, with its data on the same port. */
export interface DatabaseServer {
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
}

export interface SystemOptions {
  /** true: a PostgreSQL of its own, which flushes each commit to disk and can be restarted; also for benchmarks. */
  durable?: boolean;
  /** Folder of nats-server, on a disk of the caller's. Default: a temporary one. */
  natsDir?: string;
  /** Folder of the PostgreSQL that `durable` asks for, on a disk of the caller's. Default: a temporary one. */
  databaseDir?: string;
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const natsDir = options.natsDir ?? mkdtempSync(join(tmpdir(), "vigil-test-nats-"));
  const natsPort = await findFreePort();
  const keystone = await startKeystone({ users: [SERVICE_USER] });
  const [nats, database] = await Promise.all([
    startNats({ dir: natsDir, port: natsPort, keepData: true }),
    freshDatabase(options),
  ]);
  const closers = [database.close, () => keystone.stop()];
  const { url: databaseUrl, server } = database;
  return new System({ keystone, databaseUrl, nats, natsDir, natsPort, closers, database: server });
}

interface FreshDatabase {
  url: string;
  server: DatabaseServer | undefined;
  close(): Promise<void>;
}

async function freshDatabase({ durable, databaseDir }: SystemOptions): Promise<FreshDatabase> {
  const given = process.env.TEST_DATABASE_URL;
  if (durable === true && !given) return durableDatabase(databaseDir);
  const server = given ? undefined : await startPostgres({ keepData: false });
  const { url, drop } = await createDatabase(given ?? server!.url);
  const close = async () => {
    await drop();
    await server?.stop();
  };
  return { url, server: undefined, close };
}

async function durableDatabase(dir = openFolder()): Promise<FreshDatabase> {
  let server = await startPostgres({ dir, keepData: true });
  const port = Number(new URL(server.url).port);
  const { url } = await createDatabase(server.url);
  return {
    url,
    server: {
      signal(signal) {
        for (const pid of [server.pid, ...backendsOf(server.pid)]) process.kill(pid, signal);
      },
      async kill() {
        process.kill(server.pid, "SIGKILL");
        await server.exited;
        await server.stop();
      },
      async startAgain() {
        server = await startPostgres({ dir, port, keepData: true });
      },
    },
    async close() {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Each connection has a process of its own; the kernel lists them as children. */
function backendsOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children === "" ? [] : children.split(" ").map(Number);
}

async function createDatabase(serverUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `vigil_test_${randomBytes(6).toString("hex")}`;
  const execute = async (statement: string) => {
    const admin = new pg.Client({ connectionString: serverUrl });
    await admin.connect();
    await admin.query(statement).finally(() => admin.end());
  };
  await execute(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => execute(`drop database if exists ${name} with (force)`) };
}

/** Root's PostgreSQL runs as another user, who must be able to enter the folder. */
function openFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), "vigil-test-postgres-"));
  chmodSync(dir, 0o711);
  return dir;
}
