import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextRunMs, readInterval } from "./interval.ts";

const at = (text: string) => Date.parse(`${text}Z`);
const next = (interval: string, after: string) =>
  new Date(nextRunMs(readInterval(interval), at(after))).toISOString().replace(".000Z", "");

describe("rest-api 6.3 row 2", () => {
  test.each([
    "1",
    "10",
    "3600",
    "2147483647",
    "* * * * *",
    "*/5 * * * *",
    "0 2 * * mon-fri",
    "0,30 8-18 1,15 JAN,jul ?",
    "0 22-2 * * *",
    "0 0 l * *",
    "0 0 * * fri#2",
    "0 0 * * l5",
    "* * * * * 30",
    "@daily",
    "  0 0 * * *  ",
  ])("%j is an interval", (text) => {
    expect(readInterval(text)).toBeTypeOf("object");
  });

  test.each([
    ["below 1", "0"],
    ["negative", "-5"],
    ["leading zero", "010"],
    ["fraction", "1.5"],
    ["more seconds than a schedule can mean", "2147483648"],
    ["words", "often"],
    ["empty", ""],
    ["four fields", "* * * *"],
    ["seven fields", "* * * * * * *"],
    ["minute out of range", "60 * * * *"],
    ["hour out of range", "0 24 * * *"],
    ["day 0", "0 0 0 * *"],
    ["month 13", "0 0 1 13 *"],
    ["weekday 8", "0 0 * * 8"],
    ["weekday that is none", "0 0 * * foo#1"],
    ["step 0", "*/0 * * * *"],
    ["two steps", "*/2/3 * * * *"],
    ["two ranges in one", "1-2-3 * * * *"],
    ["half a range", "1- * * * *"],
    ["a month's name as a minute", "jan * * * *"],
    ["a question mark as a minute", "? * * * *"],
    ["Fridays beside the second Friday", "0 0 * * fri#2,fri"],
    ["30 February", "0 0 30 2 *"],
    ["longer than the column", `${"0,".repeat(20)}0 * * * *`],
  ])("%s is refused", (_why, text) => {
    expect(() => readInterval(text)).toThrow(`Expected an interval or cron syntax but received ${text}`);
  });
});

describe("the next run", () => {
  // Right-hand sides as croniter 6.2 gives them.
  test.each([
    ["5/15 * * * *", "2026-01-01T00:00:00", "2026-01-01T00:05:00"],
    ["* * * * * 30", "2026-01-01T00:00:00", "2026-01-01T00:00:30"],
    ["* * * * *", "2026-01-01T00:00:00", "2026-01-01T00:01:00"],
    ["@daily", "2026-01-01T00:00:00", "2026-01-02T00:00:00"],
    ["0 0 l,1 * *", "2026-01-01T00:00:00", "2026-01-31T00:00:00"],
    ["0 0 ? * 5", "2026-01-01T00:00:00", "2026-01-02T00:00:00"],
    ["0 0 13 * 5", "2026-01-03T00:00:00", "2026-01-09T00:00:00"],
    ["0 0 */1 * 5", "2026-01-02T00:00:00", "2026-01-03T00:00:00"],
    ["0 0 * * l7", "2026-01-01T00:00:00", "2026-01-25T00:00:00"],
    ["0 0 * * 7#2", "2026-01-01T00:00:00", "2026-01-11T00:00:00"],
    ["0 0 * * 0#1,5#2", "2026-01-01T00:00:00", "2026-01-04T00:00:00"],
    ["0 0 * * sat-sun", "2026-01-01T00:00:00", "2026-01-03T00:00:00"],
    ["0 0 * * 5/1", "2026-01-03T00:00:00", "2026-01-09T00:00:00"],
    ["0 0 28-2 * *", "2026-01-02T00:00:00", "2026-01-28T00:00:00"],
    ["0 0 1 12-2 *", "2026-02-01T00:00:00", "2026-12-01T00:00:00"],
    ["*/70 * * * *", "2026-01-01T00:00:00", "2026-01-01T01:00:00"],
    ["0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00"],
  ])("of %j after %s is %s", (interval, after, expected) => {
    expect(next(interval, after)).toBe(expected);
  });

  test("of a number of seconds is never too early, in whole seconds", () => {
    const seconds = fc.integer({ min: 1, max: 2_147_483_647 });
    fc.assert(
      fc.property(seconds, fc.nat(4_000_000_000_000), (n, after) => {
        const found = nextRunMs(readInterval(String(n)), after);
        expect(found % 1_000).toBe(0);
        expect(found - after - n * 1_000).toBeGreaterThanOrEqual(0);
        expect(found - after - n * 1_000).toBeLessThan(1_000);
      }),
      { numRuns: 1_000 },
    );
  });

  test("of a cron expression is the first second, counted one by one, that each field takes", () => {
    const field = (min: number, max: number) =>
      fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 });
    const fields = fc.tuple(field(0, 59), field(0, 23), fc.constantFrom("*", "1-20"), field(0, 59));
    const day = fc.integer({ min: at("2026-01-01T00:00:00"), max: at("2027-01-01T00:00:00") });
    fc.assert(
      fc.property(fields, day, ([minutes, hours, days, seconds], after) => {
        const found = nextRunMs(readInterval(`${minutes} ${hours} ${days} * * ${seconds}`), after);
        let expected = Math.floor(after / 1_000) * 1_000 + 1_000;
        const fits = (time: Date) =>
          seconds.includes(time.getUTCSeconds()) &&
          minutes.includes(time.getUTCMinutes()) &&
          hours.includes(time.getUTCHours()) &&
          (days === "*" || time.getUTCDate() <= 20);
        const stepOf = (time: Date) =>
          hours.includes(time.getUTCHours()) && (days === "*" || time.getUTCDate() <= 20)
            ? 1_000
            : 3_600_000 - (time.getTime() % 3_600_000);
        while (!fits(new Date(expected))) expected += stepOf(new Date(expected));
        expect(found).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  test("of any text that is an interval is later, and any other text is refused as such", () => {
    const part = fc.stringMatching(/^[0-9*?,/\-#la-n]{1,5}$/);
    const text = fc.array(part, { minLength: 4, maxLength: 7 }).map((parts) => parts.join(" "));
    fc.assert(
      fc.property(fc.oneof(text, fc.string(), fc.string({ unit: "binary" })), (interval) => {
        let read: ReturnType<typeof readInterval>;
        try {
          read = readInterval(interval);
        } catch (thrown) {
          expect(thrown).toMatchObject({ kind: "invalid-input" });
          return;
        }
        expect(nextRunMs(read, at("2026-01-01T00:00:00"))).toBeGreaterThan(at("2026-01-01T00:00:00"));
      }),
      { numRuns: 500 },
    );
  });
});
