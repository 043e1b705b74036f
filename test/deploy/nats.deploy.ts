/**
 * deploy/nats: what the server at hand says of each file, and three of them as a cluster with TLS, accounts and least
 * permissions, on which Vigil's streams have three copies and an alarm becomes a plan, also when one of them is gone.
 */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findNatsServer } from "@vigil/embedded";
import { makeCertificates, syntheticCluster, type TestCertificates, until } from "@vigil/testkit";
import { connect, nkeyAuthenticator, nkeys } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFixedPort } from "../harness/fixed-port.ts";
import type { Role } from "../harness/role-process.ts";
import { type System, startSystem } from "../harness/system.ts";

const run = promisify(execFile);

const EXAMPLES = fileURLToPath(new URL("../../deploy/nats", import.meta.url));
const NAMES = ["nats-1", "nats-2", "nats-3"];
const USERS = ["edge", "api", "worker", "applier", "state", "operator"] as const;
const WAIT_MS = 60_000;
const STREAMS = ["VIGIL_EVENTS", "VIGIL_CHANGES", "KV_vigil_audits", "KV_vigil_heads", "OBJ_vigil_models"];

interface Node {
  folder: string;
  port: number;
  routePort: number;
  process?: ChildProcess;
}

let binary: string;
let dir: string;
let files: TestCertificates;
let nodes: Node[];
const seeds = new Map<string, Uint8Array>();
const publicKeys = new Map<string, string>();

beforeAll(async () => {
  binary = await findNatsServer();
  dir = mkdtempSync(join(tmpdir(), "vigil-nats-deploy-"));
  files = makeCertificates(dir);
  for (const user of USERS) {
    const key = nkeys.createUser();
    seeds.set(user, key.getSeed());
    publicKeys.set(user, key.getPublicKey());
    writeFileSync(join(dir, `nats-${user}`), key.getSeed(), { mode: 0o600 });
  }
  nodes = [];
  for (const name of NAMES) {
    const folder = join(dir, name);
    nodes.push({ folder, port: await findFixedPort(), routePort: await findFixedPort() });
  }
  nodes.forEach(writeConfiguration);
});

afterAll(async () => {
  await Promise.all(nodes.map(stop));
  rmSync(dir, { recursive: true });
});

/** The examples, with this machine's addresses, keys and certificates in place of theirs. */
function writeConfiguration(node: Node): void {
  cpSync(EXAMPLES, node.folder, { recursive: true });
  mkdirSync(join(node.folder, "data"));
  const change = (file: string, changes: readonly (readonly [string, string])[]) => {
    const path = join(node.folder, file);
    let text = readFileSync(path, "utf8");
    for (const [from, to] of changes) {
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      text = text.replaceAll(from, to);
    }
    writeFileSync(path, text);
  };
  const tls = [
    ["/etc/nats/tls/server.crt", files.peer.cert],
    ["/etc/nats/tls/server.key", files.peer.key],
    ["/etc/nats/tls/ca.crt", files.ca],
  ] as const;
  const keys = USERS.map(
    (user) => [`U_PUBLIC_NKEY_OF_${user.toUpperCase()}`, publicKeys.get(user)!] as const,
  );
  change("vigil.conf", [...tls, ...keys, ["/var/lib/nats", join(node.folder, "data")]]);
  change("nats-server.conf", [["0.0.0.0:4222", `127.0.0.1:${node.port}`]]);
  change("nats-cluster.conf", [
    ...tls,
    ["0.0.0.0:4222", `127.0.0.1:${node.port}`],
    ["0.0.0.0:6222", `127.0.0.1:${node.routePort}`],
    ...nodes.map(({ routePort }, n) => [`nats-${n + 1}.example:6222`, `localhost:${routePort}`] as const),
  ]);
  const name = NAMES[nodes.indexOf(node)]!;
  writeFileSync(join(node.folder, "node.conf"), `server_name: "${name}"\n`);
}

function start(node: Node): void {
  const log = join(node.folder, "log");
  node.process = spawn(binary, ["-c", join(node.folder, "nats-cluster.conf"), "-l", log], {
    stdio: "inherit",
  });
}

async function stop(node: Node): Promise<void> {
  const { process } = node;
  delete node.process;
  if (process === undefined) return;
  const ended = new Promise((resolve) => process.once("exit", resolve));
  process.kill("SIGKILL");
  await ended;
}

