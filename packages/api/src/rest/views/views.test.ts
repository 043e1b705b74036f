import { describe, expect, test } from "vitest";
import type {
  ActionPlanRow,
  ActionRow,
  AuditRow,
  AuditTemplateRow,
  GoalRow,
  ScoringEngineRow,
  ServiceRow,
  StrategyRow,
} from "../../rows.ts";
import { actionView } from "./action.ts";
import { actionPlanView } from "./action-plan.ts";
import { auditView } from "./audit.ts";
import { auditTemplateView } from "./audit-template.ts";
import { rootView, versionView } from "./discovery.ts";
import { goalView } from "./goal.ts";
import { scoringEngineView } from "./scoring-engine.ts";
import { serviceView } from "./service.ts";
import { strategyView } from "./strategy.ts";
import { plainTime, timestamp } from "./time.ts";
import type { ViewOptions } from "./view.ts";

const HOST = "http://host:9322";
const CREATED = "2026-11-22T16:48:53.723951+00:00";

const short = (minor: number): ViewOptions => ({ hostUrl: HOST, minor, detail: false });
const detail = (minor: number): ViewOptions => ({ hostUrl: HOST, minor, detail: true });

const goal: GoalRow = {
  id: "1",
  uuid: "g-uuid",
  name: "dummy",
  displayName: "Dummy goal",
  efficacySpecificationJson: '[{"name":"n","description":"d","unit":null,"schema":"Range(0)"}]',
  createdAt: CREATED,
};

const strategy: StrategyRow = {
  id: "2",
  uuid: "s-uuid",
  name: "dummy",
  displayName: "Dummy strategy",
  goalUuid: "g-uuid",
  goalName: "dummy",
  parametersSpecJson: '{"properties":{"para1":{"type":"number"}}}',
};

const audit: AuditRow = {
  id: "3",
  uuid: "a-uuid",
  name: "my audit",
  auditType: "EVENT",
  state: "PENDING",
  goalUuid: "g-uuid",
  goalName: "dummy",
  scopeJson: "[]",
  parametersJson: '{"para1":3.2}',
  autoTrigger: false,
  force: true,
  startTime: "2027-01-01T08:00:00.000000+00:00",
  triggerStates: ["*"],
  version: "1",
  createdAt: CREATED,
};

const plan: ActionPlanRow = {
  id: "4",
  uuid: "p-uuid",
  auditUuid: "a-uuid",
  strategyUuid: "s-uuid",
  strategyName: "dummy",
  state: "RECOMMENDED",
  globalEfficacyJson: '[{"name":"g","description":"d","unit":"%","value":12.5}]',
  efficacyIndicators: [{ name: "i", description: "d", value: 3 }],
  runId: "r",
  createdAt: CREATED,
};

const action: ActionRow = {
  id: "5",
  uuid: "x-uuid",
  actionPlanUuid: "p-uuid",
  actionType: "nop",
  state: "PENDING",
  inputParametersJson: '{"message":"hi"}',
  parents: ["w-uuid"],
  createdAt: CREATED,
};

describe("rest-api 1.11 times in answers", () => {
  test("created_at keeps its offset", () => {
    expect(timestamp(CREATED)).toBe(CREATED);
    expect(timestamp("2026-11-22T16:48:53.000000+00:00")).toBe("2026-11-22T16:48:53+00:00");
    expect(timestamp("2026-11-22T16:48:53.100000+00:00")).toBe("2026-11-22T16:48:53.100000+00:00");
    expect(timestamp(undefined)).toBeNull();
  });

  test("start_time has neither offset nor Z", () => {
    expect(plainTime("2027-01-01T08:00:00.000000+00:00")).toBe("2027-01-01T08:00:00");
    expect(plainTime("2027-01-01T08:00:00.500000+00:00")).toBe("2027-01-01T08:00:00.500000");
    expect(plainTime(undefined)).toBeNull();
  });
});

describe("rest-api 2 discovery", () => {
  test("2.1 the first version has max_version", () => {
    const root = rootView(`${HOST}/mount`);
    expect(root.versions[0]).toEqual({
      id: "v1",
      status: "CURRENT",
      max_version: "1.7",
      min_version: "1.0",
      links: [{ href: `${HOST}/mount/v1/`, rel: "self" }],
    });
    expect(root.default_version).toEqual(root.versions[0]);
    expect(root.name).toBe("OpenStack Watcher API");
  });

  const BASE = [
    "id",
    "media_types",
    "links",
    "audit_templates",
    "audits",
    "actions",
    "action_plans",
    "scoring_engines",
    "services",
  ];
  test.each([
    [0, BASE],
    [2, BASE],
    [3, [...BASE, "data_model"]],
    [4, [...BASE, "data_model", "webhooks"]],
    [7, [...BASE, "data_model", "webhooks"]],
  ])("2.2 members at 1.%i", (minor, members) => {
    expect(Object.keys(versionView(HOST, minor)).sort()).toEqual([...members].sort());
  });

  test("2.2 links keep the mount prefix", () => {
    expect(versionView(`${HOST}/infra`, 0).audits).toEqual([
      { href: `${HOST}/infra/v1/audits/`, rel: "self" },
      { href: `${HOST}/infra/audits/`, rel: "bookmark" },
    ]);
  });
});

