import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findFreePort } from "@vigil/embedded";
import { bareEnv, readPrometheusText } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

const PROGRAM = join(import.meta.dirname, "../../bin/vigil.js");
/** Two seconds are promised on an idle machine; the machine that tests is not idle. */
const STOP_MS_MAX = 4_000;
const READY_MS_MAX = 40_000;

/** Default of the setting; our own NATS has to let so much through. */
const WEBHOOK_BODY_BYTES_MAX = 1_048_576;

const SMALL_CLUSTER = {
  schema: "vigil-bench-cluster",
  version: 1,
  name: "small",
  parameters: {},
  availability_zones: [],
  projects: [],
  aggregates: [],
  flavors: [],
  nodes: [],
  instances: [],
  metrics: { node: {}, instance: {} },
};

let folder: string;
let env: NodeJS.ProcessEnv;
let url: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vigil-up-test-"));
  chmodSync(folder, 0o755);
  const port = await findFreePort();
  url = `http://127.0.0.1:${port}`;
  env = {
    ...bareEnv(),
    VIGIL_AUTH: "none",
    VIGIL_HTTP_PORT: String(port),
    VIGIL_STATE_PORT: "0",
    VIGIL_DATA_DIR: join(folder, "data"),
    VIGIL_API_URL: url,
  };
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function startUp(): { child: ChildProcess; output: { stdout: string; stderr: string } } {
  const child = spawn(process.execPath, [PROGRAM, "up"], { env, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  return { child, output };
}

async function startReady() {
  const started = startUp();
  const deadline = performance.now() + READY_MS_MAX;
  while (!started.output.stdout.includes("is ready")) {
    if (performance.now() > deadline || started.child.exitCode !== null)
      throw new Error(started.output.stderr);
    await sleep(50);
  }
  return started;
}

async function request(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { "content-type": "application/json", "x-roles": "admin", "x-project-id": "p" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await answer.json()) as Record<string, unknown>;
}

describe("vigil up", () => {
  test("serves, keeps its data over a kill -9, has one owner, and stops in time", async () => {
    const first = await startReady();
    expect(first.output.stdout).toContain(`${url}/v1`);
    const readiness = await request("GET", "/readyz");
    expect(new Set((readiness.parts as { role: string }[]).map((part) => part.role))).toEqual(
      new Set(["edge", "api", "worker", "applier", "state"]),
    );

    const page = readPrometheusText(await (await fetch(`${url}/metrics`)).text());
    const roles = page.samples
      .filter(({ name }) => name === "vigil_build_info")
      .map(({ labels }) => labels.role);
    expect(roles.toSorted()).toEqual(["api", "applier", "edge", "state", "worker"]);

    const file = join(folder, "small.json");
    writeFileSync(file, JSON.stringify(SMALL_CLUSTER));
    const imported = execFileSync(process.execPath, [PROGRAM, "model", "import", file], {
      env,
      encoding: "utf8",
    });
    expect(imported).toMatch(/is now the model of the cloud\n {2}nodes +0 /);
    const audit = await request("POST", "/v1/audits", { audit_type: "EVENT", goal: "dummy", name: "kept" });
    expect(audit.uuid).toMatch(/^[0-9a-f-]{36}$/);

    for (const [bytes, status] of [
      [WEBHOOK_BODY_BYTES_MAX, 202],
      [WEBHOOK_BODY_BYTES_MAX + 1, 413],
    ] as const) {
      const headers = { "x-roles": "admin", "content-type": "application/json" };
      const init = { method: "POST", headers, body: `"${"x".repeat(bytes - 2)}"` };
      expect((await fetch(`${url}/v1/webhooks/kept`, init)).status, `${bytes} bytes`).toBe(status);
    }

    const other = startUp();
    expect(await once(other.child, "exit")).toEqual([5, null]);
    expect(other.output.stderr).toMatch(/is in use by another process/);

    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    const second = await startReady();
    expect(await request("GET", "/v1/audits/kept")).toMatchObject({ uuid: audit.uuid });

    const stoppedAt = performance.now();
    second.child.kill("SIGTERM");
    expect(await once(second.child, "exit")).toEqual([0, null]);
    expect(performance.now() - stoppedAt).toBeLessThan(STOP_MS_MAX);
    for (const line of second.output.stderr.trimEnd().split("\n"))
      expect(() => JSON.parse(line)).not.toThrow();
    expect(second.output.stderr).not.toMatch(/something holds the process|could not be stopped/);
  });

  test("ends with an error when a server of its own ends", async () => {
    const { child, output } = await startReady();
    const line = output.stderr.split("\n").find((text) => text.includes("embedded nats-server is up"));
    process.kill((JSON.parse(line ?? "{}") as { pid: number }).pid, "SIGKILL");
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(output.stderr).toMatch(/nats-server ended \(ended by SIGKILL\), and Vigil with it/);
  });
});

test("the program finds the project's Node when another one starts it", () => {
  const output = execFileSync(PROGRAM, ["--version"], {
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    encoding: "utf8",
  });
  expect(output).toBe("0.1.0\n");
});
