import { z } from "zod";
import { present } from "../rows.ts";
import { editId, editOf, patchOf } from "./edits.ts";
import { actionOut } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import { actionShape, ident, showDeleted } from "./shapes.ts";

/** An action says by itself which plan it belongs to. */
const lonelyActionShape = actionShape.extend({ planUuid: z.string() });

/** Actions, one at a time; `plans.actions` lists them. */
export const actionsRouter = router({
  get: allowed("action:get")
    .input(z.strictObject({ uuid: ident, showDeleted }))
    .output(lonelyActionShape)
    .query(async ({ ctx, input }) => {
      const row = present((await ctx.services.records.getAction(input)).action, "GetAction");
      return { ...actionOut(row), planUuid: row.actionPlanUuid };
    }),

  /** A pending action of a plan that was not begun is left out when the plan runs. */
  skip: allowed("action:update")
    .input(
      z.strictObject({
        uuid: ident,
        editId,
        /** Shown with the action. */
        reason: z.string().min(1).optional(),
      }),
    )
    .output(lonelyActionShape)
    .mutation(async ({ ctx, input }) => {
      const patchJson = patchOf({ state: "SKIPPED", statusMessage: input.reason });
      const edit = { ...editOf(input.uuid, input.editId), patchJson };
      const row = present((await ctx.services.edits.patchAction(edit)).action, "PatchAction");
      return { ...actionOut(row), planUuid: row.actionPlanUuid };
    }),
});
