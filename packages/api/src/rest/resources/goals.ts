import type { RecordCalls } from "@vigil/proto";
import type { z } from "zod";
import { type GoalRow, present } from "../../rows.ts";
import { goalsQuery } from "../../schemas/queries.ts";
import type { Collection } from "../collection.ts";
import { goalView } from "../views/goal.ts";

/** `/v1/goals` (rest-api 3). */
export function goals(records: RecordCalls): Collection<z.output<typeof goalsQuery>, GoalRow> {
  return {
    name: "goals",
    rule: "goal",
    query: goalsQuery,
    filters: [],
    list: async (_query, page) => (await records.listGoals({ page })).goals,
    get: async (ident, showDeleted) =>
      present((await records.getGoal({ ident, showDeleted })).goal, "GetGoal"),
    view: goalView,
  };
}
