import { readFileSync } from "node:fs";
import { encodeSnapshot, type JsonObject, openSnapshot, VigilError } from "@vigil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addBaremetal } from "./bare-metal.ts";
import { readBlockStorage } from "./block-storage.ts";
import { requireCompute } from "./merge-models.ts";
import { readModelPart } from "./model-file.ts";

const folder = new URL("../../../test/data/scenarios/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const ANSWERS = JSON.parse(read("storage-capacity.json")) as JsonObject;

describe("answers of the block storage service", () => {
  it("become pools, volumes and types", () => {
    const storage = readBlockStorage(ANSWERS);
    expect(storage.nodes).toEqual([
      { host: "host1@IPSAN-1", zone: null, status: "enabled", state: "up", volumeTypes: [] },
    ]);
    expect(storage.pools).toHaveLength(3);
    expect(storage.pools[0]).toEqual({
      name: "host1@IPSAN-1#pool1",
      nodeIndex: 0,
      backendName: "pool1",
      totalVolumes: null,
      totalCapacityGb: 100,
      freeCapacityGb: 60,
      provisionedCapacityGb: 50,
      allocatedCapacityGb: 90,
      virtualFreeGb: null,
      maxOverSubscriptionRatio: 1,
    });
    expect(storage.volumes.map(({ poolIndex }) => poolIndex)).toEqual([1, 1, 1, 1, 1]);
    expect(storage.volumes.map(({ bootable }) => bootable)).toEqual([true, false, true, true, true]);
    expect(storage.volumes.map(({ hasSnapshots }) => hasSnapshots)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(storage.volumes[0]).toMatchObject({
      uuid: "922d4762-0bc5-4b30-9cb9-48ab644dd861",
      name: "test_volume1",
      sizeGb: 4,
      status: "available",
      volumeType: "type2",
      migrationStatus: "success",
      host: "host1@IPSAN-1#pool2",
    });
    expect(storage.types).toEqual([
      { name: "type1", extraSpecs: { volume_backend_name: "pool1" } },
      { name: "type2", extraSpecs: { volume_backend_name: "pool2" } },
    ]);
  });

  it("take services, numeric texts, words for capacities, and hosts that are no pool", () => {
    const storage = readBlockStorage({
      services: [{ host: "h@b", zone: "z", state: "down" }, { host: "h@none" }],
      pools: [
        {
          name: "h@b#p",
          total_capacity_gb: "10.9",
          free_capacity_gb: "infinite",
          max_over_subscription_ratio: "1.5",
        },
        { name: "x@y#z", total_capacity_gb: "unknown" },
      ],
      volumes: [{ id: "v", size: 1, host: "gone@b#p", volume_type: "", attachments: [{ server_id: "s" }] }],
      volume_types: [{ name: "t", extra_specs: { volume_backend_name: "b" } }],
    });
    expect(storage.nodes.map(({ host, state, volumeTypes }) => [host, state, volumeTypes])).toEqual([
      ["h@b", "down", ["t"]],
      ["h@none", "up", []],
      ["x@y", "up", []],
    ]);
    expect(storage.pools).toMatchObject([
      { nodeIndex: 0, totalCapacityGb: 10, freeCapacityGb: null, maxOverSubscriptionRatio: 1.5 },
      { nodeIndex: 2, totalCapacityGb: null },
    ]);
    expect(storage.volumes[0]).toMatchObject({
      poolIndex: null,
      volumeType: null,
      attachments: [{ serverId: "s", attachmentId: "" }],
    });
  });

  it("are no cloud alone", () => {
    const text = read("storage-capacity.json");
    expect(readModelPart(text).storage?.volumes).toHaveLength(5);
    expect(() => requireCompute(readModelPart(text), "s.json")).toThrow(
      /^s\.json holds a storage model and no ComputeNode/,
    );
  });

  it("are refused with a member of another form", () => {
    const refused =
      (members: JsonObject): (() => unknown) =>
      () =>
        readBlockStorage({ pools: [], volumes: [], ...members });
    expect(refused({ pools: [{ name: "p", free_capacity_gb: "much" }] })).toThrow(
      /pools\[0\].free_capacity_gb is "much"/,
    );
    expect(refused({ volumes: [{ id: "v", size: 0.5 }] })).toThrow(/volumes\[0\].size is 0.5/);
    expect(refused({ volumes: [{ id: "v", size: 1, bootable: "maybe" }] })).toThrow(/bootable is "maybe"/);
    expect(refused({ volume_types: [{ name: "t", extra_specs: { a: 1 } }] })).toThrow(
      /extra_specs.a is 1, a text/,
    );
    expect(refused({ snapshots: [{}] })).toThrow(/snapshots\[0\].volume_id is missing/);
  });

  it("never fail otherwise, and what is read fits a snapshot or is refused", () => {
    const key = fc.constantFrom(
      "name",
      "id",
      "size",
      "host",
      "total_capacity_gb",
      "extra_specs",
      "bootable",
      "volume_id",
    );
    const list = fc.array(fc.dictionary(key, fc.oneof(fc.constant("x"), fc.nat(9), fc.jsonValue())), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.record({ pools: list, volumes: list, volume_types: list }), (file) => {
        try {
          readModelPart(JSON.stringify(file));
        } catch (error) {
          expect(error).toBeInstanceOf(VigilError);
          expect((error as VigilError).kind).toBe("invalid-input");
        }
      }),
    );
  });
});

describe("a cluster file", () => {
  const NODE = { uuid: "n", hostname: "h", vcpus: 1, memory_mb: 1, disk_gb: 1 };
  const file = (members: JsonObject): string =>
    JSON.stringify({ schema: "vigil-bench-cluster", version: 1, nodes: [NODE], instances: [], ...members });

  it("may hold server groups, storage and bare metal", () => {
    const model = readModelPart(
      file({
        server_groups: [{ uuid: "g", name: "web", members: ["i"] }],
        storage: ANSWERS,
        baremetal: [{ hostname: "h", power_state: "off", running_vms: 0, state: "down" }],
      }),
    );
    expect(model.serverGroups).toEqual([{ uuid: "g", name: "web", members: ["i"] }]);
    expect(model.storage).toEqual(readBlockStorage(ANSWERS));
    expect(model.baremetal?.nodes).toEqual([
      {
        uuid: "h",
        powerState: "off",
        maintenance: false,
        maintenanceReason: null,
        computeNode: "h",
        runningVms: 0,
        upWhenPoweredOff: true,
      },
    ]);
    expect(model.nodes[0]?.state).toBe("down");
    openSnapshot(encodeSnapshot(model).buffer as ArrayBuffer);
  });

  it("is refused with others of another form", () => {
    expect(() => readModelPart(file({ storage: [] }))).toThrow(/storage is \[\], an object is wanted/);
    expect(() => readModelPart(file({ baremetal: {} }))).toThrow(/baremetal is \{\}, an array is wanted/);
    expect(() => readModelPart(file({ server_groups: [{ uuid: "g", members: [1] }] }))).toThrow(
      /members is \[1\]/,
    );
  });
});

describe("lists of machines", () => {
  it("become the bare metal model; hypervisors take the state that the list tells", () => {
    const model = readModelPart(read("scenario_1.xml"));
    const { cases } = JSON.parse(read("metal-nodes.json")) as { cases: { nodes: JsonObject[] }[] };
    const list = cases[0]?.nodes ?? [];
    const { baremetal, nodes } = addBaremetal(model, [{ ...list[0], state: "down" }, ...list.slice(1)]);
    expect(
      baremetal?.nodes.map(({ computeNode, powerState, runningVms }) => [
        computeNode,
        powerState,
        runningVms,
      ]),
    ).toEqual([
      ["hostname_0", "on", 2],
      ["hostname_1", "off", 2],
    ]);
    expect(nodes.map(({ state }) => state)).toEqual(["down", "up", "up", "up", "up"]);
  });

  it("are refused with a member of another form", () => {
    const model = readModelPart("<ModelRoot/>");
    expect(() => addBaremetal(model, [{ hostname: "h" }])).toThrow(/baremetal\[0\].power_state is missing/);
    expect(() => addBaremetal(model, [{ power_state: "on" }])).toThrow(/baremetal\[0\].uuid is missing/);
    expect(() => addBaremetal(model, [{ uuid: "m", power_state: "on", state: "lost" }])).toThrow(
      /state is "lost"/,
    );
  });
});
