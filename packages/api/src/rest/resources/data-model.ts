import { type JsonValue, VigilError, visibleCompute } from "@vigil/core";
import type { RecordCalls } from "@vigil/proto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { NewestModel } from "../../models/newest-model.ts";
import { present } from "../../rows.ts";
import { bindQuery } from "../../schemas/bind.ts";
import { dataModelQuery } from "../../schemas/queries.ts";
import type { Answer, Call } from "../call.ts";
import { notAcceptable } from "../fault.ts";
import { JsonStreams } from "../json-stream.ts";
import { MINOR } from "../microversion.ts";
import { resource } from "../resource.ts";
import { dataModelPieces } from "../views/data-model.ts";

/** The only kind that Watcher shows; it answers 404 for the others. */
const SHOWN_TYPE = "compute";

/** Characters made at a time: some hundred servers, below a millisecond. */
const PIECE_LENGTH = 64 * 1024;

const LIMITS = {
  /** Beside the newest model, older ones live on as long as an answer is made from them. */
  atOnceMax: 8,
  /** 140 MB over a 10 Mbit/s line. */
  msMax: 120_000,
};

/** `/v1/data_model` (rest-api 8.3), from 1.3 on. */
export function serveDataModel(app: FastifyInstance, records: RecordCalls, newest: NewestModel): void {
  const streams = new JsonStreams("data model", LIMITS);
  resource(app, "/v1/data_model", {
    GET: (request) => answer(request, records, newest, streams),
  });
}

async function answer(
  request: FastifyRequest,
  records: RecordCalls,
  newest: NewestModel,
  streams: JsonStreams,
): Promise<Answer> {
  const { call } = request;
  if (call.minor < MINOR.dataModel) throw notAcceptable();
  const query = bindQuery(dataModelQuery, request.query);
  call.check("data_model:get_all");
  if (query.data_model_type !== SHOWN_TYPE) {
    throw new VigilError("not-found", `The ${query.data_model_type} data model could not be found`);
  }
  const { audit_uuid } = query;
  const scope = audit_uuid === undefined ? undefined : await scopeOf(records, audit_uuid, call);
  const opened = await newest.open();
  if (opened === undefined) return { status: 200, body: { context: [] } };
  const { model } = opened;
  const visible = scope === undefined ? undefined : visibleCompute(model, scope);
  const pieces = dataModelPieces(model, { minor: call.minor, visible }, PIECE_LENGTH);
  return { status: 200, body: streams.start(pieces) };
}

/** @throws VigilError not-found */
async function scopeOf(records: RecordCalls, uuid: string, { showDeleted }: Call): Promise<JsonValue> {
  const audit = present((await records.getAudit({ ident: uuid, showDeleted })).audit, "GetAudit");
  // The lookup takes ids and names as well, and 32 digits may be either.
  if (audit.uuid !== uuid) throw new VigilError("not-found", `Audit ${uuid} could not be found`);
  return JSON.parse(audit.scopeJson) as JsonValue;
}
