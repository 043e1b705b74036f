/**
 * Plans of every strategy that migrates, judged by `check_solution.py`, which shares no code with the engine: as the
 * strategy ordered them, and as the planner did.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JsonObject, STRATEGIES } from "@vigil/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measure } from "./measure.ts";
import { type LoadedModel, loadModel } from "./model-files.ts";
import { type ResultFile, resultFile } from "./result.ts";

const TOOLS = join(import.meta.dirname, "../../../../test/data/bench");
const WITHOUT_PYTHON = spawnSync("python3", ["--version"]).status !== 0;
const REASON = "there is no python3 to run check_solution.py";

/** Strategies that plan no migrations of their own choice: nothing for the checker to judge. */
const NOT_JUDGED = new Set([
  ...["dummy", "dummy_with_scorer", "dummy_with_resize", "actuator"],
  ...["saving_energy", "storage_capacity_balance"],
]);

/** Where the defaults are not enough, or where there are several ways to choose. */
const PARAMETERS: Record<string, JsonObject[]> = {
  node_resource_consolidation: [{ host_choice: "auto" }, { host_choice: "specify" }],
  workload_balance: [{}, { metrics: "instance_ram_usage", threshold: 40 }],
  workload_stabilization: [
    { thresholds: { instance_cpu_usage: 0.05, instance_ram_usage: 0.05 } },
    { thresholds: { instance_cpu_usage: 0.05, instance_ram_usage: 0.05 }, host_choice: "cycle" },
    { thresholds: { instance_cpu_usage: 0.05, instance_ram_usage: 0.05 }, host_choice: "fullsearch" },
  ],
  host_maintenance: [
    { maintenance_node: "cmp00001" },
    { maintenance_node: "cmp00001", backup_node: "cmp00002" },
  ],
  zone_migration: [
    { compute_nodes: [{ src_node: "cmp00001" }, { src_node: "cmp00003" }] },
    {
      compute_nodes: [{ src_node: "cmp00001", dst_node: "cmp00002" }],
      parallel_per_node: 100,
      parallel_total: 100,
    },
  ],
};

const judged = STRATEGIES.filter(({ name }) => !NOT_JUDGED.has(name)).flatMap(({ name }) =>
  (PARAMETERS[name] ?? [{}]).map((parameters) => ({ name, parameters, text: JSON.stringify(parameters) })),
);

let folder: string;
/** Cluster files by the test's name of them, and their models. */
const clusters = new Map<string, { file: string; model: LoadedModel }>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vigil-checker-test-"));
  if (WITHOUT_PYTHON) return;
  addCluster("10/100", join(TOOLS, "cluster-10-100.json"));
  const made = join(folder, "c.json");
  python("gen_cluster.py", "--size", "50/1000", "--seed", "3", "--missing", "0.02", "--out", made);
  addCluster("50/1000", made);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function python(program: string, ...args: string[]): string {
  return execFileSync("python3", [join(TOOLS, program), ...args], { encoding: "utf8" });
}

/** With the temperatures and air flows that the generator knows nothing of: every third host is hot. */
function addCluster(name: string, file: string): void {
  const { nodes } = JSON.parse(readFileSync(file, "utf8")) as { nodes: { uuid: string }[] };
  const column = (unit: string, cool: number, hot: number) => ({
    unit,
    values: Object.fromEntries(nodes.map(({ uuid }, at) => [uuid, at % 3 === 0 ? hot : cool])),
  });
  const metrics = {
    host_outlet_temp: column("degC", 25, 40),
    host_inlet_temp: column("degC", 20, 30),
    host_airflow: column("0.1 CFM", 250, 500),
    host_power: column("W", 200, 400),
  };
  const set = join(folder, `set-${clusters.size}.json`);
  writeFileSync(set, JSON.stringify({ metrics }));
  const model = loadModel({ cluster: file, metrics: set, storage: null, baremetal: null });
  clusters.set(name, { file, model });
}

interface Verdict {
  feasible: boolean;
  faults: Record<string, number>;
  quality: Record<string, unknown>;
}

/** Starting Python and reading the cluster is most of the time: so several results at once. */
const JUDGE = `
import json, sys
sys.path.insert(0, sys.argv[1])
from check_solution import check, read
cluster = read(sys.argv[2])
json.dump([check(cluster, result, False) for result in json.load(sys.stdin)], sys.stdout)
`;

function judge(cluster: string, results: readonly ResultFile[]): Verdict[] {
  const input = JSON.stringify(results);
  return JSON.parse(
    execFileSync("python3", ["-B", "-c", JUDGE, TOOLS, cluster], { input, encoding: "utf8" }),
  );
}

async function resultOf(
  model: LoadedModel,
  strategyName: string,
  parameters: JsonObject,
): Promise<ResultFile> {
  const rest = { goalName: "", scope: [], auditType: "ONESHOT", seed: 1, options: {}, history: {} };
  const request = { strategyName, parameters, ...rest };
  return resultFile(model.name, request, await measure(model.snapshot, request, { repeat: 1, cold: true }));
}

describe.each(["10/100", "50/1000"])("on %s", (size) => {
  for (const { name, parameters, text } of judged) {
    test(`${name} ${text} is sound, in the strategy's order and in the planner's`, async (context) => {
      context.skip(WITHOUT_PYTHON, REASON);
      const { file, model } = clusters.get(size) as { file: string; model: LoadedModel };
      const result = await resultOf(model, name, parameters);
      const moves = result.actions.filter((action) => action.action_type === "migrate").length;
      const kept = { migrations: moves, locked_instances_moved: 0, pinned_az_broken: 0 };
      const sound = { feasible: true, faults: {}, quality: expect.objectContaining(kept) };
      const verdicts = judge(file, [result, { ...result, actions: result.planned }]);
      expect(verdicts.map(({ feasible, faults, quality }) => ({ feasible, faults, quality }))).toEqual([
        sound,
        sound,
      ]);
    });
  }
});

test("the checker tells a bad plan", async (context) => {
  context.skip(WITHOUT_PYTHON, REASON);
  const { file, model } = clusters.get("10/100") as { file: string; model: LoadedModel };
  const result = await resultOf(model, "workload_balance", {});
  const elsewhere = result.actions.map((action) => ({
    ...action,
    input_parameters: { ...action.input_parameters, destination_node: action.input_parameters.source_node },
  }));
  const bad = { ...result, actions: elsewhere as ResultFile["actions"] };
  expect(judge(file, [bad])).toMatchObject([
    { feasible: false, faults: { destination_is_source: 1, placement_differs_from_actions: 1 } },
  ]);
});
