/** The whole system with everything encrypted, nkeys and least permissions: an event becomes a plan, and nothing is denied. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort, type RunningServer, startNats, startPostgres } from "@vigil/embedded";
import {
  bareEnv,
  makeCertificates,
  natsSecurity,
  startKeystone,
  syntheticCluster,
  type TestCertificates,
  until,
} from "@vigil/testkit";
import { nkeys } from "nats";
import pg from "pg";
import { Agent, fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callProgram } from "./harness/cli.ts";
import { type Role, RoleProcess } from "./harness/role-process.ts";

const ROLES: readonly Role[] = ["state", "worker", "applier", "api", "edge"];
/** Five processes start at once, with the log at trace. */
const READY_MS = 60_000;
const PASSWORD = "planted-password-7f3a";

let dir: string;
let files: TestCertificates;
let nats: RunningServer;
let database: RunningServer;
let keystone: Awaited<ReturnType<typeof startKeystone>>;
let agent: Agent;
const processes = new Map<Role, RoleProcess>();
/** What each was started with. */
const environments = new Map<Role, Record<string, string>>();
const secrets: string[] = [PASSWORD];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "vigil-tls-"));
  files = makeCertificates(dir);
  agent = new Agent({ connect: { ca: readFileSync(files.ca) } });
  const users = ROLES.map((role) => {
    const key = nkeys.createUser();
    secret(`nats-${role}`, new TextDecoder().decode(key.getSeed()));
    return { nkey: key.getPublicKey(), may: `VIGIL_${role.toUpperCase()}` };
  });
  const permissions = readFileSync(new URL("../deploy/nats/permissions.conf", import.meta.url), "utf8");
  const security = natsSecurity(permissions, users, { ...files.server, ca: files.ca });
  [nats, database, keystone] = await Promise.all([
    startNats({ keepData: false, security }),
    startPostgres({ keepData: false, tls: { ...files.server, clientCa: files.ca } }),
    startKeystone({
      users: [{ name: "vigil", password: PASSWORD, project: "service", roles: ["admin", "service"] }],
    }),
  ]);
  secret("os-password", PASSWORD);
  await startAll();
});

afterAll(async () => {
  await Promise.all([...processes.values()].map((process) => process.kill("SIGKILL")));
  await Promise.all([nats?.stop(), database?.stop(), keystone?.stop(), agent?.close()]);
  rmSync(dir, { recursive: true });
});

/** A file with a secret, and a newline as editors leave it. */
function secret(name: string, value: string): string {
  const path = join(dir, name);
  writeFileSync(path, `${value}\n`, { mode: 0o600 });
  if (!secrets.includes(value)) secrets.push(value);
  return path;
}

async function startAll(): Promise<void> {
  const statePort = await findFreePort();
  const url = new URL(database.url);
  url.password = "planted-database-9c1e";
  url.searchParams.set("sslmode", "verify-full");
  secrets.push(url.password);
  const shared: Record<string, string> = {
    NATS_URL: nats.url,
    VIGIL_NATS_TLS_CA: files.ca,
    VIGIL_NATS_TLS_CERT: files.client.cert,
    VIGIL_NATS_TLS_KEY: files.client.key,
    VIGIL_STATE_TLS_CA: files.ca,
    VIGIL_STATE_ADDRESS: `localhost:${statePort}`,
    VIGIL_LOG_LEVEL: "trace",
    VIGIL_DATA_DIR: dir,
    OS_AUTH_URL: keystone.url,
    OS_USERNAME: "vigil",
    OS_PASSWORD_FILE: join(dir, "os-password"),
    OS_PROJECT_NAME: "service",
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
  };
  const grpc = ({ cert, key }: { cert: string; key: string }) => ({
    VIGIL_STATE_TLS_CERT: cert,
    VIGIL_STATE_TLS_KEY: key,
  });
  const http = { VIGIL_HTTP_TLS_CERT: files.server.cert, VIGIL_HTTP_TLS_KEY: files.server.key };
  const own: Record<Role, Record<string, string>> = {
    state: {
      ...grpc(files.server),
      VIGIL_STATE_PORT: String(statePort),
      DATABASE_URL_FILE: secret("database-url", url.href),
      VIGIL_DATABASE_TLS_CA: files.ca,
      VIGIL_DATABASE_TLS_CERT: files.client.cert,
      VIGIL_DATABASE_TLS_KEY: files.client.key,
    },
    worker: grpc(files.client),
    applier: grpc(files.client),
    api: { ...grpc(files.client), ...http },
    edge: http,
  };
  for (const role of ROLES) {
    const port = await findFreePort();
    const isHttp = role === "api" || role === "edge";
    const env = {
      ...shared,
      ...own[role],
      VIGIL_NATS_NKEY_SEED_FILE: join(dir, `nats-${role}`),
      [isHttp ? "VIGIL_HTTP_PORT" : "VIGIL_HEALTH_PORT"]: String(port),
    };
    environments.set(role, env);
    processes.set(role, new RoleProcess(role, env, `${isHttp ? "https" : "http"}://localhost:${port}`));
  }
  await Promise.all(ROLES.map(ready));
}

