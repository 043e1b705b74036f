import { z } from "zod";
import type { ScoringEngineRow } from "../rows.ts";
import { pageOut, pageRequest } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import { decimal, pageInput, pageOf, showDeleted } from "./shapes.ts";

/** What strategies may ask for a score. */
const scoringEngineShape = z.strictObject({
  id: decimal,
  uuid: z.string(),
  name: z.string(),
  description: z.string(),
  /** What the engine says of itself, as text in a form of its own. */
  metainfo: z.string().nullable(),
});

/** Scoring engines. */
export const scoringEnginesRouter = router({
  list: allowed("scoring_engine:get_all")
    .input(z.strictObject({ ...pageInput, showDeleted }))
    .output(pageOf(scoringEngineShape))
    .query(async ({ ctx, input }) => {
      const request = { page: pageRequest(input) };
      const { scoringEngines } = await ctx.services.records.listScoringEngines(request);
      return pageOut(scoringEngines.map(engineOut), input.limit, ({ uuid }) => uuid);
    }),
});

function engineOut(row: ScoringEngineRow): z.input<typeof scoringEngineShape> {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    description: row.description,
    metainfo: row.metainfo ?? null,
  };
}
