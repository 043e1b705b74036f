import { findStrategy, VigilError } from "@vigil/core";
import type { RecordCalls } from "@vigil/proto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { NewestModel } from "../../models/newest-model.ts";
import { strategyNeeds } from "../../models/strategy-needs.ts";
import { present } from "../../rows.ts";
import { bindQuery } from "../../schemas/bind.ts";
import { noQuery } from "../../schemas/queries.ts";
import type { Answer } from "../call.ts";
import { resource } from "../resource.ts";
import { strategyStateView } from "../views/strategy-state.ts";

/** `/v1/strategies/{strategy}/state` (rest-api 4). `/v1/strategies/state` is the same without its argument. */
export function serveStrategyState(app: FastifyInstance, records: RecordCalls, newest: NewestModel): void {
  resource(app, "/v1/strategies/:ident/state", { GET: (request) => answer(request, records, newest) });
  resource(app, "/v1/strategies/state", {
    GET: () => {
      throw new VigilError("invalid-input", 'Missing argument: "strategy"');
    },
  });
}

/** The policy is asked before the lookup here, as Watcher does: this is no rule of the object. */
async function answer(request: FastifyRequest, records: RecordCalls, newest: NewestModel): Promise<Answer> {
  const { call } = request;
  bindQuery(noQuery, request.query);
  call.check("strategy:state");
  const { ident } = request.params as { ident: string };
  const found = await records.getStrategy({ ident, showDeleted: call.showDeleted });
  const { name } = present(found.strategy, "GetStrategy");
  const needs = strategyNeeds(findStrategy(name), (await newest.summary())?.summary);
  return { status: 200, body: strategyStateView(name, needs) };
}
