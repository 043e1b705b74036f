import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VigilError } from "../errors.ts";
import { anyCluster, cluster, instance, node, samples, snapshotOf } from "../testing/clusters.ts";
import { readBack } from "../testing/read-back.ts";
import { encodeSnapshot } from "./encode.ts";
import { NO_TEXT } from "./layout.ts";
import { openSnapshot } from "./open.ts";
import type { ClusterModelSource } from "./source.ts";
import { summarizeModel } from "./summary.ts";

const FULL = cluster({
  takenAt: "2026-11-22T00:00:00Z",
  nodes: [
    node("Ω-1", { zone: "é", disabledReason: "", vcpuRatio: 0.5 }),
    node("b", { status: "disabled", state: "down" }),
  ],
  instances: [
    instance("x", 1, {
      name: "",
      metadata: { nested: { a: [1, null] } },
      flavorExtraSpecs: { "hw:cpu": "1" },
      created: "2026-01-01T00:00:00Z",
      projectId: "p",
      host: "h",
      hypervisorHostname: "hh",
      locked: true,
      watcherExclude: true,
      pinnedAz: "é",
      state: "weird 𝄞",
      memoryMiB: 0xffffffff,
    }),
    instance("y", null),
    instance("z", 1),
  ],
  aggregates: [
    { id: 7, name: "fast", zone: "é", hosts: ["host-b", "gone"] },
    { id: 8, name: "none", zone: null, hosts: [] },
  ],
  serverGroups: [
    { uuid: "g1", name: "web", members: ["x", "gone"] },
    { uuid: "g2", name: "web", members: [] },
  ],
  metrics: [
    {
      name: "host_cpu_usage",
      unit: "percent",
      aggregate: "mean",
      periodS: 300,
      granularityS: 60,
      values: [0, null],
    },
    samples("instance_cpu_usage", [null, 0.1, 99.9]),
  ],
});

describe("snapshot", () => {
  it("keeps every field", () => {
    expect(readBack(openSnapshot(snapshotOf(FULL)))).toEqual(FULL);
  });

  it("keeps random clusters, and gives the same bytes for the same cluster", () => {
    fc.assert(
      fc.property(anyCluster, (source) => {
        const bytes = encodeSnapshot(source);
        expect(encodeSnapshot(structuredClone(source))).toEqual(bytes);
        expect(readBack(openSnapshot(bytes.buffer))).toEqual(source);
      }),
    );
  });

  it("keeps any well-formed text, repairs lone surrogates, and orders indices as texts", () => {
    const texts = fc.uniqueArray(fc.string({ unit: "binary" }), { maxLength: 30 });
    fc.assert(
      fc.property(texts, (uuids) => {
        const model = openSnapshot(snapshotOf(cluster({ nodes: uuids.map((uuid) => node(uuid)) })));
        const read = [...model.nodes.uuid].map((text) => model.text(text));
        expect(read).toEqual(uuids);
        for (const uuid of uuids) expect(model.text(model.findText(uuid))).toBe(uuid);
        const byIndex = [...model.nodes.uuid].sort((a, b) => a - b).map((text) => model.text(text));
        expect(byIndex).toEqual([...uuids].sort());
      }),
    );
    const lone = openSnapshot(snapshotOf(cluster({ nodes: [node("a\ud800")] })));
    expect(lone.text(lone.nodes.uuid[0] as number)).toBe("a\ufffd");
  });

  it("finds nodes and instances by name, the first of equal hostnames", () => {
    const model = openSnapshot(
      snapshotOf(
        cluster({
          nodes: [node("n1", { hostname: "h" }), node("n2", { hostname: "h" })],
          instances: [instance("i", 1)],
        }),
      ),
    );
    expect(model.nodeByHostname("h")).toBe(0);
    expect(model.nodeByUuid("n2")).toBe(1);
    expect(model.instanceByUuid("i")).toBe(0);
    // A text of another column, and one that no column holds.
    expect(model.nodeByUuid("i")).toBe(-1);
    expect(model.instanceByUuid("nobody")).toBe(-1);
    expect(model.textOrNull(NO_TEXT)).toBeNull();
    expect(() => model.text(NO_TEXT)).toThrow(VigilError);
  });

  it("summarizes", () => {
    expect(summarizeModel(openSnapshot(snapshotOf(FULL)))).toEqual({
      takenAt: "2026-11-22T00:00:00Z",
      nodes: 2,
      nodesAvailable: 1,
      instances: 3,
      unmappedInstances: 1,
      aggregates: 2,
      metrics: [
        { name: "host_cpu_usage", unit: "percent", samples: 1, missing: 1 },
        { name: "instance_cpu_usage", unit: "percent", samples: 2, missing: 1 },
      ],
    });
  });
});

