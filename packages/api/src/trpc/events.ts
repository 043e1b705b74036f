import { z } from "zod";
import { present } from "../rows.ts";
import { editId, settleOf } from "./edits.ts";
import { eventOut, pageOut, pageRequest } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import { eventShape, ident, pageInput, pageOf } from "./shapes.ts";

/** The ledger: every accepted event and what became of it. */
export const eventsRouter = router({
  get: allowed("audit:detail")
    .input(z.strictObject({ eventId: ident }))
    .output(eventShape)
    .query(async ({ ctx, input }) => {
      const { event } = await ctx.services.records.getEvent(input);
      return eventOut(present(event, "GetEvent"));
    }),

  /** Has an event run again, as a new event; what became of the first stays as it is. Answers the new one. */
  replay: allowed("audit:update")
    .input(z.strictObject({ eventId: ident, editId }))
    .output(eventShape)
    .mutation(async ({ ctx, input }) => {
      const edit = { ...settleOf(ctx.identity, input.editId), eventId: input.eventId };
      return eventOut(present((await ctx.services.edits.replayEvent(edit)).event, "ReplayEvent"));
    }),

  list: allowed("audit:detail")
    .input(
      z.strictObject({
        ...pageInput,
        auditUuid: ident.optional(),
        fate: eventShape.shape.fate.optional(),
      }),
    )
    .output(pageOf(eventShape))
    .query(async ({ ctx, input }) => {
      const { events } = await ctx.services.records.listEvents({
        page: pageRequest(input),
        auditUuid: input.auditUuid,
        fate: input.fate,
      });
      return pageOut(events.map(eventOut), input.limit, (event) => event.eventId);
    }),
});
