import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VigilError } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import { openSnapshot } from "../model/open.ts";
import { Overlay } from "../model/overlay.ts";
import type { ClusterModelSource } from "../model/source.ts";
import { BaremetalView, StorageView } from "../model/storage-view.ts";
import { cluster, node, snapshotOf } from "../testing/clusters.ts";
import { anyStorage, baremetalNode, pool, storage, storageNode, volume } from "../testing/storage.ts";
import { applyScope } from "./apply.ts";

const SOURCE = cluster({
  nodes: [node("n0")],
  storage: storage({
    nodes: [
      storageNode("h@a", { zone: "z1", volumeTypes: ["gold", "silver"] }),
      storageNode("h@b", { zone: "z2", volumeTypes: ["silver"] }),
    ],
    pools: [pool("h@a#p0", 0), pool("h@a#p1", 0), pool("h@b#p2", 1), pool("x@y#p3", null)],
    volumes: [
      volume("v0", 0, { projectId: "p1" }),
      volume("v1", 1, { projectId: "p2" }),
      volume("v2", 2),
      volume("v3", 3),
      volume("v4", null),
    ],
  }),
  baremetal: { nodes: [baremetalNode("m0", "host-n0"), baremetalNode("m1", null)] },
});

function scoped(scope: JsonValue, source: ClusterModelSource = SOURCE) {
  const model = openSnapshot(snapshotOf(source));
  const storageView = model.storage === null ? null : new StorageView(model.storage);
  const baremetal = model.baremetal === null ? null : new BaremetalView(model.baremetal);
  const report = applyScope({ overlay: new Overlay(model), storage: storageView, baremetal }, scope);
  const left = (mask: Uint8Array | undefined): number[] =>
    [...(mask ?? [])].flatMap((takesPart, at) => (takesPart === 1 ? [at] : []));
  return {
    report,
    pools: left(storageView?.poolTakesPart),
    volumes: left(storageView?.volumeTakesPart),
    machines: left(baremetal?.takesPart),
  };
}

function inStorage(...rules: JsonValue[]): { pools: number[]; volumes: number[] } {
  const { pools, volumes } = scoped([{ storage: rules }]);
  return { pools, volumes };
}

const ALL = { pools: [0, 1, 2, 3], volumes: [0, 1, 2, 3, 4] };

describe("storage scope", () => {
  it("is everything when it says nothing", () => {
    for (const scope of [[], [{ compute: [{}] }], [{ storage: [] }], [{ storage: [{ other: 1 }] }]]) {
      expect(scoped(scope)).toMatchObject(ALL);
    }
  });

  it("includes zones and types together; what no node holds stays", () => {
    expect(inStorage({ availability_zones: [{ name: "z1" }] })).toEqual({
      pools: [0, 1, 3],
      volumes: [0, 1, 3, 4],
    });
    expect(inStorage({ volume_types: [{ name: "gold" }] })).toEqual({
      pools: [0, 1, 3],
      volumes: [0, 1, 3, 4],
    });
    expect(inStorage({ volume_types: [{ name: "silver" }] })).toEqual(ALL);
    expect(inStorage({ volume_types: [{ name: "gold" }] }, { availability_zones: [{ name: "z2" }] })).toEqual(
      ALL,
    );
    expect(inStorage({ availability_zones: [{ name: "*" }] })).toEqual(ALL);
    expect(inStorage({ volume_types: [{ name: "*" }] })).toEqual(ALL);
    expect(() => inStorage({ volume_types: [{ name: "*" }, { name: "gold" }] })).toThrow(
      /WildcardCharacterIsUsed/,
    );
  });

  it("leaves all in when its rules find nothing, and says so", () => {
    const { report, ...left } = scoped([
      { storage: [{ availability_zones: [{ name: "z9" }] }, { volume_types: [{ name: "t9" }] }] },
    ]);
    expect(left).toMatchObject(ALL);
    expect(report).toEqual({
      storage: {
        pools: 4,
        poolsLeftOut: 0,
        volumes: 5,
        volumesLeftOut: 0,
        unknown: { count: 2, first: ["t9", "z9"] },
      },
    });
  });

  it("excludes pools with their volumes, volumes, and volumes of projects", () => {
    expect(inStorage({ exclude: [{ storage_pools: [{ name: "h@a#p1" }, { name: "nope" }] }] })).toEqual({
      pools: [0, 2, 3],
      volumes: [0, 2, 3, 4],
    });
    expect(inStorage({ exclude: [{ volumes: [{ uuid: "v4" }] }, { projects: [{ uuid: "p1" }] }] })).toEqual({
      pools: [0, 1, 2, 3],
      volumes: [1, 2, 3],
    });
  });

  it("refuses other forms, with and without a storage model", () => {
    for (const source of [SOURCE, cluster({})]) {
      expect(() => scoped([{ storage: "all" }], source)).toThrow(/storage of the scope is "all", a list/);
      expect(() => scoped([{ storage: [{ exclude: [{ volumes: [{}] }] }] }], source)).toThrow(/volumes.uuid/);
    }
    expect(scoped([{ storage: [{ volume_types: [{ name: "t" }] }] }], cluster({})).report).toBeNull();
  });
});

describe("bare metal scope", () => {
  it("leaves out the excluded machines", () => {
    const { machines, report } = scoped([
      { baremetal: [{ exclude: [{ ironic_nodes: [{ uuid: "m1" }, { uuid: "m9" }] }] }] },
    ]);
    expect(machines).toEqual([0]);
    expect(report).toEqual({
      baremetal: { nodes: 1, nodesLeftOut: 1, unknown: { count: 1, first: ["m9"] } },
    });
    expect(scoped([{ baremetal: [{}] }]).machines).toEqual([0, 1]);
    expect(() => scoped([{ baremetal: [{ exclude: [{ ironic_nodes: ["m1"] }] }] }])).toThrow(/ironic_nodes/);
  });
});

describe("any scope", () => {
  it("is applied or refused, and never leaves a volume in a pool that is out", () => {
    const key = fc.constantFrom(
      "storage",
      "baremetal",
      "exclude",
      "volume_types",
      "storage_pools",
      "volumes",
      "name",
      "uuid",
    );
    const { value } = fc.letrec((tie) => ({
      leaf: fc.oneof(fc.constantFrom("*", "v0", "h@b0#p0", "t0", "a"), fc.jsonValue()),
      list: fc.array(tie("value"), { maxLength: 3 }),
      object: fc.dictionary(key, tie("value"), { maxKeys: 3 }),
      value: fc.oneof({ maxDepth: 6 }, tie("leaf"), tie("list"), tie("object")),
    }));
    fc.assert(
      fc.property(fc.array(value), anyStorage, (scope, held) => {
        const source = cluster({ storage: held, baremetal: { nodes: [baremetalNode("v0", null)] } });
        try {
          const { pools, volumes } = scoped(scope as JsonValue, source);
          for (const at of volumes) {
            const home = held.volumes[at]?.poolIndex ?? null;
            expect(home === null || pools.includes(home)).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(VigilError);
          expect((error as VigilError).kind).toBe("invalid-input");
        }
      }),
    );
  });
});
