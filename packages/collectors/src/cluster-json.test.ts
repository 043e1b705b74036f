import { readFileSync } from "node:fs";
import {
  computePlan,
  encodeSnapshot,
  type JsonObject,
  type JsonValue,
  openSnapshot,
  shareSnapshot,
  VigilError,
} from "@vigil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readClusterJson } from "./cluster-json.ts";

const NODE = { uuid: "n", hostname: "h", vcpus: 8, memory_mb: 1024, disk_gb: 100 };
const INSTANCE = { uuid: "i", node: 0, vcpus: 1, memory_mb: 512, disk_gb: 0 };

function file(members: JsonObject = {}): string {
  const base = { schema: "vigil-bench-cluster", version: 1, nodes: [NODE], instances: [INSTANCE] };
  return JSON.stringify({ ...base, ...members });
}

describe("cluster JSON", () => {
  it("fills in what may be missing", () => {
    const { nodes, instances } = readClusterJson(file());
    expect(nodes[0]).toMatchObject({
      status: "enabled",
      state: "up",
      vcpusReserved: 0,
      vcpuRatio: 1,
      zone: null,
    });
    expect(instances[0]).toMatchObject({
      name: "",
      state: "active",
      locked: false,
      metadata: {},
      pinnedAz: null,
    });
  });

  it("reads every member", () => {
    const text = file({
      unknown: "ignored",
      nodes: [
        {
          ...NODE,
          status: "disabled",
          state: "down",
          disabled_reason: "broken",
          vcpu_reserved: 1,
          vcpu_ratio: 4.5,
          memory_mb_reserved: 2,
          memory_ratio: 1.5,
          disk_gb_reserved: 3,
          disk_ratio: 0.5,
          availability_zone: "z",
        },
      ],
      instances: [
        {
          ...INSTANCE,
          node: null,
          name: "web",
          project_id: "p",
          state: "paused",
          locked: true,
          metadata: { a: "b" },
          created: "2026-01-01T00:00:00Z",
          pinned_az: "z",
        },
      ],
      aggregates: [{ id: 3, name: "agg", availability_zone: "z", metadata: {}, hosts: ["h", "gone"] }],
      metrics: { node: { host_cpu_usage: [null], strange: [1] }, instance: { instance_cpu_usage: [1.5] } },
    });
    const model = readClusterJson(text);
    expect(model.nodes[0]).toEqual({
      uuid: "n",
      hostname: "h",
      status: "disabled",
      state: "down",
      disabledReason: "broken",
      zone: "z",
      vcpus: 8,
      vcpusReserved: 1,
      vcpuRatio: 4.5,
      memoryMiB: 1024,
      memoryReservedMiB: 2,
      memoryRatio: 1.5,
      diskGb: 100,
      diskReservedGb: 3,
      diskRatio: 0.5,
    });
    expect(model.instances[0]).toMatchObject({
      nodeIndex: null,
      name: "web",
      projectId: "p",
      locked: true,
      pinnedAz: "z",
    });
    expect(model.aggregates).toEqual([{ id: 3, name: "agg", zone: "z", hosts: ["h", "gone"] }]);
    expect(model.metrics.map(({ name, unit, periodS, values }) => ({ name, unit, periodS, values }))).toEqual(
      [
        { name: "host_cpu_usage", unit: "percent", periodS: null, values: [null] },
        { name: "instance_cpu_usage", unit: "percent", periodS: null, values: [1.5] },
      ],
    );
  });

  it("makes windows of 100 and 200 s of the two cache columns", () => {
    const instance = { instance_l3_cache_usage: [40], instance_l3_cache_usage_previous: [80] };
    const { metrics } = readClusterJson(file({ metrics: { instance } }));
    expect(metrics.map(({ periodS, values }) => [periodS, values])).toEqual([
      [100, [40]],
      [200, [60]],
    ]);
  });

  const refused: [string, string, RegExp][] = [
    ["no JSON", "{", /is not JSON/],
    ["no object", "[]", /is no JSON object/],
    [
      "another schema",
      file({ schema: "other" }),
      /schema of the cluster file is "other", "vigil-bench-cluster" is wanted/,
    ],
    ["another version", file({ version: 2 }), /version of the cluster file is 2, 1 is wanted/],
    ["a missing list", file({ nodes: null }), /nodes is null, an array is wanted/],
    ["a list of other things", file({ nodes: [3] }), /nodes\[0\] is 3, an object is wanted/],
    ["a missing number", file({ nodes: [{ uuid: "n", hostname: "h" }] }), /nodes\[0\].vcpus is missing/],
    [
      "a text for a number",
      file({ nodes: [{ ...NODE, vcpus: "8" }] }),
      /nodes\[0\].vcpus is "8", an integer/,
    ],
    ["a strange status", file({ nodes: [{ ...NODE, status: "sleepy" }] }), /"sleepy", enabled or disabled/],
    [
      "an index out of range",
      file({ instances: [{ ...INSTANCE, node: 1 }] }),
      /node is 1, null or an index below 1/,
    ],
    ["a negative index", file({ instances: [{ ...INSTANCE, node: -1 }] }), /node is -1/],
    [
      "metadata that is a list",
      file({ instances: [{ ...INSTANCE, metadata: [] }] }),
      /metadata is \[\], an object/,
    ],
    ["locked as text", file({ instances: [{ ...INSTANCE, locked: "no" }] }), /locked is "no", true or false/],
    ["hosts that are numbers", file({ aggregates: [{ id: 1, name: "a", hosts: [1] }] }), /hosts is \[1\]/],
    [
      "a short column",
      file({ metrics: { node: { host_power: [] } } }),
      /length of metrics.node.host_power is 0, 1/,
    ],
    [
      "a sample as text",
      file({ metrics: { node: { host_power: ["x"] } } }),
      /host_power\[0\] is "x", a number or null/,
    ],
    ["metrics as a list", file({ metrics: [] }), /metrics is \[\], an object/],
  ];
  for (const [what, text, message] of refused) {
    it(`is refused with ${what}`, () => expect(() => readClusterJson(text)).toThrow(message));
  }

  it("is read or refused, whatever it holds", () => {
    const value = fc.jsonValue() as fc.Arbitrary<JsonValue>;
    const member = fc.constantFrom("nodes", "instances", "aggregates", "metrics");
    const broken = fc.oneof(
      fc.tuple(member, value).map(([name, anything]) => file({ [name]: anything })),
      fc
        .tuple(fc.constantFrom(...Object.keys(NODE), "status", "vcpu_ratio"), value)
        .map(([name, anything]) => file({ nodes: [{ ...NODE, [name]: anything }] })),
      fc
        .tuple(fc.constantFrom(...Object.keys(INSTANCE), "metadata", "locked", "created"), value)
        .map(([name, anything]) => file({ instances: [{ ...INSTANCE, [name]: anything }] })),
    );
    fc.assert(
      fc.property(broken, (text) => {
        try {
          openSnapshot(encodeSnapshot(readClusterJson(text)).buffer);
        } catch (error) {
          expect(error).toBeInstanceOf(VigilError);
          expect((error as VigilError).kind).toBe("invalid-input");
        }
      }),
      { numRuns: 500 },
    );
    const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
    const text = file({ instances: [{ ...INSTANCE, metadata: {} }] }).replace(
      '"metadata":{}',
      `"metadata":${deep}`,
    );
    expect(() => encodeSnapshot(readClusterJson(text))).toThrow(/nested too deeply/);
  });
});

describe("the sample cluster", () => {
  const text = readFileSync(new URL("../../vigil/samples/cluster.json", import.meta.url), "utf8");
  const snapshot = shareSnapshot(encodeSnapshot(readClusterJson(text)));
  const actions = (strategyName: string, parameters: JsonObject): string[] => {
    const result = computePlan({
      snapshot,
      goalName: "",
      strategyName,
      parameters,
      scope: [],
      auditType: "EVENT",
      seed: 1,
      options: {},
      history: {},
    });
    if (!result.ok) throw new Error(result.error.message);
    return result.plan.actions.map(({ actionType }) => actionType);
  };

  it("has one hot host for workload_balance and a full one for host_maintenance", () => {
    expect(actions("workload_balance", {})).toEqual(["migrate"]);
    const maintenance = actions("host_maintenance", { maintenance_node: "compute-03" });
    expect(maintenance[0]).toBe("change_nova_service_state");
    expect(maintenance.filter((type) => type === "migrate").length).toBeGreaterThan(5);
  });
});
