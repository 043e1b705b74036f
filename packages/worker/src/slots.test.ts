import { expect, test } from "vitest";
import { Slots } from "./slots.ts";

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
