import { expect, test } from "vitest";
import { bytesText, countText, durationText, plural } from "./units.ts";

test.each([
  [0, "0 ms"],
  [850, "850 ms"],
  [12_000, "12 s"],
  [119_000, "119 s"],
  [180_000, "3 min"],
  [5 * 3_600_000, "5 h"],
  [50 * 3_600_000, "2 days"],
])("%d ms is %s", (ms, text) => expect(durationText(ms)).toBe(text));

test.each([
  [0, "0 B"],
  [1_536, "1.5 KiB"],
  [104_857_600, "100 MiB"],
  [1_073_741_824, "1 GiB"],
])("%d bytes are %s", (bytes, text) => expect(bytesText(bytes)).toBe(text));

test("counts", () => {
  expect([countText(1_234), plural(1, "event"), plural(2, "event")]).toEqual([
    "1,234",
    "1 event",
    "2 events",
  ]);
});
