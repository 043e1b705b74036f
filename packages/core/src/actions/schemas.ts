/**
 * Draft-4 schemas of the input parameters of actions. Members as Watcher's plugins have them; keywords that are
 * misspelt there (`minlength`, `anyof`) and so hold nothing back do hold here: a name is never empty.
 */
import type { JsonObject } from "../json.ts";

const UUID = {
  type: "string",
  pattern: "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
};
const NAME = { type: "string", minLength: 1 };
const OPTIONAL_NAME = { type: ["string", "null"], minLength: 1 };
const FLAG = { type: "boolean" };

function input(required: JsonObject, optional: JsonObject = {}): JsonObject {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

/** The message names nothing and may be empty: an audit of `dummy` decides what it is. */
export const NOP_INPUT = input(
  { message: { type: ["string", "null"] } },
  { skip_pre_condition: FLAG, fail_pre_condition: FLAG, fail_execute: FLAG, fail_post_condition: FLAG },
);

export const SLEEP_INPUT = input({ duration: { type: "number", minimum: 0 } });

export const MIGRATE_INPUT = input(
  { resource_id: UUID, migration_type: { type: "string", enum: ["live", "cold"] }, source_node: NAME },
  { destination_node: OPTIONAL_NAME, resource_name: NAME },
);

export const RESIZE_INPUT = input({ resource_id: UUID, flavor: NAME });

/** Watcher's schema has `up` and `down` too, which its action then can't do: here they are refused at once. */
export const SERVICE_STATE_INPUT = input(
  { resource_id: NAME, state: { type: "string", enum: ["enabled", "disabled"] } },
  { disabled_reason: NAME, resource_name: NAME },
);

export const POWER_STATE_INPUT = input(
  { resource_id: NAME, state: { type: "string", enum: ["on", "off"] } },
  { resource_name: NAME },
);

export const VOLUME_MIGRATE_INPUT = input(
  { resource_id: UUID, migration_type: { type: "string", enum: ["migrate", "retype", "swap"] } },
  { destination_node: OPTIONAL_NAME, destination_type: OPTIONAL_NAME, resource_name: NAME },
);

export const STOP_INPUT = input({ resource_id: UUID });