describe("rest-api 3 goals", () => {
  test("a single goal has exactly eight members", () => {
    expect(goalView(goal, detail(7))).toEqual({
      uuid: "g-uuid",
      name: "dummy",
      display_name: "Dummy goal",
      efficacy_specification: [{ name: "n", description: "d", unit: null, schema: "Range(0)" }],
      links: [
        { href: "http://host:9322/v1/goals/g-uuid", rel: "self" },
        { href: "http://host:9322/goals/g-uuid", rel: "bookmark" },
      ],
      created_at: CREATED,
      updated_at: null,
      deleted_at: null,
    });
  });

  test("the short list has no times", () => {
    const members = ["uuid", "name", "display_name", "efficacy_specification", "links"];
    expect(Object.keys(goalView(goal, short(7)))).toEqual(members);
  });
});

describe("rest-api 4 strategies", () => {
  const members = ["uuid", "name", "display_name", "goal_uuid", "goal_name", "links"];
  test("parameters_spec is shown in detail only, times never", () => {
    expect(Object.keys(strategyView(strategy, short(7)))).toEqual(members);
    expect(Object.keys(strategyView(strategy, detail(7)))).toEqual([...members, "parameters_spec"]);
    expect(strategyView(strategy, detail(7)).parameters_spec).toEqual({
      properties: { para1: { type: "number" } },
    });
  });
});

describe("rest-api 5.1 audit templates", () => {
  const template: AuditTemplateRow = {
    id: "6",
    uuid: "t-uuid",
    name: "my at",
    goalUuid: "g-uuid",
    goalName: "dummy",
    scopeJson: '[{"compute":[]}]',
    defaultParametersJson: "{}",
    createdAt: CREATED,
  };
  const SHORT = [
    "uuid",
    "name",
    "goal_uuid",
    "goal_name",
    "strategy_uuid",
    "strategy_name",
    "scope",
    "links",
  ];
  const DETAIL = [...SHORT, "description", "created_at", "updated_at", "deleted_at"];
  test.each([
    [0, DETAIL],
    [6, DETAIL],
    [7, [...DETAIL, "default_parameters"]],
  ])("members at 1.%i", (minor, members) => {
    expect(Object.keys(auditTemplateView(template, short(minor)))).toEqual(SHORT);
    expect(Object.keys(auditTemplateView(template, detail(minor))).sort()).toEqual([...members].sort());
  });

  test("values; the strategy's are there even when null", () => {
    expect(auditTemplateView(template, detail(7))).toMatchObject({
      strategy_uuid: null,
      strategy_name: null,
      scope: [{ compute: [] }],
      description: null,
      default_parameters: {},
      updated_at: null,
    });
  });
});

describe("rest-api 8.1 scoring engines", () => {
  const engine: ScoringEngineRow = {
    id: "7",
    uuid: "e-uuid",
    name: "dummy_scorer",
    description: "Dummy",
    createdAt: CREATED,
  };

  test("a single one has exactly metainfo, description, name, uuid, links", () => {
    expect(scoringEngineView(engine, detail(7))).toEqual({
      uuid: "e-uuid",
      name: "dummy_scorer",
      description: "Dummy",
      links: [
        { href: "http://host:9322/v1/scoring_engines/e-uuid", rel: "self" },
        { href: "http://host:9322/scoring_engines/e-uuid", rel: "bookmark" },
      ],
      metainfo: null,
    });
    expect(scoringEngineView({ ...engine, metainfo: "{}" }, detail(0)).metainfo).toBe("{}");
  });

  test("the list has no metainfo", () => {
    expect(Object.keys(scoringEngineView(engine, short(7)))).toEqual([
      "uuid",
      "name",
      "description",
      "links",
    ]);
  });
});

