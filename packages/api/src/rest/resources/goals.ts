import type { RecordCalls } from "@vigil/proto";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { type GoalRow, present } from "../../rows.ts";
import { goalsQuery } from "../../schemas/queries.ts";
import { type Collection, type ListOptions, serveCollection } from "../collection.ts";
import type { StateCalls } from "../state-calls.ts";
import { goalView } from "../views/goal.ts";

/** `/v1/goals` (rest-api 3). */
export function serveGoals(app: FastifyInstance, { records }: StateCalls, options: ListOptions): void {
  serveCollection(app, goals(records), options);
}

function goals(records: RecordCalls): Collection<z.output<typeof goalsQuery>, GoalRow> {
  return {
    name: "goals",
    rule: "goal",
    argument: "goal",
    query: goalsQuery,
    filters: [],
    list: async (_query, page) => (await records.listGoals({ page })).goals,
    markerOf: ({ uuid }) => uuid,
    get: async (ident, showDeleted) =>
      present((await records.getGoal({ ident, showDeleted })).goal, "GetGoal"),
    view: goalView,
  };
}
