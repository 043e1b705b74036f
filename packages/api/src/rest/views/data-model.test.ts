import { readClusterJson, readScenarioXml } from "@vigil/collectors";
import { type ClusterModel, encodeSnapshot, openSnapshot, visibleCompute } from "@vigil/core";
import { syntheticCluster } from "@vigil/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type DataModelOptions, dataModelPieces } from "./data-model.ts";

const NODE_MEMBERS = [
  "node_uuid",
  "node_hostname",
  "node_status",
  "node_disabled_reason",
  "node_state",
  "node_memory",
  "node_memory_mb_reserved",
  "node_disk",
  "node_disk_gb_reserved",
  "node_vcpus",
  "node_vcpu_reserved",
  "node_memory_ratio",
  "node_vcpu_ratio",
  "node_disk_ratio",
];

const SERVER_MEMBERS = [
  "server_uuid",
  "server_name",
  "server_state",
  "server_memory",
  "server_disk",
  "server_vcpus",
  "server_metadata",
  "server_project_id",
  "server_locked",
  "server_watcher_exclude",
];

const FROM_1_6 = ["server_pinned_az", "server_flavor_extra_specs"];

/** Two nodes out of the order of their uuids, the second empty; one server that no node holds. */
const XML = `<ModelRoot>
  <ComputeNode uuid="n2" hostname="host-2" status="disabled" disabled_reason="broken" state="down" memory="132"
    memory_mb_reserved="4" disk="250" disk_gb_reserved="5" vcpus="40" vcpu_reserved="2" memory_ratio="1.5"
    vcpu_ratio="16.0" disk_ratio="1.0">
    <Instance uuid="s9" name="nine" state="active" memory="2" disk="20" vcpus="10" metadata='{"optimize": true}'
      project_id="p1" watcher_exclude="False" locked="True" pinned_az="z1" flavor_extra_specs='{"a": "b"}'/>
    <Instance uuid="s1" name="" state="paused" memory="3" disk="0" vcpus="1" metadata="{}" watcher_exclude="True"/>
  </ComputeNode>
  <ComputeNode uuid="n1" hostname="host-1" status="enabled" state="up" memory="64" disk="10" vcpus="8"/>
  <Instance uuid="s5" name="unmapped" state="active" memory="2" disk="2" vcpus="2" metadata="{}" watcher_exclude="False"/>
</ModelRoot>`;

const MODEL = openSnapshot(encodeSnapshot(readScenarioXml(XML)).buffer);

interface Row {
  [member: string]: unknown;
  node_uuid: string;
  server_uuid?: string;
}

function rows(model: ClusterModel, options: Partial<DataModelOptions> = {}, pieceLength = 1_000): Row[] {
  const pieces = [...dataModelPieces(model, { minor: 7, visible: undefined, ...options }, pieceLength)];
  return (JSON.parse(pieces.join("")) as { context: Row[] }).context;
}

test("rest-api 8.3: exactly these members, sorted by node and server", () => {
  const [empty, first, second, ...rest] = rows(MODEL);
  expect(rest).toEqual([]);
  expect(Object.keys(empty ?? {})).toEqual(NODE_MEMBERS);
  expect(empty).toMatchObject({ node_uuid: "n1", node_status: "enabled", node_disabled_reason: null });
  expect(Object.keys(first ?? {})).toEqual([...NODE_MEMBERS, ...SERVER_MEMBERS, ...FROM_1_6]);
  expect(first).toEqual({
    node_uuid: "n2",
    node_hostname: "host-2",
    node_status: "disabled",
    node_disabled_reason: "broken",
    node_state: "down",
    node_memory: 132,
    node_memory_mb_reserved: 4,
    node_disk: 250,
    node_disk_gb_reserved: 5,
    node_vcpus: 40,
    node_vcpu_reserved: 2,
    node_memory_ratio: 1.5,
    node_vcpu_ratio: 16,
    node_disk_ratio: 1,
    server_uuid: "s1",
    server_name: "",
    server_state: "paused",
    server_memory: 3,
    server_disk: 0,
    server_vcpus: 1,
    server_metadata: {},
    server_project_id: null,
    server_locked: false,
    server_watcher_exclude: true,
    server_pinned_az: "",
    server_flavor_extra_specs: {},
  });
  expect(second).toMatchObject({
    node_uuid: "n2",
    server_uuid: "s9",
    server_metadata: { optimize: true },
    server_locked: true,
    server_pinned_az: "z1",
    server_flavor_extra_specs: { a: "b" },
  });
});

test("rest-api 1.5: pin and extra specs from 1.6 on", () => {
  const [, first] = rows(MODEL, { minor: 5 });
  expect(Object.keys(first ?? {})).toEqual([...NODE_MEMBERS, ...SERVER_MEMBERS]);
});

test("an audit's scope leaves out nodes with their servers, and marks excluded servers", () => {
  const visible = visibleCompute(MODEL, [
    { compute: [{ exclude: [{ compute_nodes: [{ name: "host-1" }] }, { instances: [{ uuid: "s9" }] }] }] },
  ]);
  const shown = rows(MODEL, { visible });
  expect(shown.map((row) => [row.node_uuid, row.server_uuid, row.server_watcher_exclude])).toEqual([
    ["n2", "s1", true],
    ["n2", "s9", true],
  ]);
});

test("a model without nodes is an empty list", () => {
  const empty = { compute: [{ availability_zones: [{ name: "nowhere" }] }] };
  expect(rows(MODEL, { visible: visibleCompute(MODEL, [empty]) })).toEqual([]);
});

test("whatever the size of a piece, the pieces make the same list, each server on a node once", () => {
  const size = fc.record({
    nodes: fc.integer({ min: 1, max: 12 }),
    instances: fc.integer({ min: 0, max: 60 }),
    seed: fc.integer({ min: 1, max: 1_000 }),
  });
  fc.assert(
    fc.property(size, fc.integer({ min: 1, max: 5_000 }), (cluster, pieceLength) => {
      const source = readClusterJson(JSON.stringify(syntheticCluster(cluster)));
      const model = openSnapshot(encodeSnapshot(source).buffer);
      const shown = rows(model, {}, pieceLength);
      const expected = source.nodes.flatMap((node, index) => {
        const servers = source.instances.filter(({ nodeIndex }) => nodeIndex === index);
        return servers.length === 0 ? [[node.uuid, ""]] : servers.map((server) => [node.uuid, server.uuid]);
      });
      const keys = shown.map((row) => [row.node_uuid, row.server_uuid ?? ""]);
      expect(keys).toEqual(expected.sort());
    }),
    { numRuns: 50 },
  );
});