describe("rest-api 8.2 services", () => {
  const service: ServiceRow = {
    id: "12",
    name: "watcher-applier",
    host: "a-host",
    status: "ACTIVE",
    lastSeenUp: "2027-01-01T08:00:00.500000+00:00",
    createdAt: CREATED,
  };
  const SHORT = ["id", "name", "host", "status", "links"];

  test("members", () => {
    expect(Object.keys(serviceView(service, short(0)))).toEqual(SHORT);
    expect(Object.keys(serviceView(service, detail(0)))).toEqual([
      ...SHORT,
      "last_seen_up",
      "created_at",
      "updated_at",
      "deleted_at",
    ]);
  });

  test("the id is a number, and links name it", () => {
    expect(serviceView(service, detail(7))).toMatchObject({
      id: 12,
      links: [
        { href: "http://host:9322/v1/services/12", rel: "self" },
        { href: "http://host:9322/services/12", rel: "bookmark" },
      ],
      last_seen_up: "2027-01-01T08:00:00.500000",
      created_at: CREATED,
    });
  });
});

describe("rest-api 6.1 audits", () => {
  const SHORT = [
    "uuid",
    "name",
    "audit_type",
    "state",
    "goal_uuid",
    "goal_name",
    "strategy_uuid",
    "strategy_name",
    "interval",
    "scope",
    "auto_trigger",
    "next_run_time",
    "force",
    "links",
  ];
  const DETAIL = [...SHORT, "parameters", "hostname", "created_at", "updated_at", "deleted_at"];
  test.each([
    [0, DETAIL],
    [1, [...DETAIL, "start_time", "end_time"]],
    [4, [...DETAIL, "start_time", "end_time"]],
    [5, [...DETAIL, "start_time", "end_time", "status_message"]],
    [7, [...DETAIL, "start_time", "end_time", "status_message"]],
  ])("members at 1.%i", (minor, members) => {
    expect(Object.keys(auditView(audit, short(minor)))).toEqual(SHORT);
    expect(Object.keys(auditView(audit, detail(minor))).sort()).toEqual([...members].sort());
  });

  test("strategy_name is there even when null", () => {
    expect(auditView(audit, short(0))).toMatchObject({ strategy_name: null, strategy_uuid: null });
  });

  test("force is false in the short list, and in detail below 1.2", () => {
    expect(auditView(audit, short(7)).force).toBe(false);
    expect(auditView(audit, detail(1)).force).toBe(false);
    expect(auditView(audit, detail(2)).force).toBe(true);
    expect(auditView({ ...audit, force: false }, detail(2)).force).toBe(false);
  });

  test("values", () => {
    expect(auditView(audit, detail(7))).toMatchObject({
      scope: [],
      parameters: { para1: 3.2 },
      start_time: "2027-01-01T08:00:00",
      end_time: null,
      next_run_time: null,
      hostname: null,
      status_message: null,
      created_at: CREATED,
      updated_at: null,
    });
  });
});

describe("rest-api 7.1 action plans", () => {
  const SHORT = [
    "uuid",
    "audit_uuid",
    "strategy_uuid",
    "strategy_name",
    "state",
    "efficacy_indicators",
    "global_efficacy",
    "updated_at",
    "links",
  ];
  test.each([
    [4, [...SHORT, "hostname", "created_at", "deleted_at"]],
    [5, [...SHORT, "hostname", "created_at", "deleted_at", "status_message"]],
  ])("members at 1.%i", (minor, members) => {
    expect(Object.keys(actionPlanView(plan, short(minor)))).toEqual(SHORT);
    expect(Object.keys(actionPlanView(plan, detail(minor))).sort()).toEqual([...members].sort());
  });

  test("efficacy values are numbers, units may be null", () => {
    expect(actionPlanView(plan, short(7)).efficacy_indicators).toEqual([
      { name: "i", description: "d", unit: null, value: 3 },
    ]);
    expect(actionPlanView(plan, short(7)).global_efficacy).toEqual([
      { name: "g", description: "d", unit: "%", value: 12.5 },
    ]);
  });

  test.each(["", "null", "[]"])("global_efficacy is never null: %j", (globalEfficacyJson) => {
    expect(actionPlanView({ ...plan, globalEfficacyJson }, short(7)).global_efficacy).toEqual([]);
  });
});

describe("rest-api 7.5 actions", () => {
  const SHORT = ["uuid", "action_plan_uuid", "state", "action_type", "parents", "links"];
  const DETAIL = [...SHORT, "input_parameters", "description", "created_at", "updated_at", "deleted_at"];
  test.each([
    [4, DETAIL],
    [5, [...DETAIL, "status_message"]],
  ])("members at 1.%i", (minor, members) => {
    expect(Object.keys(actionView(action, short(minor)))).toEqual(SHORT);
    expect(Object.keys(actionView(action, detail(minor))).sort()).toEqual([...members].sort());
  });

  test("description is the text of the action type, empty for one that nobody registered", () => {
    expect(actionView(action, detail(7))).toMatchObject({
      description: "Logging a NOP message",
      input_parameters: { message: "hi" },
      parents: ["w-uuid"],
    });
    expect(actionView({ ...action, actionType: "own" }, detail(7)).description).toBe("");
  });
});
