import { readFileSync } from "node:fs";
import { encodeSnapshot, openSnapshot, summarizeModel } from "@vigil/core";
import { describe, expect, it } from "vitest";
import { mergeModels, requireCompute } from "./merge-models.ts";
import { readModelPart } from "./model-file.ts";
import { readScenarioXml } from "./scenario-xml.ts";

const folder = new URL("../../../test/data/scenarios/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8");

function scenario(...elements: string[]): string {
  return `<ModelRoot>${elements.join("")}</ModelRoot>`;
}

const POOL = '<Pool name="h@b#p" total_capacity_gb="500.7" free_capacity_gb="unknown" virtual_free="-3"';

describe("storage in scenario XML", () => {
  it("keeps document order; volumes outside a pool are unmapped", () => {
    const { storage } = readScenarioXml(read("storage_scenario_1.xml"));
    expect(storage?.nodes.map(({ host, volumeTypes }) => [host, volumeTypes])).toEqual([
      ["host_0@backend_0", ["type_0"]],
      ["host_1@backend_1", ["type_1"]],
    ]);
    expect(storage?.pools.map(({ name, nodeIndex }) => [name, nodeIndex])).toEqual([
      ["host_0@backend_0#pool_0", 0],
      ["host_0@backend_0#pool_1", 0],
      ["host_1@backend_1#pool_0", 1],
      ["host_1@backend_1#pool_1", 1],
    ]);
    expect(storage?.volumes.map(({ name, poolIndex }) => [name, poolIndex])).toEqual([
      ["name_0", 0],
      ["name_1", 0],
      ["name_2", 1],
      ["name_3", 1],
      ["name_4", 2],
      ["name_5", 2],
      ["name_6", 3],
      ["name_7", 3],
      ["name_8", null],
    ]);
  });

  it("reads every member", () => {
    const { storage } = readScenarioXml(read("storage_scenario_1.xml"));
    expect(storage?.pools[0]).toEqual({
      name: "host_0@backend_0#pool_0",
      nodeIndex: 0,
      backendName: "backend_0",
      totalVolumes: 2,
      totalCapacityGb: 500,
      freeCapacityGb: 420,
      provisionedCapacityGb: 80,
      allocatedCapacityGb: 80,
      virtualFreeGb: 420,
      maxOverSubscriptionRatio: null,
    });
    expect(storage?.volumes[0]).toEqual({
      uuid: "5028b1eb-8749-48ae-a42c-5bdd1323976f",
      name: "name_0",
      sizeGb: 40,
      status: "in-use",
      attachments: [{ serverId: "server", attachmentId: "attachment" }],
      multiattach: true,
      bootable: false,
      snapshotId: null,
      hasSnapshots: false,
      projectId: "91FFFE30-78A0-4152-ACD2-8310FF274DC9",
      metadata: { readonly: false, attached_mode: "rw" },
      volumeType: "type_0",
      migrationStatus: null,
      createdAt: "2017-10-30T00:00:00",
      host: "host_0@backend_0#pool_0",
      poolIndex: 0,
    });
  });

  it("keeps a pool whose capacity nobody knows, and cuts off fractions", () => {
    const { storage } = readScenarioXml(scenario(`${POOL} allocated_capacity_gb="-1"/>`));
    expect(storage?.pools[0]).toMatchObject({
      nodeIndex: null,
      totalCapacityGb: 500,
      freeCapacityGb: null,
      allocatedCapacityGb: null,
      virtualFreeGb: -3,
    });
  });

  it("takes one volume type, or a list in the form of JSON or Python", () => {
    const typesOf = (text: string) =>
      readScenarioXml(scenario(`<StorageNode host="h@b" volume_type="${text}"/>`)).storage?.nodes[0]
        ?.volumeTypes;
    expect(typesOf("")).toEqual([]);
    expect(typesOf("gold")).toEqual(["gold"]);
    expect(typesOf("['gold', 'silver']")).toEqual(["gold", "silver"]);
    expect(typesOf("[&quot;gold&quot;]")).toEqual(["gold"]);
    expect(() => typesOf("[gold")).toThrow(/volume_type of StorageNode h@b is/);
  });

  it("puts a volume without a host where it stands", () => {
    const { storage } = readScenarioXml(scenario(`${POOL}><Volume uuid="v" size="1"/></Pool>`));
    expect(storage?.volumes[0]?.host).toBe("h@b#p");
  });

  const refused: [string, string, RegExp][] = [
    ["a pool of words", `${POOL} total_volumes="many"/>`, /total_volumes of Pool h@b#p is "many"/],
    ["half a volume", '<Volume uuid="v" size="0.5"/>', /size of Volume v is "0.5"/],
    ["no list", `<Volume uuid="v" size="1" attachments="{}"/>`, /attachments of Volume v is "\{\}"/],
    ["a strange node", '<StorageNode host="h" state="lost"/>', /state of StorageNode h is "lost"/],
  ];
  for (const [what, element, message] of refused) {
    it(`is refused with ${what}`, () => expect(() => readScenarioXml(scenario(element))).toThrow(message));
  }
});

describe("bare metal in scenario XML", () => {
  it("reads nodes and the compute nodes that they carry", () => {
    const { baremetal } = readScenarioXml(read("ironic_scenario_1.xml"));
    expect(baremetal?.nodes).toEqual([
      {
        uuid: "c5941348-5a87-4016-94d4-4f9e0ce2b87a",
        powerState: "power on",
        maintenance: false,
        maintenanceReason: null,
        computeNode: "1",
        runningVms: null,
        upWhenPoweredOff: true,
      },
      expect.objectContaining({ computeNode: "2" }),
    ]);
    const inAttribute = `<IronicNode uuid="m" power_state="power off" extra='{"compute_node_id": 7}'/>`;
    expect(readScenarioXml(scenario(inAttribute)).baremetal?.nodes[0]).toMatchObject({ computeNode: "7" });
    const without = `<IronicNode uuid="m" power_state="on" maintenance="True" maintenance_reason="fan"/>`;
    expect(readScenarioXml(scenario(without)).baremetal?.nodes[0]).toMatchObject({
      computeNode: null,
      maintenance: true,
      maintenanceReason: "fan",
    });
  });
});

describe("several files", () => {
  it("make one model", () => {
    const parts = ["scenario_1.xml", "storage_scenario_1.xml", "ironic_scenario_1.xml"].map((file) =>
      readModelPart(read(file), file),
    );
    const merged = mergeModels(parts);
    expect(mergeModels([...parts].reverse())).toEqual(merged);
    expect(summarizeModel(openSnapshot(encodeSnapshot(merged).buffer as ArrayBuffer))).toMatchObject({
      nodes: 5,
      instances: 35,
      storage: { nodes: 2, pools: 4, poolsWithoutCapacity: 0, volumes: 9, unmappedVolumes: 1 },
      baremetal: { nodes: 2 },
    });
  });

  it("are refused when two hold the same", () => {
    const compute = readModelPart(read("scenario_1.xml"));
    const storage = readModelPart(read("storage_scenario_1.xml"));
    expect(() => mergeModels([compute, compute])).toThrow(/Two files hold a compute model/);
    expect(() => mergeModels([storage, compute, storage])).toThrow(/Two files hold a storage model/);
  });

  it("are needed where one holds no compute model", () => {
    expect(() => requireCompute(readModelPart(read("storage_scenario_1.xml")), "s.xml")).toThrow(
      /^s\.xml holds a storage model and no ComputeNode; give it together with/,
    );
    const both = scenario('<StorageNode host="h@b"/>', '<IronicNode uuid="m" power_state="on"/>');
    expect(() => requireCompute(readModelPart(both))).toThrow(/holds a storage and a bare metal model/);
    expect(requireCompute(readModelPart("<ModelRoot/>")).nodes).toEqual([]);
  });
});
