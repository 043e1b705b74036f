import type { RecordCalls } from "@vigil/proto";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { present, type ServiceRow } from "../../rows.ts";
import { servicesQuery } from "../../schemas/queries.ts";
import { type Collection, type ListOptions, serveCollection } from "../collection.ts";
import type { StateCalls } from "../state-calls.ts";
import { serviceView } from "../views/service.ts";

/** `/v1/services` (rest-api 8.2). They have no UUID: ids and markers are integers. */
export function serveServices(app: FastifyInstance, { records }: StateCalls, options: ListOptions): void {
  serveCollection(app, services(records), options);
}

function services(records: RecordCalls): Collection<z.output<typeof servicesQuery>, ServiceRow> {
  return {
    name: "services",
    rule: "service",
    argument: "service",
    query: servicesQuery,
    filters: [],
    list: async (_query, page) => (await records.listServices({ page })).services,
    markerOf: ({ id }) => id,
    get: async (ident, showDeleted) =>
      present((await records.getService({ ident, showDeleted })).service, "GetService"),
    view: serviceView,
  };
}
