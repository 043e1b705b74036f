/**
 * Reader of cluster files: JSON of schema `vigil-bench-cluster`, version 1. Unknown members are ignored.
 * Members of ours that may be left out: `server_groups` (uuid, name, members: uuids of instances), `storage`
 * (see `block-storage.ts`), `baremetal` (see `bare-metal.ts`).
 */
import {
  type AggregateSource,
  type ClusterModelSource,
  type InstanceSource,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  METRICS,
  type MetricSource,
  type NodeSource,
  type ServerGroupSource,
  type StorageSource,
  VigilError,
} from "@vigil/core";
import { addBaremetal } from "./bare-metal.ts";
import { readBlockStorage } from "./block-storage.ts";
import { listOf, Members, refuse } from "./members.ts";

const SCHEMA = "vigil-bench-cluster";
const VERSION = 1;

/** noisy_neighbor asks for one period and for two; the file has the last period and the one before. */
const CACHE_METRIC = "instance_l3_cache_usage";
const CACHE_PERIOD_S = 100;

/**
 * The model of a cluster file. Its samples match any aggregate, period and granularity, since the file
 * does not say them; only the two windows of L3 cache use are kept apart.
 *
 * @throws VigilError invalid-input: not JSON, another schema or version, a member of the wrong type
 */
export function readClusterJson(text: string): ClusterModelSource {
  return readCluster(parseObject(text));
}

/**
 * The same of a file that is parsed already.
 * @throws VigilError invalid-input
 */
export function readCluster(file: JsonObject): ClusterModelSource {
  if (file.schema !== SCHEMA) refuse("schema of the cluster file", file.schema, `"${SCHEMA}"`);
  if (file.version !== VERSION) refuse("version of the cluster file", file.version, String(VERSION));
  const nodes = listOf(file.nodes, "nodes").map(readNode);
  const instances = listOf(file.instances, "instances").map((value, index) =>
    readInstance(value, index, nodes.length),
  );
  const model: ClusterModelSource = {
    takenAt: null,
    nodes,
    instances,
    aggregates: listOf(file.aggregates ?? [], "aggregates").map(readAggregate),
    serverGroups: listOf(file.server_groups ?? [], "server_groups").map(readServerGroup),
    metrics: readMetrics(file.metrics ?? {}, nodes.length, instances.length),
    storage: readStorage(file.storage ?? null),
    baremetal: null,
  };
  return file.baremetal === undefined ? model : addBaremetal(model, file.baremetal);
}

/** @throws VigilError invalid-input: not JSON, or no object */
export function parseObject(text: string): JsonObject {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new VigilError("invalid-input", `The cluster file is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (isJsonObject(file)) return file;
  throw new VigilError(
    "invalid-input",
    `The cluster file is no JSON object; one of schema ${SCHEMA} is wanted`,
  );
}

function readStorage(value: JsonValue): StorageSource | null {
  if (value === null) return null;
  return isJsonObject(value) ? readBlockStorage(value) : refuse("storage", value, "an object");
}

function readNode(value: JsonValue, index: number): NodeSource {
  const node = new Members(value, "nodes", index);
  return {
    uuid: node.text("uuid"),
    hostname: node.text("hostname"),
    status: node.oneOf("status", ["enabled", "disabled"], "enabled"),
    state: node.oneOf("state", ["up", "down"], "up"),
    disabledReason: node.textOrNull("disabled_reason"),
    zone: node.textOrNull("availability_zone"),
    vcpus: node.integer("vcpus"),
    vcpusReserved: node.integer("vcpu_reserved", 0),
    vcpuRatio: node.ratio("vcpu_ratio", 1),
    memoryMiB: node.integer("memory_mb"),
    memoryReservedMiB: node.integer("memory_mb_reserved", 0),
    memoryRatio: node.ratio("memory_ratio", 1),
    diskGb: node.integer("disk_gb"),
    diskReservedGb: node.integer("disk_gb_reserved", 0),
    diskRatio: node.ratio("disk_ratio", 1),
  };
}

function readInstance(value: JsonValue, index: number, nodes: number): InstanceSource {
  const instance = new Members(value, "instances", index);
  return {
    uuid: instance.text("uuid"),
    name: instance.text("name", ""),
    nodeIndex: instance.indexOrNull("node", nodes),
    state: instance.text("state", "active"),
    vcpus: instance.integer("vcpus"),
    memoryMiB: instance.integer("memory_mb"),
    diskGb: instance.integer("disk_gb"),
    metadata: instance.object("metadata"),
    projectId: instance.textOrNull("project_id"),
    locked: instance.flag("locked", false),
    host: null,
    hypervisorHostname: null,
    created: instance.textOrNull("created"),
    watcherExclude: false,
    flavorExtraSpecs: {},
    pinnedAz: instance.textOrNull("pinned_az"),
  };
}

function readAggregate(value: JsonValue, index: number): AggregateSource {
  const aggregate = new Members(value, "aggregates", index);
  return {
    id: aggregate.integer("id"),
    name: aggregate.text("name"),
    zone: aggregate.textOrNull("availability_zone"),
    hosts: aggregate.texts("hosts"),
  };
}

function readServerGroup(value: JsonValue, index: number): ServerGroupSource {
  const group = new Members(value, "server_groups", index);
  return { uuid: group.text("uuid"), name: group.text("name", ""), members: group.texts("members") };
}

type Samples = (number | null)[];

function readMetrics(metrics: JsonValue, nodes: number, instances: number): MetricSource[] {
  if (!isJsonObject(metrics)) refuse("metrics", metrics, "an object");
  const columns: MetricSource[] = [];
  for (const [subject, length] of [
    ["node", nodes],
    ["instance", instances],
  ] as const) {
    const given = metrics[subject] ?? {};
    if (!isJsonObject(given)) refuse(`metrics.${subject}`, given, "an object");
    for (const [name, values] of Object.entries(given)) {
      const described = METRICS.get(name);
      if (described?.subject !== subject) continue;
      const samples = readSamples(values, `metrics.${subject}.${name}`, length);
      const column = { name, unit: described.unit, aggregate: null, granularityS: null };
      const before = name === CACHE_METRIC ? given[`${name}_previous`] : undefined;
      if (before === undefined) {
        columns.push({ ...column, periodS: null, values: samples });
        continue;
      }
      const previous = readSamples(before, `metrics.${subject}.${name}_previous`, length);
      columns.push({ ...column, periodS: CACHE_PERIOD_S, values: samples });
      columns.push({ ...column, periodS: 2 * CACHE_PERIOD_S, values: meanOfBoth(samples, previous) });
    }
  }
  return columns;
}

/** The mean over a window of twice the length. */
function meanOfBoth(current: Samples, previous: Samples): Samples {
  return current.map((value, index) => {
    const before = previous[index] ?? null;
    return value === null || before === null ? null : (value + before) / 2;
  });
}

function readSamples(values: JsonValue, where: string, length: number): Samples {
  const list = listOf(values, where);
  if (list.length !== length) refuse(`length of ${where}`, list.length, String(length));
  return list.map((value, index) => {
    if (value === null || (typeof value === "number" && Number.isFinite(value))) return value;
    return refuse(`${where}[${index}]`, value, "a number or null");
  });
}
