import { auditsRouter } from "./audits.ts";
import { changesRouter } from "./changes.ts";
import { eventsRouter } from "./events.ts";
import { createCallerFactory, router } from "./init.ts";
import { modelRouter } from "./model.ts";
import { plansRouter } from "./plans.ts";
import { runsRouter } from "./runs.ts";

/** Everything under `/trpc`. */
export const appRouter = router({
  audits: auditsRouter,
  events: eventsRouter,
  runs: runsRouter,
  plans: plansRouter,
  model: modelRouter,
  changes: changesRouter.changes,
});

/** What the client package is typed by. */
export type AppRouter = typeof appRouter;

/** Calls procedures in this process, without HTTP. */
export const createCaller = createCallerFactory(appRouter);
