import type { RecordCalls } from "@vigil/proto";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { present, type StrategyRow } from "../../rows.ts";
import { strategiesQuery } from "../../schemas/queries.ts";
import { type Collection, type ListOptions, serveCollection } from "../collection.ts";
import type { StateCalls } from "../state-calls.ts";
import { strategyView } from "../views/strategy.ts";

/** `/v1/strategies` (rest-api 4); their states are served beside. */
export function serveStrategies(app: FastifyInstance, { records }: StateCalls, options: ListOptions): void {
  serveCollection(app, strategies(records), options);
}

function strategies(records: RecordCalls): Collection<z.output<typeof strategiesQuery>, StrategyRow> {
  return {
    name: "strategies",
    rule: "strategy",
    argument: "strategy",
    query: strategiesQuery,
    filters: ["goal"],
    list: async ({ goal }, page) => (await records.listStrategies({ page, goal })).strategies,
    markerOf: ({ uuid }) => uuid,
    get: async (ident, showDeleted) =>
      present((await records.getStrategy({ ident, showDeleted })).strategy, "GetStrategy"),
    view: strategyView,
  };
}
