import { z } from "zod";
import { type GoalRow, present } from "../rows.ts";
import { pageOut, pageRequest } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import { decimal, ident, pageInput, pageOf, showDeleted, time } from "./shapes.ts";

/** What audits may be about. */
const goalShape = z.strictObject({
  id: decimal,
  uuid: z.string(),
  name: z.string(),
  displayName: z.string(),
  /** Indicators that its plans are measured by. */
  efficacySpecification: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string(),
      unit: z.string().nullable(),
      /** JSON schema of the value, as text. */
      schema: z.string(),
    }),
  ),
  createdAt: time.nullable(),
  updatedAt: time.nullable(),
  deletedAt: time.nullable(),
});

type GoalOut = z.input<typeof goalShape>;

/** Goals. */
export const goalsRouter = router({
  get: allowed("goal:get")
    .input(
      z.strictObject({
        /** Integer id, UUID or name. */
        goal: ident,
        showDeleted,
      }),
    )
    .output(goalShape)
    .query(async ({ ctx, input }) => {
      const { goal } = await ctx.services.records.getGoal({
        ident: input.goal,
        showDeleted: input.showDeleted,
      });
      return goalOut(present(goal, "GetGoal"));
    }),

  list: allowed("goal:get_all")
    .input(z.strictObject({ ...pageInput, showDeleted }))
    .output(pageOf(goalShape))
    .query(async ({ ctx, input }) => {
      const { goals } = await ctx.services.records.listGoals({ page: pageRequest(input) });
      return pageOut(goals.map(goalOut), input.limit, ({ uuid }) => uuid);
    }),
});

function goalOut(row: GoalRow): GoalOut {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    displayName: row.displayName,
    efficacySpecification: JSON.parse(row.efficacySpecificationJson) as GoalOut["efficacySpecification"],
    createdAt: row.createdAt ?? null,
    updatedAt: row.updatedAt ?? null,
    deletedAt: row.deletedAt ?? null,
  };
}