/** As RoleProcess.ready, with our authority. */
async function ready(role: Role): Promise<void> {
  const process = processes.get(role)!;
  await until(
    `${role} ready:\n${process.log.slice(-5).join("\n")}`,
    async () => (await get(role, "/readyz")).status === 200,
    READY_MS,
  ).catch((error: unknown) => {
    throw new Error(`${role} did not become ready:\n${process.log.slice(-25).join("\n")}`, { cause: error });
  });
}

function get(role: Role, path: string) {
  return undiciFetch(`${processes.get(role)!.healthUrl}${path}`, { dispatcher: agent });
}

async function send(role: Role, path: string, body: unknown) {
  const token = keystone.issueToken({ user: "operator", project: "admin", roles: ["admin"] });
  const answer = await undiciFetch(`${processes.get(role)!.healthUrl}${path}`, {
    dispatcher: agent,
    method: "POST",
    headers: {
      "x-auth-token": token,
      "content-type": "application/json",
      "openstack-api-version": "infra-optim 1.5",
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

test("an event becomes a plan, which is executed", async () => {
  const model = await send("api", "/trpc/model.import", {
    content: JSON.stringify(syntheticCluster({ nodes: 4, instances: 8, seed: 1 })),
  });
  expect(model.status, model.text).toBe(200);
  const audit = {
    audit_type: "EVENT",
    goal: "dummy",
    strategy: "dummy",
    name: "secured",
    auto_trigger: true,
  };
  const created = await send("api", "/v1/audits", audit);
  expect(created.status, created.text).toBe(201);
  const { uuid, links } = JSON.parse(created.text) as { uuid: string; links: { href: string }[] };
  expect(links[0]?.href).toMatch(/^https:/);
  const posted = await send("edge", `/v1/webhooks/${uuid}`, { alarm: 1 });
  expect(posted.status, posted.text).toBe(202);
  const client = new pg.Client({ connectionString: database.url, ssl: { ca: readFileSync(files.ca) } });
  await client.connect();
  try {
    await until("the plan's end", async () => {
      const { rows } = await client.query<{ state: string }>("select state from action_plan");
      return rows.length === 1 && rows[0]!.state === "SUCCEEDED";
    });
    const { rows } = await client.query(
      "select 1 from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'vigil-state' and not ssl",
    );
    expect(rows).toEqual([]);
  } finally {
    await client.end();
  }
});

test("NATS denied nothing to anybody, and every role stays ready", async () => {
  for (const role of ROLES) {
    const denied = processes.get(role)!.log.filter((line) => /may not|denied|PERMISSIONS/i.test(line));
    expect(denied, role).toEqual([]);
    expect((await get(role, "/readyz")).status).toBe(200);
  }
});

interface Doctored {
  ok: boolean;
  findings: { code: string; seen: string }[];
}

/** `vigil doctor` as the role that has these settings. */
async function doctor(role: Role, over: Record<string, string> = {}): Promise<Doctored> {
  const env = { ...bareEnv(), ...environments.get(role), ...over };
  const { stdout } = await callProgram(env, "doctor", "--role", role, "--json");
  return JSON.parse(stdout) as Doctored;
}

/**
 * What is so here, and is found: certificates that end within a month, nats-server's own default of max_payload, and a
 * test's database, which flushes nothing.
 */
const EXPECTED = ["tls-expiring", "nats-max-payload", "postgresql-durability"];

test("the doctor finds nothing wrong with any role, its account and its certificates", async () => {
  const looked = await Promise.all(ROLES.map((role) => doctor(role)));
  for (const { findings } of looked)
    expect(findings.filter(({ code }) => !EXPECTED.includes(code))).toEqual([]);
});

test("and names planted faults", async () => {
  const codes = async (role: Role, over: Record<string, string>) =>
    (await doctor(role, over)).findings.map(({ code }) => code);
  const free = await findFreePort();
  const [authority, port, account, nobody, mixed] = await Promise.all([
    codes("worker", { VIGIL_NATS_TLS_CA: files.otherCa, VIGIL_STATE_TLS_CA: files.otherCa }),
    codes("worker", { VIGIL_STATE_ADDRESS: `localhost:${free}` }),
    codes("edge", { VIGIL_NATS_NKEY_SEED_FILE: environments.get("applier")!.VIGIL_NATS_NKEY_SEED_FILE! }),
    codes("edge", { OS_AUTH_URL: `http://127.0.0.1:${free}/v3` }),
    codes("state", { VIGIL_DATABASE_TLS_KEY: files.mismatched.key }),
  ]);
  expect(authority.filter((code) => code === "tls-authority")).toHaveLength(2);
  expect(port).toEqual(expect.arrayContaining(["unreachable", "system-unseen"]));
  expect(account).toContain("nats-permissions");
  expect(nobody).toContain("unreachable");
  expect(mixed).toContain("tls-file");
});

test("no secret is in a log, an environment that others see, or the command line, also when things fail", async () => {
  await nats.stop();
  await until("a log line of the outage", () =>
    ROLES.every((role) => processes.get(role)!.log.some((line) => line.includes("no connection to NATS"))),
  );
  for (const role of ROLES) {
    const { log, pid } = processes.get(role)!;
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
    for (const value of secrets)
      expect(`${log.join("\n")}${commandLine}${environment}`.includes(value), role).toBe(false);
  }
});
