/** The programs in examples/, run as somebody would run it. */

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createVigilClient, type VigilClient } from "@vigil/client";
import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ensureAudit, plansOf, rename, trigger } from "../examples/services/audits.ts";
import { adviceFor } from "../examples/services/errors.ts";
import { followPlans } from "../examples/services/follow.ts";
import { tokenSource } from "../examples/services/keystone-token.ts";
import type { RoleProcess } from "./harness/role-process.ts";
import { SERVICE_USER, type System, startSystem } from "./harness/system.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);

let system: System;
let api: RoleProcess;

beforeAll(async () => {
  system = await startSystem();
  ({ api } = await system.startAll());
  await system.start("applier");
  await system.importModel(api, syntheticCluster({ nodes: 5, instances: 20, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(() => system?.stop());

function run(program: string, args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const all = {
      PATH: process.env.PATH ?? "",
      VIGIL_API_URL: api.healthUrl,
      OS_TOKEN: system.token,
      ...env,
    };
    execFile(
      process.execPath,
      [fileURLToPath(new URL(program, EXAMPLES)), ...args],
      { env: all },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

describe("examples/create-and-trigger.ts", () => {
  it("prints the plan", async () => {
    const args = ["--strategy", "dummy", "--parameter", "para2=good morning"];
    const { code, stdout, stderr } = await run("create-and-trigger.ts", args);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^audit {2}[0-9a-f-]{36} {2}dummy-/);
    expect(stdout).toMatch(/^plan {3}[0-9a-f-]{36} {2}RECOMMENDED, strategy dummy$/m);
    expect(stdout).toMatch(/^2 {2}nop +1 +\{"message":"good morning"\}$/m);
    expect(stdout).toMatch(/^3 {2}sleep +/m);
  });
});

describe("examples/start-a-plan.ts", () => {
  it("follows the plan to its end", async () => {
    const args = ["--strategy", "dummy", "--parameter", "para1=1"];
    const { code, stdout, stderr } = await run("start-a-plan.ts", args);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^audit {3}[0-9a-f-]{36} {2}dummy-/);
    expect(stdout).toMatch(/^plan {4}[0-9a-f-]{36} {2}RECOMMENDED, actions: 3$/m);
    expect(stdout).toMatch(/^action {2}3 sleep {2}SUCCEEDED$/m);
    expect(stdout).toMatch(/^plan {4}[0-9a-f-]{36} {2}SUCCEEDED$/m);
  });

  it("says why an audit has no plan", async () => {
    const { code, stderr } = await run("start-a-plan.ts", ["--goal", "saving_energy"]);
    expect(stderr).toContain("the audit is FAILED: ClusterStateNotDefined");
    expect(code).toBe(1);
  });
});

describe("examples/services", () => {
  const account = () => ({
    authUrl: system.keystone.url,
    user: SERVICE_USER.name,
    password: SERVICE_USER.password,
    project: SERVICE_USER.project,
    domainId: "default",
  });
  const connect = () => createVigilClient({ url: api.healthUrl, getToken: tokenSource(account()) });

  it("keystone-token.ts logs in once for many calls, and again when a token is refused", async () => {
    const before = system.keystone.counters.logins;
    const getToken = tokenSource(account());
    const tokens = await Promise.all([1, 2, 3].map(() => getToken({ refused: false })));
    expect(new Set(tokens).size).toBe(1);
    expect(system.keystone.counters.logins).toBe(before + 1);
    expect(await getToken({ refused: true })).not.toBe(tokens[0]);
    await expect(tokenSource({ ...account(), password: "wrong" })({ refused: false })).rejects.toThrow("401");
  });

  it("audits.ts makes, triggers and changes once, however often it asks", async () => {
    const client = connect();
    const uuid = randomUUID();
    const [first, again] = [await ensureAudit(client, uuid), await ensureAudit(client, uuid)];
    expect(again).toEqual(first);
    const event = await trigger(client, uuid, "ticket-1");
    expect(await trigger(client, uuid, "ticket-1")).toMatchObject({ eventId: event.eventId });
    await until("the plan", async () => (await plansIn(client, uuid)) === 1);
    const editId = randomUUID();
    const renamed = await rename(client, uuid, `audit ${uuid}`, editId);
    expect(await rename(client, uuid, `audit ${uuid}`, editId)).toEqual(renamed);
  });

  it("follow.ts misses nothing between two lives of the service", async () => {
    const client = connect();
    const { uuid } = await ensureAudit(client, randomUUID());
    let saved: string | undefined;
    const position = {
      load: () => saved,
      save(id: string) {
        saved = id;
      },
    };
    const seen = new Set<string>();
    const life = () =>
      followPlans(
        client,
        position,
        (plan) => void (plan.auditUuid === uuid && seen.add(plan.uuid)),
        () => {},
      );
    const end = life();
    await until("the position", () => saved !== undefined);
    end();
    await trigger(client, uuid, "while-it-was-down");
    await until("the plan", async () => (await plansIn(client, uuid)) === 1);
    expect(seen.size).toBe(0);
    const endAgain = life();
    await until("the service knows of it", () => seen.size === 1);
    endAgain();
  });

  it("errors.ts tells what may be repeated", async () => {
    const refusal = async (client: VigilClient) =>
      adviceFor(await client.model.current.query().catch((error) => error));
    expect(await refusal(createVigilClient({ url: api.healthUrl, token: "ended" }))).toBe("never");
    expect(await refusal(createVigilClient({ url: "http://127.0.0.1:1", token: "x" }))).toBe("unknown");
  });
});

async function plansIn(client: VigilClient, auditUuid: string): Promise<number> {
  let plans = 0;
  for await (const _ of plansOf(client, auditUuid)) plans++;
  return plans;
}

describe.each(["create-and-trigger.ts", "start-a-plan.ts"])("examples/%s", (program) => {
  it.each([
    ["a wrong option", ["--nope"], {}, 2, "Unknown option '--nope'"],
    ["a parameter without a name", ["--parameter", "5"], {}, 2, "wanted NAME=VALUE"],
    ["an unknown goal", ["--goal", "nope"], {}, 1, "Goal nope could not be found"],
    ["no valid token", [], { OS_TOKEN: "ended" }, 1, "set OS_TOKEN"],
    ["nobody there", [], { VIGIL_API_URL: "http://127.0.0.1:1" }, 1, "check --url"],
  ])("says what to do about %s", async (_case, args, env, status, text) => {
    const { code, stderr } = await run(program, args, env as Record<string, string>);
    expect(stderr).toContain(text);
    expect(code).toBe(status);
  });
});
