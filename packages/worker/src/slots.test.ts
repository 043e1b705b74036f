import { expect, test } from "vitest";
import { RUNS_PER_THREAD_MAX, SlotSizing, Slots } from "./slots.ts";

test("no more slots are granted than are free", () => {
  const slots = new Slots(4);
  expect(slots.reserve(3)).toBe(3);
  expect(slots.reserve(3)).toBe(1);
  expect(slots.reserve(1)).toBe(0);
  slots.release(2);
  expect([slots.free, slots.taken]).toEqual([2, 2]);
  expect(slots.reserve(0)).toBe(0);
});

test("a forced slot is paid back before one is free again", () => {
  const slots = new Slots(1);
  slots.reserve(1);
  slots.force();
  expect([slots.free, slots.taken]).toEqual([0, 2]);
  slots.release();
  expect(slots.reserve(1)).toBe(0);
  slots.release();
  expect(slots.reserve(1)).toBe(1);
});

test("a release too many does not make slots", () => {
  const slots = new Slots(2);
  slots.release(5);
  expect(slots.free).toBe(2);
});

test("fewer slots take none away from runs that hold them", () => {
  const slots = new Slots(4);
  slots.reserve(4);
  slots.resize(2);
  expect(slots.free).toBe(0);
  slots.release(3);
  expect(slots.free).toBe(1);
});

test("short runs get many slots, long ones few, and one long run is enough to tell", () => {
  const sizing = new SlotSizing(2, RUNS_PER_THREAD_MAX);
  expect(sizing.capacity).toBe(8);
  for (let n = 0; n < 50; n++) sizing.record(1);
  expect(sizing.capacity).toBe(2 * RUNS_PER_THREAD_MAX);
  sizing.record(5_000);
  expect(sizing.capacity).toBe(4);
});

test("the number of slots stays within its bounds", () => {
  const sizing = new SlotSizing(1, 1);
  expect(sizing.capacity).toBe(1);
  sizing.record(0);
  expect(sizing.capacity).toBe(1);
});
