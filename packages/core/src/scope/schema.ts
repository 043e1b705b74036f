/**
 * The forms that a scope may have, JSON schema draft 4. Watcher's, with what the scope of Vigil knows beyond them:
 * server groups to exclude, and rules of the bare metal model, which Watcher reads and its API refuses.
 * An entry names one thing, so each has exactly one member: an empty one, which Watcher's schema lets pass, would
 * only fail when the audit runs.
 */
import type { JsonObject } from "../json.ts";

const TEXT = { type: "string" };

function listOf(items: JsonObject): JsonObject {
  return { type: "array", items };
}

/** An object with these members only; all of them may be left out. */
function object(properties: JsonObject): JsonObject {
  return { type: "object", properties, additionalProperties: false };
}

/** A list of objects that have one of these members and nothing else. */
function oneOf(properties: JsonObject): JsonObject {
  return listOf({ ...object(properties), minProperties: 1, maxProperties: 1 });
}

const NAMES = oneOf({ name: TEXT });
const UUIDS = oneOf({ uuid: TEXT });
const HOST_AGGREGATES = oneOf({ id: { type: ["integer", "string"], pattern: "^\\*$" }, name: TEXT });

const COMPUTE = listOf(
  object({
    host_aggregates: HOST_AGGREGATES,
    availability_zones: NAMES,
    exclude: listOf(
      object({
        instances: UUIDS,
        compute_nodes: NAMES,
        host_aggregates: HOST_AGGREGATES,
        instance_metadata: listOf({ type: "object" }),
        projects: UUIDS,
        server_groups: oneOf({ uuid: TEXT, name: TEXT }),
      }),
    ),
  }),
);

const STORAGE = listOf(
  object({
    availability_zones: NAMES,
    volume_types: NAMES,
    exclude: listOf({
      type: "object",
      properties: { storage_pools: NAMES, volumes: UUIDS, projects: UUIDS },
    }),
  }),
);

const BAREMETAL = listOf(object({ exclude: listOf(object({ ironic_nodes: UUIDS })) }));

export const SCOPE_SCHEMA: JsonObject = listOf(
  object({ compute: COMPUTE, storage: STORAGE, baremetal: BAREMETAL }),
);

/** Models that a scope may have rules for. */
export const SCOPED_MODELS: readonly string[] = ["compute", "storage", "baremetal"];
