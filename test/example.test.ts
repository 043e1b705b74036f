/** The program in examples/, run as somebody would run it. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { syntheticCluster } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

const PROGRAM = fileURLToPath(new URL("../examples/create-and-trigger.ts", import.meta.url));

let system: System;
let api: RoleProcess;

beforeAll(async () => {
  system = await startSystem();
  ({ api } = await system.startAll());
  await system.importModel(api, syntheticCluster({ nodes: 5, instances: 20, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(() => system?.stop());

function run(args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const all = {
      PATH: process.env.PATH ?? "",
      VIGIL_API_URL: api.healthUrl,
      OS_TOKEN: system.token,
      ...env,
    };
    execFile(process.execPath, [PROGRAM, ...args], { env: all }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe("examples/create-and-trigger.ts", () => {
  it("prints the plan", async () => {
    const { code, stdout, stderr } = await run(["--strategy", "dummy", "--parameter", "para2=good morning"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^audit {2}[0-9a-f-]{36} {2}dummy-/);
    expect(stdout).toMatch(/^plan {3}[0-9a-f-]{36} {2}RECOMMENDED, strategy dummy$/m);
    expect(stdout).toMatch(/^2 {2}nop +1 +\{"message":"good morning"\}$/m);
    expect(stdout).toMatch(/^3 {2}sleep +/m);
  });

  it.each([
    ["a wrong option", ["--nope"], {}, 2, "Unknown option '--nope'"],
    ["an unknown goal", ["--goal", "nope"], {}, 1, "Goal nope could not be found"],
    ["no valid token", [], { OS_TOKEN: "ended" }, 1, "set OS_TOKEN"],
    ["nobody there", [], { VIGIL_API_URL: "http://127.0.0.1:1" }, 1, "check --url"],
  ])("says what to do about %s", async (_case, args, env, status, text) => {
    const { code, stderr } = await run(args, env as Record<string, string>);
    expect(stderr).toContain(text);
    expect(code).toBe(status);
  });
});
