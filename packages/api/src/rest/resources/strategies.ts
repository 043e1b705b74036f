import type { RecordCalls } from "@vigil/proto";
import type { z } from "zod";
import { present, type StrategyRow } from "../../rows.ts";
import { strategiesQuery } from "../../schemas/queries.ts";
import type { Collection } from "../collection.ts";
import { strategyView } from "../views/strategy.ts";

/** `/v1/strategies` (rest-api 4). */
export function strategies(records: RecordCalls): Collection<z.output<typeof strategiesQuery>, StrategyRow> {
  return {
    name: "strategies",
    rule: "strategy",
    query: strategiesQuery,
    filters: ["goal"],
    list: async ({ goal }, page) => (await records.listStrategies({ page, goal })).strategies,
    get: async (ident, showDeleted) =>
      present((await records.getStrategy({ ident, showDeleted })).strategy, "GetStrategy"),
    view: strategyView,
  };
}
