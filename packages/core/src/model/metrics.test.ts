import { describe, expect, it } from "vitest";
import { findMetric, type MetricColumn } from "./metrics.ts";

function held(
  name: string,
  aggregate: string | null,
  periodS: number | null,
  granularityS: number | null,
): MetricColumn {
  return {
    name,
    unit: "percent",
    subject: "instance",
    aggregate,
    periodS,
    granularityS,
    values: new Float64Array(),
  };
}

const REQUEST = { name: "instance_cpu_usage", aggregate: "mean", periodS: 300, granularityS: 60 };

describe("findMetric", () => {
  it("takes the column that says most and contradicts nothing", () => {
    const imported = held(REQUEST.name, null, null, null);
    const sameAggregate = held(REQUEST.name, "mean", null, null);
    const exact = held(REQUEST.name, "mean", 300, 60);
    const others = [
      held(REQUEST.name, "max", 300, 60),
      held(REQUEST.name, "mean", 600, 60),
      held("host_power", null, null, null),
    ];
    expect(findMetric([...others, imported, sameAggregate, exact], REQUEST)).toBe(exact);
    expect(findMetric([...others, imported, sameAggregate], REQUEST)).toBe(sameAggregate);
    expect(findMetric([...others, imported], REQUEST)).toBe(imported);
  });

  it("takes the first of equals", () => {
    const first = held(REQUEST.name, "mean", null, null);
    expect(findMetric([first, held(REQUEST.name, null, 300, null)], REQUEST)).toBe(first);
  });

  it("says what is there when nothing matches", () => {
    expect(() => findMetric([held(REQUEST.name, "max", null, null)], REQUEST)).toThrow(
      /MetricNotAvailable: no samples of instance_cpu_usage \(mean over 300 s, granularity 60 s\).*holds: instance_cpu_usage/,
    );
  });
});
