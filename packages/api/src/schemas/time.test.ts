import { describe, expect, test } from "vitest";
import { readTime } from "./time.ts";

describe("rest-api 1.11 input times", () => {
  test.each([
    ["2027-01-01T08:00:00Z", "2027-01-01T08:00:00.000000+00:00"],
    ["2027-01-01T08:00:00+00:00", "2027-01-01T08:00:00.000000+00:00"],
    ["2027-01-01 08:00:00+02:00", "2027-01-01T06:00:00.000000+00:00"],
    ["2027-01-01T08:00:00-0330", "2027-01-01T11:30:00.000000+00:00"],
    ["2027-01-01T08:00:00+05", "2027-01-01T03:00:00.000000+00:00"],
    ["2027-01-01T08:00:00.5Z", "2027-01-01T08:00:00.500000+00:00"],
    ["2027-01-01T08:00:00.123456789Z", "2027-01-01T08:00:00.123456+00:00"],
    ["20270101T080000Z", "2027-01-01T08:00:00.000000+00:00"],
    ["2027-01-01T08:00Z", "2027-01-01T08:00:00.000000+00:00"],
    ["2027-01-01T08Z", "2027-01-01T08:00:00.000000+00:00"],
    ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000+00:00"],
    ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000000+00:00"],
  ])("%s is %s", (text, wanted) => {
    expect(readTime(text)).toBe(wanted);
  });

  test.each([
    "",
    "tomorrow",
    "2027-13-01T00:00:00Z",
    "2027-02-30T00:00:00Z",
    "2027-01-01T25:00:00Z",
    "2027-01-01T00:61:00Z",
    "2027-01-01T00:00:00 Mars",
    "1798761600",
    "0027-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
  ])("%j is no time", (text) => {
    expect(readTime(text)).toBeUndefined();
  });

  // The wanted value is what Date makes of the same local time, so that the test holds in every zone.
  test.each([
    ["2027-01-01 10:00:00", [2027, 0, 1, 10, 0, 0]],
    ["2027-07-01T10:00:00", [2027, 6, 1, 10, 0, 0]],
    ["2027-07-01", [2027, 6, 1, 0, 0, 0]],
  ] as const)("without an offset %s is local to the server", (text, parts) => {
    const [year, month, day, hour, minute, second] = parts;
    const wanted = new Date(year, month, day, hour, minute, second).toISOString().slice(0, 19);
    expect(readTime(text)).toBe(`${wanted}.000000+00:00`);
  });
});
