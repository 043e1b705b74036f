import { describe, expect, it } from "vitest";
import { VigilError } from "../errors.ts";
import { SCORING_ENGINES } from "./registry.ts";
import type { ScoringEngine } from "./scoring-engine.ts";

const MIB = 1024 * 1024;

function engine(name: string): ScoringEngine {
  const found = SCORING_ENGINES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no engine ${name}`);
  return found;
}

function score(name: string, features: unknown): unknown {
  return JSON.parse(engine(name).calculate(JSON.stringify(features)));
}

describe("scoring engines", () => {
  it("are Watcher's four", () => {
    expect(SCORING_ENGINES.map(({ name, description }) => [name, description])).toEqual([
      ["dummy_scorer", "Dummy workload classifier"],
      ["dummy_min_scorer", "Dummy Scorer calculating the minimum value"],
      ["dummy_max_scorer", "Dummy Scorer calculating the maximum value"],
      ["dummy_avg_scorer", "Dummy Scorer calculating the average value"],
    ]);
  });

  it("describe their features and results as JSON, or not at all", () => {
    const metainfo = JSON.parse(engine("dummy_scorer").metainfo);
    expect(Object.keys(metainfo)).toEqual(["feature_columns", "result_columns", "workloads"]);
    expect(metainfo.feature_columns).toHaveLength(9);
    expect(metainfo.workloads).toEqual(["idle", "cpu-intensive", "memory-intensive", "disk-intensive"]);
    expect(engine("dummy_avg_scorer").metainfo).toBe("");
  });

  it("refuse what is no list of numbers, saying what they were given", () => {
    for (const { name, calculate } of SCORING_ENGINES) {
      for (const features of ["", "[1", "{}", "null", '["1"]', "[null]", "[[1]]"]) {
        expect(() => calculate(features), `${name} ${features}`).toThrow(VigilError);
      }
    }
    expect(() => engine("dummy_min_scorer").calculate("[]")).toThrow(/are \[\]: at least one number/);
    expect(() => engine("dummy_scorer").calculate("[1,2]")).toThrow(/9 numbers are wanted, 2 are given/);
  });
});

describe("dummy_scorer", () => {
  const classified = (cpu: number, pages: [number, number], disk: [number, number]): unknown =>
    score("dummy_scorer", [cpu, 4096, 1024, ...pages, disk[0] * MIB, disk[1] * MIB, 1, 1]);

  it("tells the workload, CPU before memory before disk", () => {
    expect(classified(80, [1000, 1000], [50, 50])).toEqual([1, 0, 100, 0, 0]);
    expect(classified(79.9, [1000, 1000], [50, 50])).toEqual([2, 0, 0, 100, 0]);
    expect(classified(79.9, [1000, 999], [50, 50])).toEqual([3, 0, 0, 0, 100]);
    expect(classified(0, [0, 0], [50, 49.9])).toEqual([0, 100, 0, 0, 0]);
  });

  it("says what an idle one may become", () => {
    expect(classified(40, [0, 500], [0, 0])).toEqual([0, 100, 50, 50, 0]);
    expect(classified(39.9, [500, 0], [0, 0])).toEqual([0, 100, 0, 50, 0]);
    expect(classified(39.9, [499, 499], [0, 0])).toEqual([0, 100, 0, 0, 0]);
  });
});

describe("list scorers", () => {
  it("give minimum, maximum and mean", () => {
    const features = [3, -1, 2.5, 7];
    expect(score("dummy_min_scorer", features)).toEqual([-1]);
    expect(score("dummy_max_scorer", features)).toEqual([7]);
    expect(score("dummy_avg_scorer", features)).toEqual([2.875]);
  });

  it("take lists of any length", () => {
    expect(score("dummy_max_scorer", new Array(300_000).fill(1))).toEqual([1]);
  });
});
