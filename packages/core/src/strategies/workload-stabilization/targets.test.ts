import { describe, expect, it } from "vitest";
import { openSnapshot } from "../../model/open.ts";
import { Overlay } from "../../model/overlay.ts";
import type { ClusterModelSource } from "../../model/source.ts";
import { createRandom } from "../../random.ts";
import { cluster, instance, node, snapshotOf } from "../../testing/clusters.ts";
import { Room } from "./room.ts";
import { CycleTargets, RandomTargets, type TargetChoice } from "./targets.ts";

/** Hosts of which only those listed have room. */
function hosts(count: number, open: readonly number[]): ClusterModelSource {
  return cluster({
    nodes: Array.from({ length: count }, (_, at) => node(`n${at}`, { vcpus: open.includes(at) ? 40 : 1 })),
    instances: [instance("i", 0)],
  });
}

function roomOf(source: ClusterModelSource, checked = true): Room {
  const overlay = new Overlay(openSnapshot(snapshotOf(source)));
  return new Room(
    overlay,
    Int32Array.from(source.nodes, (_, at) => at),
    checked,
  );
}

function chosen(choice: TargetChoice): number[] {
  return [...choice.list.subarray(0, choice.choose(0))];
}

describe("cycle", () => {
  it("goes round, from where the last instance stopped, without the host itself", () => {
    const choice = new CycleTargets(roomOf(hosts(4, [0, 1, 2, 3])));
    choice.leave(1);
    expect([chosen(choice), chosen(choice), chosen(choice), chosen(choice)]).toEqual([[0], [2], [3], [0]]);
    choice.leave(0);
    expect([chosen(choice), chosen(choice), chosen(choice), chosen(choice)]).toEqual([[1], [2], [3], [1]]);
  });

  it("passes over hosts without room", () => {
    const choice = new CycleTargets(roomOf(hosts(5, [1, 4])));
    choice.leave(0);
    expect([chosen(choice), chosen(choice), chosen(choice)]).toEqual([[1], [4], [1]]);
    choice.leave(4);
    expect([chosen(choice), chosen(choice)]).toEqual([[1], [1]]);
    const none = new CycleTargets(roomOf(hosts(3, [0])));
    none.leave(0);
    expect(chosen(none)).toEqual([]);
  });

  it("asks for no room where that is not wanted", () => {
    const choice = new CycleTargets(roomOf(hosts(3, []), false));
    choice.leave(0);
    expect([chosen(choice), chosen(choice), chosen(choice)]).toEqual([[1], [2], [1]]);
  });
});

describe("retry", () => {
  const sample = (source: ClusterModelSource, wanted: number, seed: number): number[] => {
    const choice = new RandomTargets(roomOf(source), source.nodes.length, wanted, createRandom(seed));
    choice.leave(0);
    return chosen(choice);
  };

  it("draws each host that has room equally often", () => {
    const source = hosts(6, [0, 2, 3, 5]);
    const choice = new RandomTargets(roomOf(source), 6, 1, createRandom(1));
    choice.leave(0);
    const counts = new Map<number, number>();
    for (let turn = 0; turn < 3000; turn++) {
      const [one = -1] = chosen(choice);
      counts.set(one, (counts.get(one) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([2, 3, 5]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  it("draws different hosts, as many as wanted or as there are", () => {
    const source = hosts(9, [0, 1, 3, 5, 7]);
    for (let seed = 0; seed < 50; seed++) {
      for (const wanted of [1, 2, 2.7, 4, 8, 9, 1000]) {
        const list = sample(source, wanted, seed);
        expect(list.length).toBe(Math.min(Math.floor(wanted), 4));
        expect(new Set(list).size).toBe(list.length);
        for (const one of list) expect([1, 3, 5, 7]).toContain(one);
      }
    }
  });

  it("finds the few of many that have room", () => {
    const source = hosts(300, [7, 8, 290]);
    for (let seed = 0; seed < 20; seed++) {
      expect(sample(source, 1000, seed).sort((a, b) => a - b)).toEqual([7, 8, 290]);
      expect([7, 8, 290]).toContain(sample(source, 1, seed)[0]);
      expect(sample(hosts(300, []), 2, seed)).toEqual([]);
    }
  });

  it("has none to draw from on the only host", () => {
    expect(sample(hosts(1, [0]), 1, 1)).toEqual([]);
  });
});
