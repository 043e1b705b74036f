/** Utilisation as Watcher's own tests have it. */
import { describe, expect, it } from "vitest";
import { openSnapshot } from "../../model/open.ts";
import { Overlay } from "../../model/overlay.ts";
import type { ClusterModelSource } from "../../model/source.ts";
import { instance, node, samples, snapshotOf } from "../../testing/clusters.ts";
import { measured } from "../../testing/measured.ts";
import { Loads } from "./loads.ts";
import { averageUtilisation, relativeUtilisation } from "./relative.ts";
import { readSamples } from "./samples.ts";
import { play } from "./sequence.ts";

const PARAMETERS = { period: 3600, granularity: 300 };

function loadsOf(source: ClusterModelSource): { overlay: Overlay; loads: Loads } {
  const overlay = new Overlay(openSnapshot(snapshotOf(source)));
  return { overlay, loads: new Loads(overlay, readSamples(overlay, PARAMETERS)) };
}

function two(): ClusterModelSource {
  const nodes = [node("a", { memoryMiB: 64 }), node("b", { memoryMiB: 64 })];
  const source = measured(nodes, [
    [instance("a1", 0, { memoryMiB: 2 }), { cpu: 10, ram: 1 }],
    [instance("b1", 1, { memoryMiB: 2 }), { cpu: 30, ram: 2 }],
  ]);
  return { ...source, metrics: [...source.metrics, samples("instance_root_disk_size", [10, 15])] };
}

const use = (loads: Loads, at: number): number[] => [loads.cpu(at), loads.ramMiB(at), loads.diskGb(at)];

describe("loads", () => {
  it("are what instances use, as shares of capacity too", () => {
    const { overlay, loads } = loadsOf(two());
    expect([loads.samples.cpu[0], loads.samples.ramMiB[0], loads.samples.diskGb[0]]).toEqual([1, 1, 10]);
    expect(relativeUtilisation(overlay, loads, 0)).toEqual({ cpu: 0.025, ram: 0.015625, disk: 0.04 });
    const average = averageUtilisation(overlay, loads, Int32Array.of(0, 1));
    expect(average.cpu).toBeCloseTo(0.05, 12);
    expect(average.ram).toBeCloseTo(0.0234375, 12);
    expect(average.disk).toBeCloseTo(0.05, 12);
    expect(loads.isOverloaded(0, 0.024)).toBe(true);
    expect(loads.isOverloaded(0, 0.025)).toBe(false);
  });

  it("are what the host reports, where that is more", () => {
    const source = two();
    const reported = [
      samples("host_cpu_usage", [30, 30]),
      samples("host_ram_usage", [512 * 1024, 512 * 1024]),
    ];
    const metrics = [...source.metrics.filter(({ name }) => !name.startsWith("host")), ...reported];
    const { overlay, loads } = loadsOf({ ...source, metrics });
    expect(use(loads, 0)).toEqual([12, 512, 10]);
    loads.move(0, 0, 1);
    expect([use(loads, 0), use(loads, 1)]).toEqual([
      [11, 510, 0],
      [13, 514, 25],
    ]);
    loads.rollback();
    expect([use(loads, 0), use(loads, 1)]).toEqual([
      [12, 512, 10],
      [12, 512, 15],
    ]);
    expect(overlay.model.nodes.count).toBe(2);
  });

  it("fall back along the chain of memory samples to the flavor", () => {
    const source = two();
    const metrics = source.metrics.map(({ name, values }) =>
      samples(name, name === "instance_ram_usage" ? [0, null] : values),
    );
    expect([...loadsOf({ ...source, metrics }).loads.samples.ramMiB]).toEqual([0, 2]);
    const allocated = [...metrics, samples("instance_ram_allocated", [7, 9])];
    const { samples: read } = loadsOf({ ...source, metrics: allocated }).loads;
    expect([...read.ramMiB]).toEqual([0, 9]);
    expect(read.coverage).toEqual({ wanted: 6, present: 6 });
  });
});

describe("playing moves", () => {
  /** Both nodes full. */
  const full = measured(
    ["a", "b", "c"].map((uuid) => node(uuid, { vcpus: 10 })),
    [
      [instance("i", 0), { cpu: 10 }],
      [instance("j", 1), { cpu: 10 }],
    ],
  );

  it("lets a move wait until its room is free", () => {
    const { overlay, loads } = loadsOf(full);
    const moves = [
      { instance: 0, from: 0, to: 1 },
      { instance: 1, from: 1, to: 2 },
    ];
    expect(play(overlay, loads, moves)).toEqual(moves.toReversed());
    expect([...overlay.nodeOf]).toEqual([1, 2]);
  });

  it("makes no moves that wait for each other", () => {
    const { overlay, loads } = loadsOf(full);
    const ring = [
      { instance: 0, from: 0, to: 1 },
      { instance: 1, from: 1, to: 0 },
    ];
    expect(play(overlay, loads, ring)).toEqual([]);
    expect([...overlay.nodeOf]).toEqual([0, 1]);
  });

  it("waits for what others really use, too", () => {
    const busy = { ...full, nodes: full.nodes.map((one) => ({ ...one, vcpuRatio: 4 })) };
    const { overlay, loads } = loadsOf({
      ...busy,
      metrics: busy.metrics.map(({ name, values }) =>
        samples(name, name === "instance_cpu_usage" ? [90, 90] : values),
      ),
    });
    const moves = [
      { instance: 0, from: 0, to: 1 },
      { instance: 1, from: 1, to: 2 },
    ];
    expect(play(overlay, loads, moves)).toEqual(moves.toReversed());
  });
});
