/**
 * Query parameters of the collections (rest-api 1.8). These schemas say what may be there and of which
 * type; whether a limit is positive, a key known or a marker alive is asked after the policy check.
 */

import { z } from "zod";
import { isUuidLike } from "./uuid.ts";

/** Everything in a query is text; the same name twice arrives as a list. */
const parameter = z.string({
  error: (issue) =>
    Array.isArray(issue.input) ? "Given more than once; send it once." : "Wrong type. Expected 'string'",
});

/** Of any length; a limit beyond all numbers is cut to the largest page, not refused as no number. */
const integerText = parameter.regex(/^\s*[+-]?\d+\s*$/, {
  error: (issue) => `unable to convert to int. Error: not an integer: ${String(issue.input)}`,
});

const integer = integerText.transform(Number);

/** As rows have it: Python reads ` +007` as 7. The digits stay text, as no number type of ours holds all of them. */
function plainInteger(text: string): string {
  return text
    .trim()
    .replace(/^\+/, "")
    .replace(/^(-?)0+(?=\d)/, "$1");
}

const uuid = parameter.refine(isUuidLike, {
  error: (issue) => `unable to convert to uuid. Error: Expected a uuid but received ${String(issue.input)}`,
});

const paging = {
  limit: integer.optional(),
  sort_key: parameter.optional(),
  sort_dir: parameter.optional(),
};

/** Goals, strategies and scoring engines are found by free text, so their markers are too. */
const freeMarker = { ...paging, marker: parameter.optional() };

const uuidMarker = { ...paging, marker: uuid.optional() };

/** `/v1/goals`. */
export const goalsQuery = z.strictObject(freeMarker);

/** `/v1/strategies`; goal by UUID or name. */
export const strategiesQuery = z.strictObject({ ...freeMarker, goal: parameter.optional() });

/** `/v1/audits`; goal and strategy by UUID or name. */
export const auditsQuery = z.strictObject({
  ...uuidMarker,
  goal: parameter.optional(),
  strategy: parameter.optional(),
});

/** `/v1/action_plans`; the audit by UUID only, the strategy by UUID or name. */
export const actionPlansQuery = z.strictObject({
  ...uuidMarker,
  audit_uuid: uuid.optional(),
  strategy: parameter.optional(),
});

/** `/v1/actions`; both filters by UUID only, and not together. */
export const actionsQuery = z.strictObject({
  ...uuidMarker,
  action_plan_uuid: uuid.optional(),
  audit_uuid: uuid.optional(),
});

/** `/v1/audit_templates`; goal and strategy by UUID or name. */
export const auditTemplatesQuery = z.strictObject({
  ...uuidMarker,
  goal: parameter.optional(),
  strategy: parameter.optional(),
});

/** `/v1/scoring_engines`. */
export const scoringEnginesQuery = z.strictObject(freeMarker);

/** `/v1/services`; they have no UUID, so their marker is the integer id, written without sign and leading zeros. */
export const servicesQuery = z.strictObject({
  ...paging,
  marker: integerText.transform(plainInteger).optional(),
});

/** `/v1/data_model`; the audit by UUID only. */
export const dataModelQuery = z.strictObject({
  data_model_type: parameter.default("compute"),
  audit_uuid: uuid.optional(),
});

/** Resources without parameters. */
export const noQuery = z.strictObject({});

/** The parameters that every collection has. */
export interface PagingQuery {
  limit?: number | undefined;
  marker?: string | undefined;
  sort_key?: string | undefined;
  sort_dir?: string | undefined;
}
