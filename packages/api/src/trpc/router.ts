import { actionsRouter } from "./actions.ts";
import { auditsRouter } from "./audits.ts";
import { changesRouter } from "./changes.ts";
import { deadLettersRouter } from "./dead-letters.ts";
import { eventsRouter } from "./events.ts";
import { goalsRouter } from "./goals.ts";
import { createCallerFactory, router } from "./init.ts";
import { modelRouter } from "./model.ts";
import { plansRouter } from "./plans.ts";
import { runsRouter } from "./runs.ts";
import { scoringEnginesRouter } from "./scoring-engines.ts";
import { serviceListRouter } from "./service-list.ts";
import { strategiesRouter } from "./strategies.ts";
import { systemRouter } from "./system.ts";
import { templatesRouter } from "./templates.ts";
import { verifyRouter } from "./verify.ts";

/** Everything under `/trpc`. */
export const appRouter = router({
  goals: goalsRouter,
  strategies: strategiesRouter,
  templates: templatesRouter,
  audits: auditsRouter,
  events: eventsRouter,
  deadLetters: deadLettersRouter,
  verify: verifyRouter,
  runs: runsRouter,
  plans: plansRouter,
  actions: actionsRouter,
  scoringEngines: scoringEnginesRouter,
  services: serviceListRouter,
  system: systemRouter,
  model: modelRouter,
  changes: changesRouter.changes,
});

/** What the client package is typed by. */
export type AppRouter = typeof appRouter;

/** Calls procedures in this process, without HTTP. */
export const createCaller = createCallerFactory(appRouter);
