import type { RecordCalls } from "@vigil/proto";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { present, type ScoringEngineRow } from "../../rows.ts";
import { scoringEnginesQuery } from "../../schemas/queries.ts";
import { type Collection, type ListOptions, serveCollection } from "../collection.ts";
import type { StateCalls } from "../state-calls.ts";
import { scoringEngineView } from "../views/scoring-engine.ts";

/** `/v1/scoring_engines` (rest-api 8.1). */
export function serveScoringEngines(
  app: FastifyInstance,
  { records }: StateCalls,
  options: ListOptions,
): void {
  serveCollection(app, scoringEngines(records), options);
}

function scoringEngines(
  records: RecordCalls,
): Collection<z.output<typeof scoringEnginesQuery>, ScoringEngineRow> {
  return {
    name: "scoring_engines",
    rule: "scoring_engine",
    argument: "scoring_engine",
    query: scoringEnginesQuery,
    filters: [],
    list: async (_query, page) => (await records.listScoringEngines({ page })).scoringEngines,
    markerOf: ({ uuid }) => uuid,
    policyFirst: true,
    get: async (ident, showDeleted) =>
      present((await records.getScoringEngine({ ident, showDeleted })).scoringEngine, "GetScoringEngine"),
    view: scoringEngineView,
  };
}
