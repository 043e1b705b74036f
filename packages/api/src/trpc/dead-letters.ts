import { z } from "zod";
import { present } from "../rows.ts";
import { editId, settleOf } from "./edits.ts";
import { deadLetterOut, pageOut, pageRequest } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import { deadLetterShape, ident, pageInput, pageOf } from "./shapes.ts";

const settleInput = z.strictObject({ uuid: ident, editId });

/** What could not be done, and what operators decide about it. */
export const deadLettersRouter = router({
  list: allowed("audit:detail")
    .input(
      z.strictObject({
        ...pageInput,
        auditUuid: ident.optional(),
        kind: deadLetterShape.shape.kind.optional(),
        /** OPEN: nobody has decided yet. */
        resolution: z.enum(["OPEN", "REPLAYED", "DROPPED"]).optional(),
      }),
    )
    .output(pageOf(deadLetterShape))
    .query(async ({ ctx, input }) => {
      const { deadLetters } = await ctx.services.records.listDeadLetters({
        page: pageRequest(input),
        auditUuid: input.auditUuid,
        kind: input.kind,
        resolution: input.resolution,
      });
      return pageOut(deadLetters.map(deadLetterOut), input.limit, (letter) => letter.uuid);
    }),

  get: allowed("audit:detail")
    .input(z.strictObject({ uuid: ident }))
    .output(deadLetterShape)
    .query(async ({ ctx, input }) => {
      const { deadLetter } = await ctx.services.records.getDeadLetter(input);
      return deadLetterOut(present(deadLetter, "GetDeadLetter"));
    }),

  /** Has all its events run again, as new events; one of a run that had none has the audit run again. */
  replay: allowed("audit:update")
    .input(settleInput)
    .output(deadLetterShape)
    .mutation(async ({ ctx, input }) => {
      const edit = { ...settleOf(ctx.identity, input.editId), uuid: input.uuid };
      const { deadLetter } = await ctx.services.edits.replayDeadLetter(edit);
      return deadLetterOut(present(deadLetter, "ReplayDeadLetter"));
    }),

  /** Closes it without doing anything for it. It stays readable. */
  drop: allowed("audit:update")
    .input(settleInput)
    .output(deadLetterShape)
    .mutation(async ({ ctx, input }) => {
      const edit = { ...settleOf(ctx.identity, input.editId), uuid: input.uuid };
      const { deadLetter } = await ctx.services.edits.dropDeadLetter(edit);
      return deadLetterOut(present(deadLetter, "DropDeadLetter"));
    }),
});
