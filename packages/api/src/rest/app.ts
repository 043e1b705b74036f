/**
 * The REST API on Fastify, without a port of its own: `handle` is given to the shared listener. Fastify
 * routes, reads bodies and keeps the order of the checks; what is read and said is in the files around.
 */

import type { Authenticator, Policy } from "@vigil/http";
import type { RecordCalls } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import { type FastifyInstance, fastify } from "fastify";
import type { NewestModel } from "../models/newest-model.ts";
import { REST_BODY_BYTES_MAX } from "./body.ts";
import { addChecks } from "./checks.ts";
import { serveCollection } from "./collection.ts";
import { handleErrors } from "./errors.ts";
import { addAllMethods } from "./resource.ts";
import { actionPlans } from "./resources/action-plans.ts";
import { actions } from "./resources/actions.ts";
import { audits, postAudit } from "./resources/audits.ts";
import { serveDataModel } from "./resources/data-model.ts";
import { serveDiscovery } from "./resources/discovery.ts";
import { goals } from "./resources/goals.ts";
import { strategies } from "./resources/strategies.ts";
import { serveStrategyState } from "./resources/strategy-state.ts";
import { serveWebhooks } from "./resources/webhooks.ts";

/** Items of one list page, `[api] max_limit` of Watcher. */
export const LIST_LIMIT_MAX = 1_000;

/** Characters of one path segment; more than any header block holds, so that the router never refuses one. */
const SEGMENT_LENGTH_MAX = 65_536;

export interface RestOptions {
  records: RecordCalls;
  /** What `data_model` and the states of strategies are read from. */
  newest: NewestModel;
  authenticator: Authenticator;
  policy: Policy;
  logger: Logger;
  /** Default LIST_LIMIT_MAX. */
  listLimitMax?: number;
  /** Believe `Forwarded` and `X-Forwarded-*` in links. Default false. */
  proxyHeaders?: boolean;
}

/** Ready to route; `inject` works as well. Close it to end. */
export async function createRestApp(options: RestOptions): Promise<FastifyInstance> {
  const { records, authenticator, policy, logger } = options;
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
  addChecks(app, { authenticator, policy, proxyHeaders: options.proxyHeaders ?? false, logger });

  const list = { listLimitMax: options.listLimitMax ?? LIST_LIMIT_MAX };
  serveDiscovery(app);
  serveCollection(app, goals(records), list);
  serveCollection(app, strategies(records), list);
  serveCollection(app, audits(records), { ...list, post: postAudit(records) });
  serveCollection(app, actionPlans(records), list);
  serveCollection(app, actions(records), list);
  serveStrategyState(app, records, options.newest);
  serveDataModel(app, records, options.newest);
  serveWebhooks(app);
  await app.ready();
  return app;
}
