import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/**
 * Parameters of an audit made from a template: the template's defaults under what is given. Member by member at the
 * root only: a given object replaces the template's, so that a client can also leave out what the template has in it.
 * @param parameters undefined or null: only the template's. Without defaults, and when it is no object, given back as
 *   it is: absent and null mean different things then, and whoever checks it refuses the rest.
 */
export function withTemplateDefaults(
  defaults: JsonObject,
  parameters: JsonValue | undefined,
): JsonValue | undefined {
  if (Object.keys(defaults).length === 0) return parameters;
  if (parameters === undefined || parameters === null) return { ...defaults };
  return isJsonObject(parameters) ? { ...defaults, ...parameters } : parameters;
}
