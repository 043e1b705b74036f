/** Reader of metric sets: samples by uuid in a file of their own, beside a scenario. */
import {
  type ClusterModelSource,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  METRICS,
  type MetricSource,
  VigilError,
} from "@vigil/core";
import { refuse } from "./members.ts";

type Samples = (number | null)[];

/**
 * The model with the set's columns added; values hold for any aggregate and granularity. Members:
 * `metrics.<name>` has `unit` and one of `values` (uuid to number, null: no sample; `default` for those
 * not listed, none: no sample), `by_period` (period in seconds to values; any other period reads
 * `other_periods`, 0 if not given) or `derived: true` (host values that follow from the instances on the host).
 * `other_metrics`: number that every metric not listed reads.
 *
 * @throws VigilError invalid-input
 */
export function addMetricSet(model: ClusterModelSource, text: string): ClusterModelSource {
  const set = parse(text);
  const columns: MetricSource[] = [];
  const metrics = isJsonObject(set.metrics) ? set.metrics : refuse("metrics", set.metrics, "an object");
  for (const [name, given] of Object.entries(metrics)) {
    if (!isJsonObject(given)) refuse(`metrics.${name}`, given, "an object");
    columns.push(...readMetric(model, name, given, columns));
  }
  if (set.other_metrics !== undefined) {
    const value = readNumber(set.other_metrics, "other_metrics");
    for (const name of METRICS.keys()) {
      if (!Object.hasOwn(metrics, name))
        columns.push(
          column(
            name,
            null,
            ids(model, name).map(() => value),
          ),
        );
    }
  }
  return { ...model, metrics: [...model.metrics, ...columns] };
}

function parse(text: string): JsonObject {
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch (error) {
    throw new VigilError("invalid-input", `The metric set is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return isJsonObject(set) ? set : refuse("the metric set", set, "an object");
}

function describe(name: string): { subject: "node" | "instance"; unit: string } {
  return METRICS.get(name) ?? refuse("metric", name, `one of ${[...METRICS.keys()].join(", ")}`);
}

function ids(model: ClusterModelSource, name: string): string[] {
  const elements = describe(name).subject === "node" ? model.nodes : model.instances;
  return elements.map((element) => element.uuid);
}

function column(name: string, periodS: number | null, values: Samples): MetricSource {
  return { name, unit: describe(name).unit, aggregate: null, periodS, granularityS: null, values };
}

function readNumber(value: JsonValue, where: string): number {
  return typeof value === "number" && Number.isFinite(value) ? value : refuse(where, value, "a number");
}

function readMetric(
  model: ClusterModelSource,
  name: string,
  given: JsonObject,
  earlier: readonly MetricSource[],
): MetricSource[] {
  const { unit } = describe(name);
  if (given.unit !== unit) refuse(`unit of metrics.${name}`, given.unit, unit);
  if (given.derived === true) return [column(name, null, derive(model, name, earlier))];
  const uuids = ids(model, name);
  const missing = given.default === undefined ? null : readNumber(given.default, `metrics.${name}.default`);
  if (given.by_period === undefined) {
    return [column(name, null, readValues(given.values, `metrics.${name}.values`, uuids, missing))];
  }
  if (!isJsonObject(given.by_period)) refuse(`metrics.${name}.by_period`, given.by_period, "an object");
  const columns = Object.entries(given.by_period).map(([period, values]) => {
    const where = `metrics.${name}.by_period.${period}`;
    const periodS = Number(period);
    if (!(periodS > 0)) refuse(where, period, "a number of seconds");
    return column(name, periodS, readValues(values, where, uuids, missing));
  });
  const otherwise = readNumber(given.other_periods ?? 0, `metrics.${name}.other_periods`);
  return [
    ...columns,
    column(
      name,
      null,
      uuids.map(() => otherwise),
    ),
  ];
}

function readValues(
  values: JsonValue | undefined,
  where: string,
  uuids: readonly string[],
  missing: number | null,
): Samples {
  if (!isJsonObject(values)) return refuse(where, values, "an object");
  return uuids.map((uuid) => {
    const value = Object.hasOwn(values, uuid) ? values[uuid] : missing;
    return value === null || value === undefined ? null : readNumber(value, `${where}.${uuid}`);
  });
}

/** Host values from the instances on each host: percent of its vCPUs, and the sum of MiB / 1024. */
function derive(model: ClusterModelSource, name: string, earlier: readonly MetricSource[]): Samples {
  const from = name === "host_cpu_usage" ? "instance_cpu_usage" : "instance_ram_usage";
  const samples = earlier.find((metric) => metric.name === from)?.values;
  if (samples === undefined || !["host_cpu_usage", "host_ram_usage"].includes(name)) {
    return refuse(`metrics.${name}.derived`, true, `values, or ${from} before it,`);
  }
  const sums = model.nodes.map(() => 0);
  model.instances.forEach((instance, index) => {
    if (instance.nodeIndex === null) return;
    const sample = samples[index] ?? 0;
    const use = name === "host_cpu_usage" ? (instance.vcpus * sample) / 100 : sample;
    sums[instance.nodeIndex] = (sums[instance.nodeIndex] ?? 0) + use;
  });
  if (name === "host_ram_usage") return sums.map((sum) => sum / 1024);
  return sums.map((sum, index) => {
    const vcpus = model.nodes[index]?.vcpus ?? 0;
    return vcpus === 0 ? null : (100 * sum) / vcpus;
  });
}
