/** Whatever the rooms, orders and pins: the index finds what a scan finds. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_TEXT } from "../model/layout.ts";
import { openSnapshot } from "../model/open.ts";
import { cluster, node, snapshotOf } from "../testing/clusters.ts";
import { NO_PLACE } from "./first-fit-tree.ts";
import { PlacementIndex } from "./placement-index.ts";

const DIMENSIONS = 2;
const anyRoom = fc.tuple(fc.nat(6), fc.nat(6));
const anyStep = fc.record({
  change: fc.nat(12),
  room: anyRoom,
  from: fc.integer({ min: -1, max: 14 }),
  need: anyRoom,
  pin: fc.constantFrom(null, "z0", "z1", "z9"),
});

describe("PlacementIndex", () => {
  it("finds what a scan finds, after any change", () => {
    const nodes = fc.array(fc.record({ zone: fc.constantFrom(null, "z0", "z1"), room: anyRoom }), {
      minLength: 1,
      maxLength: 13,
    });
    let found = 0;
    fc.assert(
      fc.property(nodes, fc.array(anyStep, { maxLength: 20 }), fc.func(fc.nat()), (given, steps, rank) => {
        const model = openSnapshot(
          snapshotOf(cluster({ nodes: given.map(({ zone }, at) => node(`n${at}`, { zone })) })),
        );
        const rooms = given.map(({ room }) => room);
        const order = Int32Array.from([...given.keys()].sort((a, b) => rank(a) - rank(b)));
        const index = new PlacementIndex(model, order, DIMENSIONS, (at, into) => into.set(rooms[at] ?? []));
        for (const { change, room, from, need, pin } of steps) {
          const at = change % given.length;
          rooms[at] = room;
          index.update(at);
          const fits = (position: number): boolean => {
            const zone = given[order[position] as number]?.zone ?? null;
            const [a = 0, b = 0] = rooms[order[position] as number] ?? [];
            return (pin === null || zone === null || zone === pin) && a >= need[0] && b >= need[1];
          };
          const fitting = [...order.keys()].filter(fits);
          const text = pin === null ? NO_TEXT : model.findText(pin);
          const wanted = Float64Array.from(need);
          const first = fitting.find((position) => position >= from) ?? NO_PLACE;
          const last = fitting.findLast((position) => position <= from) ?? NO_PLACE;
          expect(index.findFirst(from, wanted, text)).toBe(first);
          expect(index.findLast(from, wanted, text)).toBe(last);
          found += Number(first !== NO_PLACE);
        }
      }),
    );
    expect(found).toBeGreaterThan(50);
  });
});
