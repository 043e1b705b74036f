/**
 * deploy/haproxy and deploy/nginx in front of two edges and an api, all with TLS: webhooks to edges, the rest to the api,
 * slow senders ended, and an edge that is stopped under load costs no webhook.
 */

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { makeCertificates, syntheticCluster, type TestCertificates, until } from "@vigil/testkit";
import { Agent, fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFixedPort } from "../harness/fixed-port.ts";
import { RoleProcess } from "../harness/role-process.ts";
import { type System, startSystem } from "../harness/system.ts";

const DEPLOY = new URL("../../deploy/", import.meta.url);
const WAIT_MS = 60_000;
/** Between webhooks of the load, ms. */
const PACE_MS = 40;
/** As the page promises: the head of a request within 10 s; a balancer looks some seconds later. */
const SLOW_MS_MAX = 20_000;

let dir: string;
let files: TestCertificates;
let system: System;
let agent: Agent;
let ports: { edges: number[]; api: number };
const edges: RoleProcess[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "vigil-balancers-"));
  files = makeCertificates(dir);
  agent = new Agent({ connect: { ca: readFileSync(files.ca) } });
  system = await startSystem();
  ports = { edges: [await findFixedPort(), await findFixedPort()], api: await findFixedPort() };
  await system.start("state");
  await system.start("worker");
  for (const port of ports.edges) edges.push(await startHttp("edge", port));
  await startHttp("api", ports.api);
});

afterAll(async () => {
  await Promise.all(edges.map((edge) => edge.kill()));
  await system?.stop();
  await agent?.close();
  rmSync(dir, { recursive: true });
});

/** With TLS, and with the drain delay of production. */
async function startHttp(role: "edge" | "api", port: number): Promise<RoleProcess> {
  const env = {
    ...system.environment(),
    VIGIL_HTTP_PORT: String(port),
    VIGIL_HTTP_TLS_CERT: files.server.cert,
    VIGIL_HTTP_TLS_KEY: files.server.key,
    VIGIL_DRAIN_DELAY_MS: "7000",
    VIGIL_ENABLE_PROXY_HEADERS_PARSING: "true",
    VIGIL_EDGE_SPOOL_DIR: join(dir, `spool-${port}`),
  };
  const started = new RoleProcess(role, env, `https://localhost:${port}`);
  if (role === "api") system.roles.push(started);
  const isReady = async () => (await get(`https://localhost:${port}/readyz`)) === 200;
  await until(`${role} ready`, isReady, WAIT_MS).catch((error: unknown) => {
    throw new Error(started.log.join("\n"), { cause: error });
  });
  return started;
}

async function get(url: string): Promise<number> {
  const answer = await undiciFetch(url, { dispatcher: agent, headers: { "x-auth-token": system.token } });
  await answer.arrayBuffer();
  return answer.status;
}