describe("broken snapshots", () => {
  const good = encodeSnapshot(FULL);

  /** Opening and reading everything either works or is refused as invalid input. */
  function survives(bytes: Uint8Array): void {
    try {
      readBack(openSnapshot(Uint8Array.from(bytes).buffer));
    } catch (error) {
      if (error instanceof SyntaxError) return; // damaged metadata text: not the snapshot's form
      expect(error).toBeInstanceOf(VigilError);
      expect((error as VigilError).kind).toBe("invalid-input");
    }
  }

  it("are refused when cut at any byte", () => {
    for (let length = 0; length < good.length; length += 7) {
      expect(() => openSnapshot(good.slice(0, length).buffer)).toThrow(VigilError);
    }
  });

  it("never do anything but be refused or read, whatever bytes are changed", () => {
    const change = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        survives(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("are refused when they are something else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => openSnapshot(bytes.slice().buffer)).toThrow(VigilError);
      }),
    );
  });
});

const GROUP = { uuid: "g", name: "", members: [] };

describe("model sources", () => {
  const refused: [string, Partial<ClusterModelSource>, RegExp][] = [
    ["a fraction", { nodes: [node("n", { vcpus: 1.5 })] }, /vcpus of compute node n is 1.5, an integer/],
    ["a negative", { instances: [instance("i", null, { diskGb: -1 })] }, /diskGb of instance i is -1/],
    ["too large", { instances: [instance("i", null, { memoryMiB: 2 ** 32 })] }, /4294967296/],
    [
      "an endless ratio",
      { nodes: [node("n", { diskRatio: Number.POSITIVE_INFINITY })] },
      /diskRatio .* Infinity/,
    ],
    [
      "a strange state",
      { nodes: [node("n", { state: "sideways" as "up" })] },
      /"sideways", up or down is wanted/,
    ],
    ["a node out of range", { instances: [instance("i", 0)] }, /node index of instance i is 0/],
    ["a node twice", { nodes: [node("n"), node("n")] }, /Compute node n is there twice/],
    [
      "an instance twice",
      { instances: [instance("i", null), instance("i", null)] },
      /Instance i is there twice/,
    ],
    ["an unknown metric", { metrics: [samples("nonsense", [])] }, /metric is "nonsense"/],
    [
      "another unit",
      { metrics: [{ ...samples("host_ram_usage", []), unit: "MiB" }] },
      /unit of host_ram_usage is "MiB", KiB is wanted/,
    ],
    [
      "a short column",
      { nodes: [node("n")], metrics: [samples("host_power", [])] },
      /length of host_power is 0, 1/,
    ],
    [
      "a sample that is no number",
      { nodes: [node("n")], metrics: [samples("host_power", [Number.NaN])] },
      /NaN/,
    ],
    ["a server group twice", { serverGroups: [GROUP, GROUP] }, /Server group g is there twice/],
    ["a column twice", { metrics: [samples("host_power", []), samples("host_power", [])] }, /there twice/],
  ];
  for (const [what, members, message] of refused) {
    it(`are refused with ${what}`, () => expect(() => encodeSnapshot(cluster(members))).toThrow(message));
  }

  it("take empty zones and pins for none", () => {
    const model = openSnapshot(
      snapshotOf(
        cluster({ nodes: [node("n", { zone: "" })], instances: [instance("i", 0, { pinnedAz: "" })] }),
      ),
    );
    expect([model.nodes.zone[0], model.instances.pinnedAz[0]]).toEqual([NO_TEXT, NO_TEXT]);
  });
});
