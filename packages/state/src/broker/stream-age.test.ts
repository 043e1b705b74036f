import type { StreamSign } from "@vigil/bus";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isShorter, type SeenStream, seenNothing, seenNow, suspectUpTo } from "./stream-age.ts";

const NOW: StreamSign = { made: "t", server: "s", handled: 70, delivered: 70, last: 70 };
const SEEN: SeenStream = { made: "t", server: "s", sequence: 70, timeMs: 1, suspectUpTo: 0 };

test("a stream that was made anew, or never seen, is not a shorter one", () => {
  expect(isShorter(undefined, NOW, undefined)).toBe(false);
  expect(isShorter({ ...SEEN, made: "earlier" }, NOW, 2)).toBe(false);
  expect(suspectUpTo({ ...SEEN, made: "earlier", suspectUpTo: 80 }, NOW)).toBe(0);
});

test("a message that was removed for room or by age says nothing", () => {
  expect(isShorter(SEEN, NOW, undefined)).toBe(false);
  expect(isShorter({ ...SEEN, timeMs: null }, NOW, 2)).toBe(false);
  expect(isShorter(SEEN, NOW, 2)).toBe(true);
});

/** A stream whose messages are numbers that are never given twice, a ledger of them, and looks at any time. */
test("a power failure is found out before any message is passed over for good, and nothing else is taken for one", () => {
  const step = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ what: fc.constant("publish" as const), n: fc.integer({ min: 1, max: 9 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ what: fc.constant("handle" as const), n: fc.integer({ min: 1, max: 9 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ what: fc.constantFrom("look" as const, "restart" as const), n: fc.constant(0) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ what: fc.constant("lose" as const), n: fc.integer({ min: 1, max: 20 }) }),
    },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let stream: number[] = [];
      let delivered = 0;
      let server = 0;
      let made = 0;
      let seen: SeenStream | undefined;
      let wasPassedOver = false;
      const ledger = new Set<number>();
      const look = () => {
        const now: StreamSign = {
          made: "t",
          server: `${server}`,
          handled: delivered,
          delivered,
          last: stream.length,
        };
        const upTo = Math.min(now.handled, suspectUpTo(seen, now));
        const suspects = stream.slice(seen?.sequence ?? upTo, Math.max(upTo, seen?.sequence ?? upTo));
        const isBack =
          isShorter(seen, now, seen && stream[seen.sequence - 1]) || suspects.some((one) => !ledger.has(one));
        seen = isBack ? seenNothing(now) : seenNow(seen, now, stream[now.handled - 1]);
        if (isBack) delivered = 0;
        return isBack;
      };
      look();
      for (const { what, n } of steps) {
        if (what === "publish") for (let m = 0; m < n; m++) stream.push(++made);
        else if (what === "handle") {
          for (let m = 0; m < n && delivered < stream.length; m++) ledger.add(stream[delivered++]!);
        } else if (what === "look") {
          const isWanted = wasPassedOver || delivered > stream.length;
          expect(look()).toBe(isWanted);
        } else {
          server++;
          if (what === "lose") stream = stream.slice(0, Math.max(0, stream.length - n));
        }
        wasPassedOver = stream.slice(0, delivered).some((one) => !ledger.has(one));
      }
      look();
      expect(stream.slice(0, delivered).filter((one) => !ledger.has(one))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});