/** As whom the servers know, in the way of a role. */
const connection = (user: string) =>
  connect({
    servers: nodes.map(({ port }) => `localhost:${port}`),
    ignoreClusterUpdates: true,
    inboxPrefix: `_INBOX_${user}`,
    authenticator: nkeyAuthenticator(seeds.get(user)!),
    tls: { caFile: files.ca, certFile: files.client.cert, keyFile: files.client.key },
  });

describe("files", () => {
  const check = (file: string) => run(binary, ["-t", "-c", join(nodes[0]!.folder, file)]);

  it.for(["nats-server.conf", "nats-cluster.conf"])("%s is valid", async (file) => {
    expect((await check(file)).stderr).toContain("is valid");
  });

  it("sync-always.conf is taken by a server that knows it, and named by one that does not", async () => {
    const { stdout } = await run(binary, ["--version"]);
    const [, major = "0", minor = "0"] = /v(\d+)\.(\d+)/.exec(stdout) ?? [];
    const path = join(nodes[0]!.folder, "vigil.conf");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace('# include "sync-always.conf"', 'include "sync-always.conf"'));
    const checked = await check("nats-server.conf").catch((error: { stderr: string }) => error);
    writeFileSync(path, text);
    const knows = Number(major) > 2 || Number(minor) >= 10;
    expect(checked.stderr).toContain(knows ? "is valid" : 'unknown field "sync_interval"');
  });
});

describe("three servers", () => {
  let system: System;

  beforeAll(async () => {
    nodes.forEach(start);
    system = await startSystem();
    const env = (role: Role) => ({
      NATS_URL: nodes.map(({ port }) => `tls://localhost:${port}`).join(","),
      VIGIL_NATS_REPLICAS: "3",
      VIGIL_NATS_TLS_CA: files.ca,
      VIGIL_NATS_TLS_CERT: files.client.cert,
      VIGIL_NATS_TLS_KEY: files.client.key,
      VIGIL_NATS_NKEY_SEED_FILE: join(dir, `nats-${role}`),
    });
    await system.start("state", env("state"));
    for (const role of ["worker", "applier", "api", "edge"] as const) await system.start(role, env(role));
    const api = system.roles.find(({ role }) => role === "api")!;
    await system.importModel(api, syntheticCluster({ nodes: 3, instances: 12, seed: 1 }));
  });

  afterAll(() => system?.stop());

  it("keep three copies of each stream, in Vigil's account", async () => {
    const nats = await connection("state");
    const manager = await nats.jetstreamManager();
    for (const name of STREAMS) {
      const { config, cluster } = await manager.streams.info(name);
      expect(config.num_replicas, name).toBe(3);
      expect(cluster?.replicas?.length, name).toBe(2);
    }
    await nats.close();
  });

  it("take an alarm to its plan, and another when the leader of the events is gone", async () => {
    const [api, edge] = ["api", "edge"].map((role) => system.roles.find((one) => one.role === role)!);
    const audit = await system.createAudit(api!);
    await system.trigger(edge!, audit, { n: 1 });
    await system.plans(audit, 1);
    const nats = await connection("state");
    const { cluster } = await (await nats.jetstreamManager()).streams.info("VIGIL_EVENTS");
    await nats.close();
    await stop(nodes[NAMES.indexOf(cluster!.leader!)]!);
    await system.trigger(edge!, audit, { n: 2 });
    await system.plans(audit, 2);
  });

  it("let nobody in without a key, and the operator see no message of Vigil's", async () => {
    // Of those that run: the error is the last server's word.
    const servers = nodes.flatMap(({ port, process }) =>
      process === undefined ? [] : [`localhost:${port}`],
    );
    const tls = { caFile: files.ca, certFile: files.client.cert, keyFile: files.client.key };
    await expect(connect({ servers, tls, maxReconnectAttempts: 1 })).rejects.toThrow(/auth/i);
    const operator = await connection("operator");
    await expect(operator.jetstreamManager()).rejects.toThrow();
    const isServed = async () =>
      (await operator.request("$SYS.REQ.SERVER.PING", "", { timeout: 2_000 })).data.length > 0;
    await until("a server answers the operator", isServed, WAIT_MS);
    await operator.close();
  });
});
