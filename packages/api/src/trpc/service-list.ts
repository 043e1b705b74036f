import { z } from "zod";
import type { ServiceRow } from "../rows.ts";
import { pageOut, pageRequest } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import { decimal, pageInput, pageOf, showDeleted, time } from "./shapes.ts";

/** A kind of process on a host, as it last reported. */
const serviceShape = z.strictObject({
  id: decimal,
  name: z.string(),
  host: z.string(),
  status: z.enum(["ACTIVE", "FAILED"]),
  lastSeenUp: time,
});

type ServiceOut = z.input<typeof serviceShape>;

/** Services: which hosts have workers and appliers, and whether they still report. */
export const serviceListRouter = router({
  list: allowed("service:get_all")
    .input(z.strictObject({ ...pageInput, showDeleted }))
    .output(pageOf(serviceShape))
    .query(async ({ ctx, input }) => {
      const { services } = await ctx.services.records.listServices({ page: pageRequest(input) });
      return pageOut(services.map(serviceOut), input.limit, ({ id }) => id);
    }),
});

function serviceOut(row: ServiceRow): ServiceOut {
  return {
    id: row.id,
    name: row.name,
    host: row.host,
    status: row.status as ServiceOut["status"],
    lastSeenUp: row.lastSeenUp,
  };
}
