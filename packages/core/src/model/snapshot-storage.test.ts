/** The storage and bare metal models in a snapshot. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VigilError } from "../errors.ts";
import { cluster, instance, node, snapshotOf } from "../testing/clusters.ts";
import { readBack } from "../testing/read-back.ts";
import {
  anyStorage,
  baremetalNode,
  pool,
  storage,
  storageNode,
  volume,
  volumeType,
} from "../testing/storage.ts";
import { encodeSnapshot } from "./encode.ts";
import { openSnapshot } from "./open.ts";
import type { ClusterModelSource, StorageSource } from "./source.ts";
import { attachmentsOf, extraSpecsOf, volumeTypesOf } from "./storage-texts.ts";
import { summarizeModel } from "./summary.ts";

const FULL = cluster({
  nodes: [node("n")],
  instances: [instance("i", 0)],
  storage: storage({
    nodes: [
      storageNode("h@b", { zone: "z", volumeTypes: ["gold", "silver"] }),
      storageNode("h@c", { status: "disabled", state: "down" }),
    ],
    pools: [
      pool("h@b#p", 0, {
        backendName: "b",
        totalVolumes: 2,
        totalCapacityGb: 2 ** 40,
        virtualFreeGb: -7,
        maxOverSubscriptionRatio: 1.5,
      }),
      pool("x@y#z", null, { totalCapacityGb: null, maxOverSubscriptionRatio: null }),
    ],
    volumes: [
      volume("v1", 0, {
        status: "in-use",
        attachments: [{ serverId: "i", attachmentId: "a" }],
        multiattach: true,
        bootable: true,
        snapshotId: "s",
        hasSnapshots: true,
        projectId: "p",
        metadata: { readonly: "false" },
        volumeType: "gold",
        migrationStatus: "success",
        createdAt: "2026-01-01T00:00:00",
      }),
      volume("v2", null, { host: "gone@b#p" }),
    ],
    types: [volumeType("gold", { volume_backend_name: "b" }), volumeType("plain")],
  }),
  baremetal: {
    nodes: [
      baremetalNode("m1", "host-n", { runningVms: 3, maintenance: true, maintenanceReason: "fan" }),
      baremetalNode("m2", null, { powerState: "off", upWhenPoweredOff: false }),
    ],
  },
});

describe("storage and bare metal in a snapshot", () => {
  it("keep every field", () => {
    expect(readBack(openSnapshot(snapshotOf(FULL)))).toEqual(FULL);
  });

  it("are told apart from models without elements", () => {
    const empty = { storage: { nodes: [], pools: [], volumes: [], types: [] }, baremetal: { nodes: [] } };
    expect(readBack(openSnapshot(snapshotOf(cluster(empty))))).toEqual(cluster(empty));
    const none = openSnapshot(snapshotOf(cluster({})));
    expect([none.storage, none.baremetal]).toEqual([null, null]);
  });

  it("are kept at random, the same bytes for the same model", () => {
    fc.assert(
      fc.property(anyStorage, (model) => {
        const source = cluster({ storage: model });
        const bytes = encodeSnapshot(source);
        expect(encodeSnapshot(structuredClone(source))).toEqual(bytes);
        expect(readBack(openSnapshot(bytes.buffer as ArrayBuffer))).toEqual(source);
      }),
    );
  });

  it("are summarized", () => {
    expect(summarizeModel(openSnapshot(snapshotOf(FULL)))).toMatchObject({
      storage: { nodes: 2, pools: 2, poolsWithoutCapacity: 1, volumes: 2, unmappedVolumes: 1 },
      baremetal: { nodes: 2 },
    });
  });
});

describe("broken storage and bare metal columns", () => {
  const good = encodeSnapshot(FULL);

  it("never do anything but be refused or read, whatever bytes are changed", () => {
    const change = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          readBack(openSnapshot(bytes.buffer));
        } catch (error) {
          if (error instanceof SyntaxError) return; // damaged metadata text: not the snapshot's form
          expect(error).toBeInstanceOf(VigilError);
          expect((error as VigilError).kind).toBe("invalid-input");
        }
      }),
      { numRuns: 2000 },
    );
  });

  const damages: [column: string, type: "i32" | "f64", value: number][] = [
    ["instance.node", "i32", 99],
    ["pool.node", "i32", 99],
    ["pool.node", "i32", -2],
    ["volume.pool", "i32", 99],
    ["pool.totalCapacityGb", "f64", -1],
    ["pool.freeCapacityGb", "f64", Number.POSITIVE_INFINITY],
    ["pool.virtualFreeGb", "f64", Number.NEGATIVE_INFINITY],
    ["pool.maxOverSubscriptionRatio", "f64", -0.5],
    ["baremetal.runningVms", "i32", -2],
  ];
  for (const [column, type, value] of damages) {
    it(`are refused with ${value} in ${column}`, () => {
      const bytes = good.slice();
      const body = 24 + (new Uint32Array(bytes.buffer, 16, 1)[0] as number);
      const header = JSON.parse(new TextDecoder().decode(bytes.subarray(24, body)));
      const entry = header.columns.find((one: { name: string }) => one.name === column);
      const view = type === "i32" ? Int32Array : Float64Array;
      new view(bytes.buffer, body + entry.offset, 1)[0] = value;
      expect(() => openSnapshot(bytes.buffer)).toThrow(
        new RegExp(`Broken snapshot: .*${value} in ${column}`),
      );
    });
  }

  it("refuse texts of another form when they are read", () => {
    const model = openSnapshot(
      snapshotOf(
        cluster({
          storage: storage({
            nodes: [storageNode("h", { volumeTypes: [1] as unknown as string[] })],
            volumes: [volume("v", null, { attachments: [{}] as never })],
            types: [volumeType("t", { a: 1 } as never)],
          }),
        }),
      ),
    );
    const columns = model.storage as NonNullable<typeof model.storage>;
    const another = { nodes: { ...columns.nodes, volumeTypes: columns.nodes.host } };
    expect(() => volumeTypesOf(model, columns, 0)).toThrow(/volume types of its storage model/);
    expect(() => volumeTypesOf(model, { ...columns, ...another }, 0)).toThrow(/JSON of its storage model/);
    expect(() => attachmentsOf(model, columns, 0)).toThrow(/attachments of its storage model/);
    expect(() => extraSpecsOf(model, columns, 0)).toThrow(/extra specs of its storage model/);
  });
});

const refused: [string, Partial<StorageSource>, RegExp][] = [
  ["a pool on no node", { pools: [pool("p", 0)] }, /storage node index of pool p is 0/],
  ["a volume in no pool", { volumes: [volume("v", 1)] }, /pool index of volume v is 1/],
  ["half a GB", { pools: [pool("p", null, { freeCapacityGb: 0.5 })] }, /freeCapacityGb of pool p is 0.5/],
  ["debts", { pools: [pool("p", null, { allocatedCapacityGb: -1 })] }, /allocatedCapacityGb .* -1/],
  ["half a virtual GB", { pools: [pool("p", null, { virtualFreeGb: 0.5 })] }, /virtualFreeGb .* 0.5/],
  ["no ratio", { pools: [pool("p", null, { maxOverSubscriptionRatio: -1 })] }, /maxOverSubscription.* -1/],
  ["half a volume", { volumes: [volume("v", null, { sizeGb: 0.5 })] }, /sizeGb of volume v is 0.5/],
  [
    "a strange service",
    { nodes: [storageNode("h", { status: "" as "enabled" })] },
    /status of storage node h/,
  ],
  ["a storage node twice", { nodes: [storageNode("h"), storageNode("h")] }, /Storage node h is there twice/],
  ["a pool twice", { pools: [pool("p", null), pool("p", null)] }, /Pool p is there twice/],
  ["a volume twice", { volumes: [volume("v", null), volume("v", null)] }, /Volume v is there twice/],
  ["a type twice", { types: [volumeType("t"), volumeType("t")] }, /Volume type t is there twice/],
];

describe("sources of storage and bare metal", () => {
  for (const [what, members, message] of refused) {
    it(`are refused with ${what}`, () => {
      expect(() => encodeSnapshot(cluster({ storage: storage(members) }))).toThrow(message);
    });
  }

  it("are refused with bare metal nodes twice or counts below 0", () => {
    const encode = (...nodes: NonNullable<ClusterModelSource["baremetal"]>["nodes"]) =>
      encodeSnapshot(cluster({ baremetal: { nodes } }));
    expect(() => encode(baremetalNode("m", null, { runningVms: -1 }))).toThrow(/runningVms .* m is -1/);
    expect(() => encode(baremetalNode("m", null), baremetalNode("m", "x"))).toThrow(/m is there twice/);
  });
});
