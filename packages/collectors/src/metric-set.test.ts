import type { ClusterModelSource, JsonObject } from "@vigil/core";
import { describe, expect, it } from "vitest";
import { addMetricSet } from "./metric-set.ts";
import { readScenarioXml } from "./scenario-xml.ts";

const MODEL = readScenarioXml(
  `<ModelRoot>
    <ComputeNode uuid="n" hostname="h" vcpus="20" memory="8" disk="9">
      <Instance watcher_exclude="False" uuid="a" vcpus="10" memory="1" disk="1"/>
      <Instance watcher_exclude="False" uuid="b" vcpus="2" memory="1" disk="1"/>
    </ComputeNode>
    <ComputeNode uuid="zero" hostname="z" vcpus="0" memory="8" disk="9"/>
  </ModelRoot>`,
);

function columns(metrics: JsonObject, more: JsonObject = {}): [string, number | null, (number | null)[]][] {
  const read: ClusterModelSource = addMetricSet(MODEL, JSON.stringify({ metrics, ...more }));
  return read.metrics.map(({ name, periodS, values }) => [name, periodS, [...values]]);
}

describe("metric sets", () => {
  it("give values by uuid, with a default, null for no sample", () => {
    expect(columns({ instance_cpu_usage: { unit: "percent", values: { a: 7 } } })).toEqual([
      ["instance_cpu_usage", null, [7, null]],
    ]);
    expect(columns({ host_cpu_usage: { unit: "percent", default: 0, values: { n: null } } })).toEqual([
      ["host_cpu_usage", null, [null, 0]],
    ]);
  });

  it("give values by period, and one for any other", () => {
    const metric = { unit: "bytes", by_period: { "100": { a: 4, b: 3 }, "200": { b: 2 } }, other_periods: 0 };
    expect(columns({ instance_l3_cache_usage: metric })).toEqual([
      ["instance_l3_cache_usage", 100, [4, 3]],
      ["instance_l3_cache_usage", 200, [null, 2]],
      ["instance_l3_cache_usage", null, [0, 0]],
    ]);
  });

  it("derive host values from the instances", () => {
    const metrics = {
      instance_cpu_usage: { unit: "percent", values: { a: 10, b: 50 } },
      instance_ram_usage: { unit: "MiB", values: { a: 1024, b: 512 } },
      host_cpu_usage: { unit: "percent", derived: true },
      host_ram_usage: { unit: "KiB", derived: true },
    };
    expect(columns(metrics).slice(2)).toEqual([
      ["host_cpu_usage", null, [10, null]],
      ["host_ram_usage", null, [1.5, 0]],
    ]);
  });

  it("may give one number for all other metrics", () => {
    const read = columns({ host_power: { unit: "W", values: {} } }, { other_metrics: 0 });
    expect(read).toHaveLength(11);
    expect(read).toContainEqual(["host_airflow", null, [0, 0]]);
  });

  it("are refused when they are wrong", () => {
    expect(() => addMetricSet(MODEL, "x")).toThrow(/is not JSON/);
    expect(() => columns({ nope: {} })).toThrow(/metric is "nope"/);
    expect(() => columns({ host_power: { unit: "kW", values: {} } })).toThrow(
      /unit of metrics.host_power is "kW", W/,
    );
    expect(() => columns({ host_power: { unit: "W", values: { n: "x" } } })).toThrow(
      /values.n is "x", a number/,
    );
    expect(() => columns({ host_power: { unit: "W", by_period: { soon: {} } } })).toThrow(
      /a number of seconds/,
    );
    expect(() => columns({ host_cpu_usage: { unit: "percent", derived: true } })).toThrow(
      /instance_cpu_usage before it/,
    );
  });
});
