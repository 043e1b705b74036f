import { z } from "zod";
import { eventOut, pageOut, pageRequest } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import { eventShape, ident, pageInput, pageOf } from "./shapes.ts";

/** The ledger: every accepted event and what became of it. */
export const eventsRouter = router({
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
