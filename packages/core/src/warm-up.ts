/**
 * Computes a small made-up cluster, so that the first real audit of a process or thread does not pay for
 * compiling schemas and code. It must give every strategy something to do: with four equal nodes, the first
 * audit of 200 nodes still took four times as long as with these. All strategies take some 0.4 s, once a thread.
 */
import { computePlan } from "./compute.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { encodeSnapshot, shareSnapshot } from "./model/encode.ts";
import { METRICS } from "./model/metrics.ts";
import type { ClusterModelSource } from "./model/source.ts";
import { STRATEGIES } from "./strategies/registry.ts";

const NODES = 60;
const INSTANCES = 1_200;
/** Compilers take interest in code that has run a few times. */
const ROUNDS = 8;
/** Samples go round from 0 to below this: percent, MiB or degrees, whatever the metric. */
const SAMPLES_BELOW = 101;

/**
 * What the strategies come to is of no interest: some lack a model or a sensible parameter, and say so.
 * @param strategyName only this one; default: all
 */
export function warmUp(strategyName?: string): void {
  const snapshot = shareSnapshot(encodeSnapshot(smallCluster()));
  const wanted = STRATEGIES.filter(({ name }) => strategyName === undefined || name === strategyName);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, goalName, parametersSpec } of wanted) {
      computePlan({
        snapshot,
        goalName,
        strategyName: name,
        parameters: requiredParameters(parametersSpec),
        scope: [],
        auditType: "EVENT",
        seed: round,
        options: {},
        history: {},
      });
    }
  }
}

/** Something for each parameter without which a strategy does not begin. */
function requiredParameters({ required, properties }: JsonObject): JsonObject {
  const names = Array.isArray(required) ? required : [];
  const types = isJsonObject(properties) ? properties : {};
  return Object.fromEntries(names.map((name) => [String(name), valueFor(types[String(name)])]));
}

function valueFor(schema: JsonValue | undefined): JsonValue {
  if (!isJsonObject(schema)) return {};
  if (schema.type === "string") return hostname(0);
  return schema.type === "array" ? [] : (schema.minimum ?? 0);
}

function hostname(node: number): string {
  return `host-${node}`;
}

function smallCluster(): ClusterModelSource {
  const total = { vcpus: 64, vcpusReserved: 0, vcpuRatio: 1, memoryMiB: 65_536, memoryReservedMiB: 0 };
  const node = { ...total, memoryRatio: 1, diskGb: 1_000, diskReservedGb: 0, diskRatio: 1, zone: null };
  const flavor = { vcpus: 1, memoryMiB: 1_024, diskGb: 10, metadata: {}, projectId: null, locked: false };
  const place = { host: null, hypervisorHostname: null, created: null, pinnedAz: null, flavorExtraSpecs: {} };
  return {
    takenAt: null,
    nodes: Array.from({ length: NODES }, (_, n) => ({
      ...node,
      uuid: `node-${n}`,
      hostname: hostname(n),
      status: "enabled" as const,
      state: "up" as const,
      disabledReason: null,
    })),
    instances: Array.from({ length: INSTANCES }, (_, n) => ({
      ...flavor,
      ...place,
      uuid: `instance-${n}`,
      name: "",
      // Some nodes are full, others nearly empty, so that every strategy finds something to do.
      nodeIndex: Math.floor(NODES * ((n * 0.618) % 1) ** 2),
      state: "active",
      watcherExclude: false,
    })),
    aggregates: [],
    serverGroups: [],
    metrics: [...METRICS].map(([name, { unit, subject }]) => ({
      name,
      unit,
      aggregate: null,
      periodS: null,
      granularityS: null,
      values: Array.from(
        { length: subject === "node" ? NODES : INSTANCES },
        (_, n) => (37 * n) % SAMPLES_BELOW,
      ),
    })),
    storage: null,
    baremetal: null,
  };
}
