import { describe, expect, test } from "vitest";
import { EventLanes, type LaneLimits } from "./event-lanes.ts";

const LIMITS = { places: 9, overflowMax: 2, overflowBytesMax: 100, turnMax: 1, turnBytesMax: 100 };

function lanesWith(limits: Partial<LaneLimits>, ...items: string[]): EventLanes<string> {
  const lanes = new EventLanes<string>({ ...LIMITS, ...limits });
  for (const item of items) expect(lanes.add(item[0]!, item, 10)).toBe("window");
  return lanes;
}

describe("lanes", () => {
  test("hand out one turn per lane at a time, lanes in turn", () => {
    const lanes = lanesWith({}, "a1", "a2", "b1", "a3", "c1");
    const a1 = lanes.next();
    expect([a1?.items, lanes.next()?.items, lanes.next()?.items]).toEqual([["a1"], ["b1"], ["c1"]]);
    expect(lanes.next()).toBeUndefined();
    a1?.done();
    expect(lanes.next()?.items).toEqual(["a2"]);
    expect(lanes.next()).toBeUndefined();
  });

  test("a turn has what waits in the lane, in order, up to a number and to bytes", () => {
    const lanes = lanesWith({ turnMax: 3, turnBytesMax: 25 }, "a1", "b1", "b2", "b3");
    expect(lanes.next()?.items).toEqual(["a1"]);
    const b = lanes.next()!;
    expect(b.items).toEqual(["b1", "b2"]);
    b.done();
    for (const item of ["b4", "b5"]) lanes.add("b", item, 1);
    lanes.add("b", "b6", 1);
    const next = lanes.next()!;
    expect(next.items).toEqual(["b3", "b4", "b5"]);
    lanes.add("b", "b7", 1_000);
    next.done();
    const last = lanes.next()!;
    expect(last.items).toEqual(["b6"]);
    last.done();
    expect(lanes.next()?.items).toEqual(["b7"]);
  });

  test("an event that comes while its lane is busy waits for its turn", () => {
    const lanes = lanesWith({}, "a1");
    const a1 = lanes.next()!;
    lanes.add("a", "a2", 10);
    expect(lanes.next()).toBeUndefined();
    a1.done();
    expect(lanes.next()?.items).toEqual(["a2"]);
  });

  test("a flooded lane overflows in order, others are not affected", () => {
    const lanes = lanesWith({ places: 1 }, "a1");
    expect(["a2", "a3", "a4"].map((item) => lanes.add("a", item, 10))).toEqual([
      "overflow",
      "overflow",
      "refused",
    ]);
    expect(lanes.add("b", "b1", 10)).toBe("window");
    const order: string[] = [];
    for (let next = lanes.next(); next !== undefined; next = lanes.next()) {
      order.push(...next.items);
      next.done();
    }
    expect(order).toEqual(["a1", "b1", "a2", "a3"]);
  });

  test("the overflow is bounded in bytes as well, and room comes back", () => {
    const lanes = lanesWith({ places: 1 }, "a1");
    expect(lanes.add("a", "a2", 90)).toBe("overflow");
    expect(lanes.add("a", "a3", 11)).toBe("refused");
    lanes.next()!.done();
    lanes.next()!.done();
    expect(lanes.add("a", "a4", 100)).toBe("window");
    expect(lanes.add("a", "a5", 100)).toBe("overflow");
  });

  test("empty lanes are forgotten", () => {
    const lanes = lanesWith({}, "a1", "b1");
    lanes.next()!.done();
    expect(lanes.size).toBe(1);
    lanes.next()!.done();
    expect(lanes.size).toBe(0);
  });

  test("everything that waits can be taken out", () => {
    const lanes = lanesWith({}, "a1", "a2", "b1", "b2");
    const running = lanes.next()!;
    expect(lanes.takeAll()).toEqual(["a2", "b1", "b2"]);
    running.done();
    expect(lanes.next()).toBeUndefined();
    expect(lanes.size).toBe(0);
  });
});
