import type { LedgerSign } from "@vigil/bus";
import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeLedger, type LedgerMarks } from "./ledger-age.ts";

const OURS: LedgerMarks = { count: 7, position: "t 100", fed: "", database: "d" };
const SIGN: LedgerSign = {
  count: 7,
  position: "t 100",
  database: "d",
  newest: { sequence: 100, timeMs: 1, eventId: "e" },
  stream: { made: "t", server: "s", handled: 100, delivered: 100, last: 100 },
};

test("what is handled raises the count, and a broker that lost its own is given it again", () => {
  expect(judgeLedger(OURS, SIGN, true)).toEqual({ verdict: "same" });
  expect(judgeLedger(OURS, { ...SIGN, position: "t 101" }, true)).toEqual({ verdict: "raise", count: 8 });
  expect(judgeLedger(OURS, { ...SIGN, count: 0 }, true)).toEqual({ verdict: "raise", count: 8 });
  // A broker that was told of the count by an older release, or by a database that this one takes it from.
  for (const database of [undefined, "other"]) {
    expect(judgeLedger(OURS, { ...SIGN, database }, true)).toEqual({ verdict: "raise", count: 8 });
  }
  // An older release knew no count.
  expect(judgeLedger({ ...OURS, count: 0, position: "" }, { ...SIGN, count: 0 }, true)).toMatchObject({
    verdict: "raise",
  });
});

test("a newest event that is not in the ledger is believed once, then it is a contradiction", () => {
  const first = judgeLedger(OURS, SIGN, false);
  expect(first).toMatchObject({ verdict: "older", isFed: false });
  const fed = first.verdict === "older" ? first.disagreement : "";
  expect(judgeLedger({ ...OURS, fed }, SIGN, false)).toEqual({ verdict: "contradiction", eventId: "e" });
});

/** Database and broker as state leaves them, with backups, restores and deaths at any step. */
test("a backup that is followed by one raise is always found out, nothing else ever is", () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant("look" as const), diesBefore: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ what: fc.constantFrom("handle" as const, "backup" as const, "restore" as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let database: LedgerMarks = { count: 0, position: "", fed: "", database: "d" };
      let broker = { count: 0, handled: 0 };
      let backup = database;
      let isBehind = false;
      for (const { what, ...rest } of steps) {
        if (what === "handle") broker = { ...broker, handled: broker.handled + 1 };
        else if (what === "backup") backup = isBehind ? backup : database;
        else if (what === "restore") {
          isBehind ||= broker.count > backup.count;
          database = backup;
        } else {
          const diesBefore = "diesBefore" in rest ? rest.diesBefore : 3;
          const position = `t ${broker.handled}`;
          const verdict = judgeLedger(
            database,
            { ...SIGN, count: broker.count, position, newest: undefined },
            true,
          );
          expect(verdict.verdict === "older").toBe(isBehind);
          if (verdict.verdict === "older" && diesBefore > 0)
            database = { ...database, fed: verdict.disagreement };
          if (verdict.verdict === "raise" || verdict.verdict === "older") {
            if (diesBefore > 1) {
              database = { ...database, count: verdict.count, position };
              isBehind = false;
            }
            if (diesBefore > 2) broker = { ...broker, count: verdict.count };
          }
        }
      }
    }),
    { numRuns: 2_000 },
  );
});
