import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyCluster, cluster, instance, node, snapshotOf } from "../testing/clusters.ts";
import { openSnapshot } from "./open.ts";
import { NO_INSTANCE, Overlay } from "./overlay.ts";
import type { ClusterModelSource } from "./source.ts";

function listOf(overlay: Overlay, at: number): number[] {
  const list: number[] = [];
  for (let one = overlay.firstInstance(at); one !== NO_INSTANCE; one = overlay.nextInstance(one))
    list.push(one);
  return list;
}

/** The same by arrays: slow and plain. */
class NaivePlacement {
  readonly lists: number[][];
  readonly #source: ClusterModelSource;

  constructor(source: ClusterModelSource) {
    this.#source = source;
    this.lists = source.nodes.map((_, at) =>
      source.instances.flatMap((one, index) => (one.nodeIndex === at ? [index] : [])),
    );
  }

  move(one: number, from: number, to: number): boolean {
    if (from === to || !this.lists[from]?.includes(one)) return false;
    this.lists[from] = this.lists[from].filter((other) => other !== one);
    this.lists[to]?.push(one);
    return true;
  }

  exclude(one: number): void {
    const at = this.lists.findIndex((list) => list.includes(one));
    if (at < 0) return;
    this.lists[at] = [...(this.lists[at] ?? []).filter((other) => other !== one), one];
  }

  used(at: number, of: "vcpus" | "memoryMiB" | "diskGb"): number {
    return (this.lists[at] ?? []).reduce((sum, one) => sum + (this.#source.instances[one]?.[of] ?? 0), 0);
  }
}

function expectSame(overlay: Overlay, naive: NaivePlacement, source: ClusterModelSource): void {
  source.nodes.forEach((one, at) => {
    expect(listOf(overlay, at)).toEqual(naive.lists[at]);
    expect(overlay.instancesOn[at]).toBe(naive.lists[at]?.length);
    expect(overlay.vcpusUsed[at]).toBe(naive.used(at, "vcpus"));
    expect(overlay.memoryUsedMiB[at]).toBe(naive.used(at, "memoryMiB"));
    expect(overlay.diskUsedGb[at]).toBe(naive.used(at, "diskGb"));
    expect(overlay.vcpusFree(at)).toBe(
      (one.vcpus - one.vcpusReserved) * one.vcpuRatio - naive.used(at, "vcpus"),
    );
    for (const moved of naive.lists[at] ?? []) expect(overlay.nodeOf[moved]).toBe(at);
  });
}

describe("overlay", () => {
  it("agrees with a plain placement after any moves and exclusions", () => {
    const step = fc.record({
      exclude: fc.boolean(),
      one: fc.nat(),
      from: fc.nat(),
      to: fc.nat(),
      honest: fc.boolean(),
    });
    fc.assert(
      fc.property(anyCluster, fc.array(step, { maxLength: 40 }), (source, steps) => {
        const overlay = new Overlay(openSnapshot(snapshotOf(source)));
        const naive = new NaivePlacement(source);
        expectSame(overlay, naive, source);
        if (source.nodes.length === 0 || source.instances.length === 0) return;
        for (const { exclude, one, from, to, honest } of steps) {
          const moved = one % source.instances.length;
          if (exclude) {
            overlay.exclude(moved);
            naive.exclude(moved);
            continue;
          }
          const at = overlay.nodeOf[moved] as number;
          const source_ = honest && at >= 0 ? at : from % source.nodes.length;
          const target = to % source.nodes.length;
          expect(overlay.move(moved, source_, target)).toBe(naive.move(moved, source_, target));
        }
        expectSame(overlay, naive, source);
      }),
    );
  });

  it("takes moves back as if they had not been, lists in their order", () => {
    const move = fc.record({ one: fc.nat(), to: fc.nat() });
    const moves = fc.array(move, { maxLength: 20 });
    let made = 0;
    fc.assert(
      fc.property(anyCluster, moves, moves, (source, kept, tried) => {
        if (source.nodes.length === 0 || source.instances.length === 0) return;
        const overlay = new Overlay(openSnapshot(snapshotOf(source)));
        const state = (): unknown =>
          source.nodes.map((_, at) => [
            listOf(overlay, at),
            overlay.vcpusUsed[at],
            overlay.memoryUsedMiB[at],
            overlay.diskUsedGb[at],
          ]);
        const apply = (steps: typeof kept): void => {
          for (const { one, to } of steps) {
            const moved = one % source.instances.length;
            const at = overlay.nodeOf[moved] as number;
            if (at >= 0) overlay.move(moved, at, to % source.nodes.length);
          }
        };
        apply(kept);
        const mark = overlay.mark();
        const before = state();
        apply(tried);
        made += overlay.movesSince(mark);
        overlay.rollback(mark);
        expect(state()).toEqual(before);
        expect(overlay.movesSince(mark)).toBe(0);
      }),
    );
    expect(made).toBeGreaterThan(50);
  });

  it("has a budget of memory", () => {
    const model = openSnapshot(snapshotOf(cluster({})));
    const huge = { ...model, instances: { ...model.instances, count: 1e8 } } as unknown as typeof model;
    expect(() => new Overlay(huge)).toThrow(/1240 MiB, at most 512 are allowed/);
  });

  it("puts a moved instance at the end of its new node's list", () => {
    const source = cluster({
      nodes: [node("a"), node("b")],
      instances: [instance("1", 0), instance("2", 0), instance("3", 1)],
    });
    const overlay = new Overlay(openSnapshot(snapshotOf(source)));
    expect(overlay.move(0, 0, 1)).toBe(true);
    expect(overlay.move(0, 0, 1)).toBe(false);
    expect(overlay.move(1, 0, 0)).toBe(false);
    expect([listOf(overlay, 0), listOf(overlay, 1)]).toEqual([[1], [2, 0]]);
  });

  it("knows negative room, and counts what its scope leaves", () => {
    const source = cluster({
      nodes: [node("a", { vcpus: 1, memoryMiB: 1, diskGb: 1 }), node("b")],
      instances: [instance("1", 0, { vcpus: 10, memoryMiB: 2, diskGb: 20 }), instance("2", null)],
    });
    const overlay = new Overlay(openSnapshot(snapshotOf(source)));
    expect([overlay.vcpusFree(0), overlay.memoryFreeMiB(0), overlay.diskFreeGb(0)]).toEqual([-9, -1, -19]);
    expect(overlay.countInstances()).toBe(2);
    overlay.takesPart[0] = 0;
    expect(overlay.countInstances()).toBe(1);
    expect(overlay.nodeByHostname("host-a")).toBe(-1);
    expect(overlay.nodeByHostname("host-b")).toBe(1);
  });
});
