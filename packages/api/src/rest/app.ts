/**
 * The REST API on Fastify, without a port of its own: `handle` is given to the shared listener. Fastify
 * routes, reads bodies and keeps the order of the checks; what is read and said is in the files around.
 */

import type { Authenticator, Policy } from "@vigil/http";
import type { Logger } from "@vigil/service";
import { type FastifyInstance, fastify } from "fastify";
import type { NewestModel } from "../models/newest-model.ts";
import { REST_BODY_BYTES_MAX } from "./body.ts";
import { addChecks } from "./checks.ts";
import { handleErrors } from "./errors.ts";
import { addAllMethods } from "./resource.ts";
import { serveActionPlans } from "./resources/action-plans.ts";
import { serveActions } from "./resources/actions.ts";
import { serveAuditTemplates } from "./resources/audit-templates.ts";
import { serveAudits } from "./resources/audits.ts";
import { serveDataModel } from "./resources/data-model.ts";
import { serveDiscovery } from "./resources/discovery.ts";
import { serveGoals } from "./resources/goals.ts";
import { serveScoringEngines } from "./resources/scoring-engines.ts";
import { serveServices } from "./resources/services.ts";
import { serveStrategies } from "./resources/strategies.ts";
import { serveStrategyState } from "./resources/strategy-state.ts";
import { serveWebhooks } from "./resources/webhooks.ts";
import type { StateCalls } from "./state-calls.ts";

/** Items of one list page, `[api] max_limit` of Watcher. */
export const LIST_LIMIT_MAX = 1_000;

/** Characters of one path segment; more than any header block holds, so that the router never refuses one. */
const SEGMENT_LENGTH_MAX = 65_536;

export interface RestOptions extends StateCalls {
  /** What `data_model` and the states of strategies are read from. */
  newest: NewestModel;
  authenticator: Authenticator;
  policy: Policy;
  logger: Logger;
  /** Default LIST_LIMIT_MAX. */
  listLimitMax?: number;
  /** Believe `Forwarded` and `X-Forwarded-*` in links. Default false. */
  proxyHeaders?: boolean;
  /** Origins whose pages may use the API, such as `https://dashboard.example`; `*` for any. Default none. */
  allowedOrigins?: readonly string[];
}

/** Ready to route; `inject` works as well. Close it to end. */
export async function createRestApp(options: RestOptions): Promise<FastifyInstance> {
  const { authenticator, policy, logger } = options;
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    bodyLimit: REST_BODY_BYTES_MAX,
    routerOptions: { maxParamLength: SEGMENT_LENGTH_MAX },
  });
  addAllMethods(app);
  app.removeAllContentTypeParsers();
  // Bytes as they came: what is said of a body depends on the argument it is read for.
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  handleErrors(app, { authenticator, logger });
  const { proxyHeaders = false, allowedOrigins = [] } = options;
  addChecks(app, { authenticator, policy, proxyHeaders, allowedOrigins, logger });
  serveResources(app, options);
  await app.ready();
  return app;
}

function serveResources(app: FastifyInstance, options: RestOptions): void {
  const { records, newest } = options;
  // The state service gives no larger page, and a page that is shorter than its limit is taken for the last.
  const list = { listLimitMax: Math.min(options.listLimitMax ?? LIST_LIMIT_MAX, LIST_LIMIT_MAX) };
  serveDiscovery(app);
  serveGoals(app, options, list);
  serveStrategies(app, options, list);
  serveStrategyState(app, records, newest);
  serveAuditTemplates(app, options, list);
  serveAudits(app, options, list);
  serveActionPlans(app, options, list);
  serveActions(app, options, list);
  serveScoringEngines(app, options, list);
  serveServices(app, options, list);
  serveDataModel(app, records, newest);
  serveWebhooks(app);
}
