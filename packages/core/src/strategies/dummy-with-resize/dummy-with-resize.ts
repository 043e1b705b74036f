/**
 * Dummy strategy with resize: fixed actions, a migration and a resize of one instance among them, to try
 * how an applier orders them. Spec: Watcher's `dummy_with_resize`.
 */
import { DUMMY_PARAMETERS } from "../dummy/parameters.ts";
import { Solution } from "../solution.ts";
import type { Strategy } from "../strategy.ts";

/** The hosts, instances and flavor that Watcher's integration tests expect; no cloud has to hold them. */
const MIGRATION = { migration_type: "live", source_node: "compute2", destination_node: "compute3" };
const MIGRATED = "b199db0c-1408-4d52-b5a5-5ca14de0ff36";
const RESIZED = "8db1b3c1-7938-4c34-8c03-6de14b874f8f";

export const DUMMY_WITH_RESIZE: Strategy = {
  name: "dummy_with_resize",
  displayName: "Dummy strategy with resize",
  goalName: "dummy",
  parametersSpec: DUMMY_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: [],
  models: ["compute"],
  execute: (): Solution => {
    const solution = new Solution();
    solution.add("nop", { message: "hello World" });
    solution.add("nop", { message: "Welcome" });
    solution.add("sleep", { duration: 5.0 });
    solution.add("migrate", MIGRATION, MIGRATED);
    solution.add("migrate", MIGRATION, RESIZED);
    solution.add("resize", { flavor: "x2" }, RESIZED);
    solution.explanation.summary = "Fixed actions; the model is not looked at.";
    return solution;
  },
};
