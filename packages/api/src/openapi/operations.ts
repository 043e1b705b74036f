/** Every operation of the REST API: the table that the OpenAPI document is made from. */

import { z } from "zod";
import { MINOR } from "../rest/microversion.ts";
import { actionFull, actionShort } from "../schemas/answers/action.ts";
import { actionPlanFull, actionPlanShort } from "../schemas/answers/action-plan.ts";
import { auditFull, auditShort } from "../schemas/answers/audit.ts";
import { auditTemplateFull, auditTemplateShort } from "../schemas/answers/audit-template.ts";
import { dataModel, emptyNode, nodeWithServer } from "../schemas/answers/data-model.ts";
import { rootDocument, versionDocument } from "../schemas/answers/discovery.ts";
import { fault, keystoneFault } from "../schemas/answers/faults.ts";
import { goalFull, goalShort } from "../schemas/answers/goal.ts";
import { indicator, links } from "../schemas/answers/members.ts";
import { scoringEngineFull, scoringEngineShort } from "../schemas/answers/scoring-engine.ts";
import { serviceFull, serviceShort } from "../schemas/answers/service.ts";
import { strategyFull, strategyShort, strategyState } from "../schemas/answers/strategy.ts";
import { auditPostSchema } from "../schemas/audit-post.ts";
import { auditTemplatePostSchema } from "../schemas/audit-template-post.ts";
import {
  actionPlansQuery,
  actionsQuery,
  auditsQuery,
  auditTemplatesQuery,
  dataModelQuery,
  goalsQuery,
  scoringEnginesQuery,
  servicesQuery,
  strategiesQuery,
} from "../schemas/queries.ts";
import {
  anyBody,
  change,
  creation,
  describe,
  namesOf,
  oneOf,
  readingOperations,
  removal,
} from "./collection-operations.ts";
import type { Operation } from "./operation.ts";

const ANY_IDENT = "Integer id, UUID or name.";
const UUID_ONLY = "UUID.";

const GOALS = describe({
  name: "goals",
  one: "goal",
  type: "Goal",
  rule: "goal",
  ident: ANY_IDENT,
  query: goalsQuery,
  short: goalShort,
  full: goalFull,
});

const STRATEGIES = describe({
  name: "strategies",
  one: "strategy",
  type: "Strategy",
  rule: "strategy",
  ident: ANY_IDENT,
  query: strategiesQuery,
  short: strategyShort,
  full: strategyFull,
});

const TEMPLATES = describe({
  name: "audit_templates",
  one: "audit template",
  type: "AuditTemplate",
  rule: "audit_template",
  ident: ANY_IDENT,
  query: auditTemplatesQuery,
  short: auditTemplateShort,
  full: auditTemplateFull,
});

const AUDITS = describe({
  name: "audits",
  one: "audit",
  type: "Audit",
  rule: "audit",
  ident: ANY_IDENT,
  query: auditsQuery,
  short: auditShort,
  full: auditFull,
});

const PLANS = describe({
  name: "action_plans",
  one: "action plan",
  type: "ActionPlan",
  rule: "action_plan",
  ident: UUID_ONLY,
  query: actionPlansQuery,
  short: actionPlanShort,
  full: actionPlanFull,
});

const ACTIONS = describe({
  name: "actions",
  one: "action",
  type: "Action",
  rule: "action",
  ident: UUID_ONLY,
  query: actionsQuery,
  short: actionShort,
  full: actionFull,
});

const SCORING_ENGINES = describe({
  name: "scoring_engines",
  one: "scoring engine",
  type: "ScoringEngine",
  rule: "scoring_engine",
  ident: ANY_IDENT,
  query: scoringEnginesQuery,
  short: scoringEngineShort,
  full: scoringEngineFull,
});

const SERVICES = describe({
  name: "services",
  one: "service",
  type: "Service",
  rule: "service",
  ident: "Integer id or name.",
  query: servicesQuery,
  short: serviceShort,
  full: serviceFull,
});

/** This document: its form is that of OpenAPI. */
const description = z.looseObject({ openapi: z.string() });

