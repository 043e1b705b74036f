import { findStrategy } from "@vigil/core";
import type { RecordCalls } from "@vigil/proto";
import { z } from "zod";
import { strategyNeeds } from "../models/strategy-needs.ts";
import { present, type StrategyRow } from "../rows.ts";
import { pageOut, pageRequest } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import { decimal, ident, jsonObject, pageInput, pageOf, showDeleted } from "./shapes.ts";

/** A way to reach a goal. */
const strategyShape = z.strictObject({
  id: decimal,
  uuid: z.string(),
  name: z.string(),
  displayName: z.string(),
  goalUuid: z.string(),
  goalName: z.string(),
  /** JSON schema (draft 4) of its parameters; empty when it takes none. */
  parametersSpec: jsonObject,
});

/** What a strategy reads, and what of it the newest model has. */
const stateShape = z.strictObject({
  name: z.string(),
  /** Whether the model has metrics at all; null: the strategy reads none. */
  metricSource: z.boolean().nullable(),
  metrics: z.array(z.strictObject({ name: z.string(), available: z.boolean() })),
  models: z.array(
    z.strictObject({
      name: z.enum(["compute", "storage", "baremetal"]),
      needed: z.boolean(),
      available: z.boolean(),
    }),
  ),
});

const oneInput = z.strictObject({
  /** Integer id, UUID or name. */
  strategy: ident,
  showDeleted,
});

/** Strategies. */
export const strategiesRouter = router({
  get: allowed("strategy:get")
    .input(oneInput)
    .output(strategyShape)
    .query(async ({ ctx, input }) => strategyOut(await strategyRow(ctx.services.records, input))),

  list: allowed("strategy:get_all")
    .input(
      z.strictObject({
        ...pageInput,
        showDeleted,
        /** UUID or name. */
        goal: ident.optional(),
      }),
    )
    .output(pageOf(strategyShape))
    .query(async ({ ctx, input }) => {
      const request = { page: pageRequest(input), goal: input.goal };
      const { strategies } = await ctx.services.records.listStrategies(request);
      return pageOut(strategies.map(strategyOut), input.limit, ({ uuid }) => uuid);
    }),

  /** Whether the newest model has what the strategy needs. */
  state: allowed("strategy:state")
    .input(oneInput)
    .output(stateShape)
    .query(async ({ ctx, input }) => {
      const { name } = await strategyRow(ctx.services.records, input);
      const newest = await ctx.services.newest.summary();
      return { name, ...strategyNeeds(findStrategy(name), newest?.summary) };
    }),
});

async function strategyRow(
  records: RecordCalls,
  input: { strategy: string; showDeleted: boolean },
): Promise<StrategyRow> {
  const request = { ident: input.strategy, showDeleted: input.showDeleted };
  return present((await records.getStrategy(request)).strategy, "GetStrategy");
}

function strategyOut(row: StrategyRow): z.input<typeof strategyShape> {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    displayName: row.displayName,
    goalUuid: row.goalUuid,
    goalName: row.goalName,
    parametersSpec: JSON.parse(row.parametersSpecJson) as Record<string, unknown>,
  };
}
