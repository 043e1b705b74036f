import { z } from "zod";
import { present } from "../rows.ts";
import { pageOut, pageRequest, runOut } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import { ident, pageInput, pageOf, runShape } from "./shapes.ts";

/** Runs: what was computed, by whom, from which snapshot, and why it came out so. */
export const runsRouter = router({
  get: allowed("audit:get")
    .input(z.strictObject({ runId: ident }))
    .output(runShape)
    .query(async ({ ctx, input }) => {
      const { run } = await ctx.services.records.getRun({ runId: input.runId });
      return runOut(present(run, "GetRun"));
    }),

  /** Without explanations and inputs: `get` has them. */
  list: allowed("audit:get_all")
    .input(
      z.strictObject({
        ...pageInput,
        auditUuid: ident.optional(),
        state: runShape.shape.state.optional(),
      }),
    )
    .output(pageOf(runShape))
    .query(async ({ ctx, input }) => {
      const { runs } = await ctx.services.records.listRuns({
        page: pageRequest(input),
        auditUuid: input.auditUuid,
        state: input.state,
      });
      return pageOut(runs.map(runOut), input.limit, (run) => run.runId);
    }),
});