const DISCOVERY: Operation[] = [
  {
    method: "get",
    path: "/",
    tag: "discovery",
    id: "getVersions",
    summary: "Which versions there are.",
    public: true,
    answer: { status: 200, schema: rootDocument, description: "The versions." },
    refusals: [],
  },
  {
    method: "get",
    path: "/v1",
    tag: "discovery",
    id: "getVersion",
    summary: "Where the collections are.",
    answer: { status: 200, schema: versionDocument, description: "Links to collections." },
    refusals: [],
  },
  {
    method: "get",
    path: "/openapi.json",
    tag: "discovery",
    id: "getDescription",
    summary: "This document.",
    public: true,
    answer: { status: 200, schema: description, description: "OpenAPI 3.1." },
    refusals: [],
  },
];

const STRATEGY_STATE: Operation = {
  ...oneOf(STRATEGIES, "/state"),
  method: "get",
  id: "getStrategyState",
  summary: "What a strategy needs, and what of it there is.",
  rule: "strategy:state",
  answer: { status: 200, schema: strategyState, description: "Four objects in a fixed order." },
  refusals: [404],
};

const PLAN_START: Operation = {
  ...oneOf(PLANS, "/start"),
  method: "post",
  id: "startActionPlan",
  summary: "Gives a recommended plan to an applier.",
  rule: "action_plan:start",
  body: { schema: anyBody, required: false },
  answer: { status: 200, schema: actionPlanFull, description: "The plan as it is now." },
  refusals: [404, 413, 415],
};

const DATA_MODEL: Operation = {
  method: "get",
  path: "/v1/data_model",
  tag: "data_model",
  id: "getDataModel",
  summary: "The newest model of the cloud, cut to an audit's scope where one is named.",
  rule: "data_model:get_all",
  since: MINOR.dataModel,
  query: dataModelQuery,
  answer: { status: 200, schema: dataModel, description: "One object per server, or per empty node." },
  refusals: [404],
};

const WEBHOOK: Operation = {
  method: "post",
  path: "/v1/webhooks/{audit}",
  tag: "webhooks",
  id: "triggerAudit",
  summary: "An event for an EVENT audit. Served by processes that run the edge role.",
  rule: "webhook:trigger",
  parameters: { audit: ANY_IDENT },
  headers: ["idempotencyKey"],
  body: {
    schema: z.unknown(),
    required: false,
    description:
      "Whatever the sender tells; none is an alarm as well. Kept as it came. What can't be read as JSON is taken under a type of JSON or under none, and refused with 415 under another.",
  },
  answer: {
    status: 202,
    description: "The event is stored for good.",
    headers: ["Vigil-Event-Id", "Vigil-Duplicate"],
  },
  refusals: [404, 408, 413, 415],
};

/** Schemas of answers by their names in the document. */
export const NAMED_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  Fault: fault,
  KeystoneFault: keystoneFault,
  Links: links,
  Indicator: indicator,
  Versions: rootDocument,
  Version: versionDocument,
  Description: description,
  ...namesOf(GOALS),
  ...namesOf(STRATEGIES),
  StrategyState: strategyState,
  ...namesOf(TEMPLATES),
  ...namesOf(AUDITS),
  ...namesOf(PLANS),
  ...namesOf(ACTIONS),
  ...namesOf(SCORING_ENGINES),
  ...namesOf(SERVICES),
  EmptyNode: emptyNode,
  NodeWithServer: nodeWithServer,
  DataModel: dataModel,
};

export const OPERATIONS: readonly Operation[] = [
  ...DISCOVERY,
  ...readingOperations(GOALS),
  ...readingOperations(STRATEGIES),
  STRATEGY_STATE,
  ...readingOperations(TEMPLATES),
  creation(TEMPLATES, auditTemplatePostSchema, [409]),
  change(TEMPLATES, [409]),
  removal(TEMPLATES),
  ...readingOperations(AUDITS),
  creation(AUDITS, auditPostSchema, [404, 409]),
  change(AUDITS, [409]),
  removal(AUDITS),
  ...readingOperations(PLANS),
  change(PLANS, []),
  removal(PLANS),
  PLAN_START,
  ...readingOperations(ACTIONS),
  change(ACTIONS, [409]),
  ...readingOperations(SCORING_ENGINES),
  ...readingOperations(SERVICES),
  DATA_MODEL,
  WEBHOOK,
];
