import type { MikroORM } from "@mikro-orm/postgresql";
import { AUDIT_STATES, EVENT_FATES, PLAN_STATES, RUN_STATES, VigilError } from "@vigil/core";
import type { Page__Output, RecordServiceImpl } from "@vigil/proto";
import { autoCommit, type Sql } from "../database/transaction.ts";
import { ACTION_PLANS, ACTIONS } from "./action-plans.ts";
import { type AuditCreation, createAudit } from "./audit-service.ts";
import { AUDIT_TEMPLATES } from "./audit-templates.ts";
import { AUDITS } from "./audits.ts";
import { DEAD_LETTER_KINDS, DEAD_LETTERS, LISTED_DEAD_LETTERS, resolutionFilter } from "./dead-letters.ts";
import { combined, type Filters, identFilter, planFilter, stateFilter, uuidFilter } from "./filters.ts";
import { GOALS, STRATEGIES } from "./goals.ts";
import { EVENTS, eventsOfPage, LISTED_RUNS, RUNS } from "./ledger.ts";
import { getByIdent, getByIdOrName, getByUuid } from "./lookup.ts";
import { checkPage, listRows } from "./paging.ts";
import type { Resource } from "./resource.ts";
import { SCORING_ENGINES } from "./scoring-engines.ts";
import { reportService, SERVICES } from "./services.ts";

/**
 * RecordService on PostgreSQL. Each call but CreateAudit is one statement, plus one each to resolve a marker or a
 * named filter.
 */
export function createRecordService(parts: AuditCreation): RecordServiceImpl {
  const { orm } = parts;
  return {
    ...readGoals(orm),
    ...readTemplates(orm),
    ...readPlans(orm),
    ...readLedger(orm),
    ...readServices(orm),
    ...audits(parts),
  };
}

async function list<Message>(
  sql: Sql,
  resource: Resource<Message>,
  page: Page__Output | null,
  filters: Filters,
): Promise<Message[]> {
  const checked = checkPage(page, resource.sortKeys);
  return filters === undefined ? [] : listRows(sql, resource, checked, filters);
}

function readGoals(orm: MikroORM) {
  const sql = autoCommit(orm);
  return {
    listGoals: async ({ page }) => ({ goals: await list(sql, GOALS, page, []) }),
    getGoal: async (request) => ({ goal: await getByIdent(sql, GOALS, request) }),
    listStrategies: async ({ page, goal }) => ({
      strategies: await list(sql, STRATEGIES, page, await identFilter(sql, "goal", "s.goal_id", goal)),
    }),
    getStrategy: async (request) => ({ strategy: await getByIdent(sql, STRATEGIES, request) }),
  } satisfies Partial<RecordServiceImpl>;
}

function readTemplates(orm: MikroORM) {
  const sql = autoCommit(orm);
  return {
    listAuditTemplates: async ({ page, goal, strategy }) => {
      const filters = combined(
        await identFilter(sql, "goal", "t.goal_id", goal),
        await identFilter(sql, "strategy", "t.strategy_id", strategy),
      );
      return { auditTemplates: await list(sql, AUDIT_TEMPLATES, page, filters) };
    },
    getAuditTemplate: async (request) => ({
      auditTemplate: await getByIdent(sql, AUDIT_TEMPLATES, request),
    }),
  } satisfies Partial<RecordServiceImpl>;
}

function readServices(orm: MikroORM) {
  const sql = autoCommit(orm);
  return {
    listScoringEngines: async ({ page }) => ({
      scoringEngines: await list(sql, SCORING_ENGINES, page, []),
    }),
    getScoringEngine: async (request) => ({ scoringEngine: await getByIdent(sql, SCORING_ENGINES, request) }),
    listServices: async ({ page }) => ({ services: await list(sql, SERVICES, page, []) }),
    getService: async (request) => ({ service: await getByIdOrName(sql, SERVICES, request) }),
    reportService: async (request) => {
      await reportService(sql, request);
      return {};
    },
  } satisfies Partial<RecordServiceImpl>;
}

function audits(parts: AuditCreation) {
  const sql = autoCommit(parts.orm);
  return {
    createAudit: async (request) => ({ audit: await createAudit(parts, request) }),
    getAudit: async (request) => ({ audit: await getByIdent(sql, AUDITS, request) }),
    listAudits: async ({ page, goal, strategy, state }) => {
      const filters = combined(
        await identFilter(sql, "goal", "a.goal_id", goal),
        await identFilter(sql, "strategy", "a.strategy_id", strategy),
        stateFilter("a.state", state, AUDIT_STATES),
      );
      return { audits: await list(sql, AUDITS, page, filters) };
    },
  } satisfies Partial<RecordServiceImpl>;
}

function readPlans(orm: MikroORM) {
  const sql = autoCommit(orm);
  return {
    getActionPlan: async (request) => ({ actionPlan: await getByUuid(sql, ACTION_PLANS, request) }),
    listActionPlans: async ({ page, auditUuid, strategy, state }) => {
      const filters = combined(
        uuidFilter("a.uuid", auditUuid),
        await identFilter(sql, "strategy", "p.strategy_id", strategy),
        stateFilter("p.state", state, PLAN_STATES),
      );
      return { actionPlans: await list(sql, ACTION_PLANS, page, filters) };
    },
    getAction: async (request) => ({ action: await getByUuid(sql, ACTIONS, request) }),
    listActions: async ({ page, actionPlanUuid, auditUuid }) => {
      if (actionPlanUuid !== "" && auditUuid !== "") {
        const text = "Filtering actions on both audit and action-plan is prohibited";
        throw new VigilError("invalid-input", text);
      }
      const filters = combined(await planFilter(sql, actionPlanUuid), uuidFilter("a.uuid", auditUuid));
      return { actions: await list(sql, ACTIONS, page, filters) };
    },
  } satisfies Partial<RecordServiceImpl>;
}

function readLedger(orm: MikroORM) {
  const sql = autoCommit(orm);
  return {
    listEvents: async ({ page, auditUuid, fate }) => {
      const filters = combined(uuidFilter("a.uuid", auditUuid), stateFilter("e.fate", fate, EVENT_FATES));
      const { limit } = checkPage(page, EVENTS.sortKeys);
      return { events: await list(sql, eventsOfPage(limit), page, filters) };
    },
    getEvent: async ({ eventId }) => ({
      event: await getByUuid(sql, EVENTS, { uuid: eventId, showDeleted: false }),
    }),
    listDeadLetters: async ({ page, auditUuid, kind, resolution }) => {
      const filters = combined(
        uuidFilter("a.uuid", auditUuid),
        stateFilter("d.kind", kind, DEAD_LETTER_KINDS),
        resolutionFilter(resolution),
      );
      return { deadLetters: await list(sql, LISTED_DEAD_LETTERS, page, filters) };
    },
    getDeadLetter: async ({ uuid }) => ({
      deadLetter: await getByUuid(sql, DEAD_LETTERS, { uuid, showDeleted: false }),
    }),
    getRun: async ({ runId }) => ({ run: await getByUuid(sql, RUNS, { uuid: runId, showDeleted: false }) }),
    listRuns: async ({ page, auditUuid, state }) => {
      const filters = combined(uuidFilter("a.uuid", auditUuid), stateFilter("r.state", state, RUN_STATES));
      return { runs: await list(sql, LISTED_RUNS, page, filters) };
    },
  } satisfies Partial<RecordServiceImpl>;
}