/** The example with the addresses of this test. */
function configured(file: string, port: number, changes: Readonly<Record<string, string>>): string {
  let text = readFileSync(new URL(file, DEPLOY), "utf8");
  const addresses = {
    "edge-1.example:9321": `localhost:${ports.edges[0]}`,
    "edge-2.example:9321": `localhost:${ports.edges[1]}`,
    "api-1.example:9322": `localhost:${ports.api}`,
  };
  for (const [from, to] of Object.entries({ ...addresses, ...changes })) {
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  // The second api of the examples is not there.
  const without = text.replace(/^ *server (api-2 )?api-2\.example.*\n/m, "");
  return without.replace(":9322", `:${port}`).replace("listen 9322", `listen ${port}`);
}

interface Running {
  url: string;
  stop(): Promise<unknown>;
}

async function running(program: string, args: readonly string[], port: number): Promise<Running> {
  const process = spawn(program, args, { stdio: "inherit" });
  const ended = new Promise((resolve) => process.once("exit", resolve));
  const url = `https://localhost:${port}`;
  await until(`${program} serves`, async () => (await get(`${url}/v1/audits`)) === 200, WAIT_MS);
  const stop = () => {
    process.kill("SIGTERM");
    return ended;
  };
  return { url, stop };
}

async function startHaproxy(): Promise<Running> {
  const port = await findFixedPort();
  const pem = join(dir, "haproxy.pem");
  writeFileSync(pem, readFileSync(files.server.cert, "utf8") + readFileSync(files.server.key, "utf8"));
  const config = configured("haproxy/haproxy.cfg", port, {
    "/etc/haproxy/vigil.pem": pem,
    "/etc/haproxy/vigil-ca.crt": files.ca,
    "verifyhost edge-1.example": "verifyhost localhost",
    "verifyhost edge-2.example": "verifyhost localhost",
    "verifyhost api-1.example": "verifyhost localhost",
  });
  const file = join(dir, "haproxy.cfg");
  writeFileSync(file, config);
  execFileSync("/usr/sbin/haproxy", ["-c", "-f", file], { stdio: "inherit" });
  return running("/usr/sbin/haproxy", ["-db", "-f", file], port);
}

async function startNginx(): Promise<Running> {
  const port = await findFixedPort();
  const config = configured("nginx/vigil.conf", port, {
    "/etc/nginx/vigil.crt": files.server.cert,
    "/etc/nginx/vigil.key": files.server.key,
    "/etc/nginx/vigil-ca.crt": files.ca,
    "proxy_ssl_name vigil.example": "proxy_ssl_name localhost",
  });
  const logs = `access_log off; error_log ${dir}/nginx.log;`;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${dir}/nginx-${name};`)
    .join(" ");
  const head = `daemon off; pid ${dir}/nginx.pid; events {}`;
  mkdirSync(join(dir, "nginx-client_body"), { recursive: true });
  writeFileSync(join(dir, "nginx.conf"), `${head}\nhttp { ${logs} ${temporary}\n${config}\n}\n`);
  const args = ["-p", dir, "-e", join(dir, "nginx.log"), "-c", join(dir, "nginx.conf")];
  execFileSync("/usr/sbin/nginx", [...args, "-t"], { stdio: "inherit" });
  return running("/usr/sbin/nginx", args, port);
}

async function trigger(url: string, audit: string, n: number): Promise<number> {
  const answer = await undiciFetch(`${url}/v1/webhooks/${audit}`, {
    method: "POST",
    dispatcher: agent,
    headers: { "x-auth-token": system.token, "content-type": "application/json" },
    body: JSON.stringify({ n }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** How long a sender that stops in the middle of a request's head is kept, ms. */
function slowSender(url: string): Promise<number> {
  const begun = performance.now();
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ca: readFileSync(files.ca) }, () =>
      socket.write("POST /v1/webhooks/x HTTP/1.1\r\nHost: localhost\r\nX-Slow: "),
    );
    socket.on("error", reject);
    // The answer says 408, or nothing.
    socket.on("data", () => undefined);
    socket.on("close", () => resolve(performance.now() - begun));
  });
}

describe.for([
  ["HAProxy", startHaproxy],
  ["nginx", startNginx],
] as const)("%s", ([name, start]) => {
  let balancer: Running;
  let audit: string;

  beforeAll(async () => {
    balancer = await start();
    const importing = await undiciFetch(`${balancer.url}/trpc/model.import`, {
      method: "POST",
      dispatcher: agent,
      headers: { "x-auth-token": system.token, "content-type": "application/json" },
      body: JSON.stringify({
        content: JSON.stringify(syntheticCluster({ nodes: 3, instances: 12, seed: 1 })),
      }),
    });
    expect(importing.status).toBe(200);
    const made = await undiciFetch(`${balancer.url}/v1/audits`, {
      method: "POST",
      dispatcher: agent,
      headers: { "x-auth-token": system.token, "content-type": "application/json" },
      body: JSON.stringify({ audit_type: "EVENT", goal: "dummy", strategy: "dummy", name: `behind-${name}` }),
    });
    const body = (await made.json()) as { uuid: string; links: { href: string }[] };
    audit = body.uuid;
    expect(body.links[0]?.href).toContain(balancer.url);
  });

  afterAll(async () => {
    await balancer?.stop();
  });

  it("sends webhooks to edges and the rest to the api", async () => {
    expect(await trigger(balancer.url, audit, 0)).toBe(202);
    expect(await get(`${balancer.url}/v1/audits`)).toBe(200);
    expect(await get(`${balancer.url}/`)).toBe(200);
  });

  it("ends senders that never finish the head of a request", async () => {
    expect(await slowSender(balancer.url)).toBeLessThan(SLOW_MS_MAX);
  });

  it("an edge stopped and started under load costs no webhook", async () => {
    const statuses = new Map<number, number>();
    const sent: Promise<void>[] = [];
    let n = 0;
    const load = setInterval(() => {
      n += 1;
      const one = trigger(balancer.url, audit, n);
      sent.push(one.then((status) => void statuses.set(status, (statuses.get(status) ?? 0) + 1)));
    }, PACE_MS);
    const passed = (more: number, from = n) => until("load", () => n >= from + more, WAIT_MS);
    await passed(25);
    edges[0]!.child.kill("SIGTERM");
    expect(await edges[0]!.exited).toEqual({ code: 0, signal: null });
    await passed(25);
    edges[0] = await startHttp("edge", ports.edges[0]!);
    await passed(25);
    clearInterval(load);
    await Promise.all(sent);
    process.stderr.write(`${name}: ${JSON.stringify(Object.fromEntries(statuses))} with an edge stopped\n`);
    expect([...statuses.keys()]).toEqual([202]);
  });
});
