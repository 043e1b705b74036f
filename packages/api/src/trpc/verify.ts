import type { EdgeSpool__Output } from "@vigil/proto";
import { z } from "zod";
import { allowed, router } from "./init.ts";
import { decimal } from "./shapes.ts";

/** What contradicts one rule. */
const findingShape = z.strictObject({
  rule: z.string(),
  /** In words. */
  what: z.string(),
  /** Rows or messages that break the rule. */
  count: z.int(),
  /** Some of them. */
  ids: z.array(z.string()),
  advice: z.string(),
});

const place = z.string().regex(/^\d{1,19}$/);

/** Where a walk goes on, and where it ends: both from the answer of the step before; left out in the first. */
const stepInput = { after: place.optional(), upTo: place.optional() };
const stepShape = {
  /** null: this was the last step. */
  nextAfter: decimal.nullable(),
  upTo: decimal,
  findings: z.array(findingShape),
};

/** What lies at one edge. */
export const spoolShape = z.strictObject({
  edge: z.string(),
  /** Its release; empty: one that does not say. */
  version: z.string(),
  /** How far its clock is ahead of that of the state process that asked, ms. */
  clockAheadMs: z.int(),
  records: z.int(),
  bytes: z.int(),
  /** Age of the oldest record, ms. */
  oldestMs: z.int(),
  /** Events that the broker refused for good: a dead letter tells of each, the event itself is kept at the edge. */
  refused: z.int(),
  /** Records that are in the broker, kept until the ledger has them. */
  journaled: z.int(),
  /** Records among the first 1,000 that the ledger has already. */
  recorded: z.int(),
  /** Records and whole segments that its disk does not give back at the moment. */
  unreadable: z.int(),
});

/**
 * The proof that each accepted occurrence waits or has exactly one fate, in steps: a walk may take minutes, a call
 * may not. Nothing is changed by it.
 */
export const verifyRouter = router({
  /** Some thousand rows of the ledger against the rules about them, all as they were at one moment. */
  ledger: allowed("audit:detail")
    .input(z.strictObject({ part: z.enum(["events", "runs", "audits", "dead_letters"]), ...stepInput }))
    .output(
      z.strictObject({
        rows: z.int(),
        /** Rows of this step by fate, state or resolution. */
        counts: z.record(z.string(), z.int()),
        ...stepShape,
      }),
    )
    .query(async ({ ctx, input }) => {
      const { nextAfter, ...step } = await ctx.services.verify.verifyLedger(input);
      return { ...step, nextAfter: placeOut(nextAfter) };
    }),

  /** Some thousand messages of the event stream that workers have acknowledged: each must be in the ledger. */
  stream: allowed("audit:detail")
    .input(z.strictObject(stepInput))
    .output(
      z.strictObject({
        messages: z.int(),
        /** Messages in the stream that no worker has acknowledged. */
        waiting: z.int(),
        /** All messages in the stream. */
        stored: z.int(),
        /** Messages at the most that were acknowledged behind one that waits, so beyond what is looked up. */
        outOfTurn: z.int(),
        ...stepShape,
      }),
    )
    .query(async ({ ctx, input }) => {
      const { nextAfter, waiting, stored, outOfTurn, ...step } =
        await ctx.services.verify.verifyStream(input);
      return {
        ...step,
        waiting: Number(waiting),
        stored: Number(stored),
        outOfTurn: Number(outOfTurn),
        nextAfter: placeOut(nextAfter),
      };
    }),

  /** What waits in the spools of the edges that answer. */
  spools: allowed("audit:detail")
    .output(z.strictObject({ spools: z.array(spoolShape) }))
    .query(async ({ ctx }) => {
      const { spools } = await ctx.services.verify.verifySpools({});
      return { spools: spools.map(spoolOut) };
    }),
});

export function spoolOut(spool: EdgeSpool__Output): z.input<typeof spoolShape> {
  return {
    edge: spool.edge,
    version: spool.version,
    clockAheadMs: Number(spool.clockAheadMs),
    records: Number(spool.records),
    bytes: Number(spool.bytes),
    oldestMs: Number(spool.oldestMs),
    refused: Number(spool.refused),
    journaled: Number(spool.journaled),
    recorded: spool.recorded,
    unreadable: Number(spool.unreadable),
  };
}

function placeOut(nextAfter: string): string | null {
  return nextAfter === "0" ? null : nextAfter;
}
