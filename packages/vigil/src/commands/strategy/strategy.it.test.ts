/** The commands as a user runs them: processes of their own, on files, with no server. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bareEnv } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResultFile } from "../../engine/result.ts";

const PROGRAM = join(import.meta.dirname, "../../../bin/vigil.js");
const DATA = join(import.meta.dirname, "../../../../../test/data");
const CLUSTER = join(DATA, "bench/cluster-10-100.json");
const SCENARIOS = join(DATA, "scenarios");
const CASES = join(SCENARIOS, "expectations.json");

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vigil-strategy-test-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function vigil(...args: string[]) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, "strategy", ...args],
      { env: bareEnv() },
      (_error, stdout, stderr) => resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

async function resultOf(...args: string[]): Promise<ResultFile> {
  const { status, stdout, stderr } = await vigil("run", ...args, "--json");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout) as ResultFile;
}

describe("run", () => {
  test("writes the result of a cluster file, with everything that makes it repeatable", async () => {
    const result = await resultOf("--cluster", CLUSTER, "--strategy", "workload_balance", "--seed", "7");
    expect(result).toMatchObject({
      schema: "vigil-bench-result",
      version: 1,
      engine: "vigil",
      strategy: "workload_balance",
      cluster: "n10-m100-s1",
      nodes: 10,
      instances: 100,
      seed: 7,
      parameters: { metrics: "instance_cpu_usage", threshold: 25, period: 300, granularity: 300 },
      capped: false,
      error: null,
      efficacy: { instances_count: 100 },
    });
    const [move] = result.actions;
    expect(result.planned).toEqual([{ ...move, parents: [] }]);
    const cluster = JSON.parse(readFileSync(CLUSTER, "utf8"));
    const moved = cluster.instances.findIndex(
      ({ uuid }: { uuid: string }) => uuid === move?.input_parameters.resource_id,
    );
    const places = cluster.instances.map(({ node }: { node: number }) => node);
    places[moved] = cluster.nodes.findIndex(
      ({ hostname }: { hostname: string }) => hostname === move?.input_parameters.destination_node,
    );
    expect(result.placement).toEqual(places);
    expect(result.node_status).toHaveLength(10);
    expect(result.audit_cpu_s).toBeGreaterThan(0);
    expect(result.peak_rss_mb).toBeGreaterThan(result.rss_before_mb / 2);
    expect(result.explanation.summary).toEqual(expect.any(String));
  });

  test("gives the same plan from the gzipped file, by the goal, and again and again", async () => {
    const packed = join(folder, "cluster.json.gz");
    const out = join(folder, "result.json");
    writeFileSync(packed, gzipSync(readFileSync(CLUSTER)));
    const first = await resultOf("--cluster", CLUSTER, "--strategy", "workload_balance");
    const { status, stdout } = await vigil(
      ...["run", "--cluster", packed, "--goal", "workload_balancing", "--repeat", "3", "--out", out],
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^workload_balance on n10-m100-s1 \(10 nodes, 100 instances\): 1 action\n/);
    expect(stdout).toContain("median of 3");
    expect(stdout).toMatch(/First actions, in the strategy's order:\n {2}live vm\d+ {2}cmp\d+ > cmp\d+\n$/);
    const again = JSON.parse(readFileSync(out, "utf8")) as ResultFile;
    expect(again.audit_cpu_s_all).toHaveLength(3);
    for (const member of ["actions", "planned", "placement", "explanation", "efficacy", "parameters"])
      expect(again[member]).toEqual(first[member]);
  });

  test("reads a scenario with its metric set, and parameters from a file", async () => {
    const parameters = join(folder, "parameters.json");
    writeFileSync(parameters, '{"threshold": 35.0}');
    const files = ["--cluster", join(SCENARIOS, "scenario_6_with_2_nodes.xml")];
    files.push("--metrics", join(SCENARIOS, "metrics/set-wb.json"));
    const hot = await resultOf(...files, "--strategy", "workload_balance");
    expect(hot.actions).toMatchObject([
      { action_type: "migrate", input_parameters: { source_node: "hostname_0" } },
    ]);
    const cool = await resultOf(...files, "--strategy", "workload_balance", "--parameters", `@${parameters}`);
    expect(cool).toMatchObject({ actions: [], parameters: { threshold: 35 } });
  });

  test("a move whose target the scheduler chooses leaves no placement", async () => {
    const result = await resultOf(
      ...["--cluster", CLUSTER, "--strategy", "host_maintenance"],
      ...["--parameters", '{"maintenance_node": "cmp00001"}'],
    );
    expect(result.placement).toBeNull();
    expect(result.node_status[1]).toBe("disabled");
  });
});

describe("check", () => {
  test("one line for each case, totals last, status 0 when all are ok", async () => {
    const cases = JSON.parse(readFileSync(CASES, "utf8")) as { strategy: string }[];
    const some = join(folder, "some.json");
    writeFileSync(some, JSON.stringify(cases.filter(({ strategy }) => strategy === "workload_balance")));
    expect(await vigil("check", "--cases", some, "--data", SCENARIOS)).toEqual({
      status: 0,
      stdout:
        "ok workload_balance-01\nok workload_balance-03\nok workload_balance-05\n3 cases: 3 ok, 0 differ\n",
      stderr: "",
    });
  });

  test("a difference is shown, and is the exit status", async () => {
    const data = join(folder, "data");
    cpSync(SCENARIOS, data, { recursive: true });
    const cases = JSON.parse(readFileSync(CASES, "utf8"));
    const golden = cases.find(({ id }: { id: string }) => id === "workload_balance-01");
    golden.expected.actions[0].input_parameters.destination_node = "elsewhere";
    const file = join(data, "changed.json");
    writeFileSync(file, JSON.stringify([golden]));
    const line = 'action 1, destination_node: "hostname_1", "elsewhere" is expected';
    expect(await vigil("check", "--cases", file, "--data", data)).toEqual({
      status: 1,
      stdout: `DIFF workload_balance-01: ${line}\n1 cases: 0 ok, 1 differ\n`,
      stderr: "",
    });
    const { status, stdout } = await vigil("check", "--cases", file, "--data", data, "--json");
    expect({ status, ...JSON.parse(stdout) }).toEqual({
      status: 1,
      cases: [{ id: "workload_balance-01", strategy: "workload_balance", ok: false, difference: line }],
      ok: 0,
      differ: 1,
    });
  });
});

describe("list and show", () => {
  test("every strategy is listed and can be shown", async () => {
    const { stdout } = await vigil("list", "--json");
    const strategies = JSON.parse(stdout) as { name: string; goalName: string; parametersSpec: object }[];
    expect(strategies).toContainEqual(expect.objectContaining({ name: "dummy", goalName: "dummy" }));
    const table = (await vigil("list")).stdout;
    for (const { name } of strategies) expect(table).toContain(`  ${name} `);
    const shown = await vigil("show", "DUMMY");
    expect(shown).toMatchObject({ status: 0, stderr: "" });
    expect(shown.stdout).toContain("para1  number, 1 to 10.2, default 3.2\n      Seconds that the sleep");
  });
});
