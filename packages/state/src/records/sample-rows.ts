import type { MikroORM } from "@mikro-orm/postgresql";
import { prepareDatabase } from "../database/migrate.ts";
import { autoCommit, rows } from "../database/transaction.ts";

/** Rows for tests of reading, made by SQL: values that repeat, nulls, deleted ones. */

const CATALOGUE = {
  goals: ["dummy", "Big", "airflow"].map((name) => ({
    name,
    displayName: "Goal",
    efficacySpecification: [],
  })),
  strategies: [
    { name: "sleepy", displayName: "Sleepy", goalName: "dummy", parametersSpec: { type: "object" } },
    { name: "basic", displayName: "Basic", goalName: "Big", parametersSpec: {} },
  ],
};

/** Forty of each; every fifth audit, template and engine is deleted. n % k makes values repeat, nullif leaves some out. */
export async function makeSampleRows(orm: MikroORM): Promise<void> {
  await prepareDatabase(orm, CATALOGUE);
  const uuid = (kind: string) => `md5('${kind}' || n)::uuid`;
  const numbers = "from generate_series(1, 40) n";
  const statements = [
    `insert into audit (uuid, name, audit_type, state, goal_id, strategy_id, parameters, "interval", scope, auto_trigger,
       force, next_run_time, start_time, hostname, status_message, updated_at, deleted_at)
     select ${uuid("audit")}, 'Audit ' || n, (array['EVENT', 'ONESHOT', 'CONTINUOUS'])[n % 3 + 1],
       (array['PENDING', 'SUCCEEDED'])[n % 2 + 1], n % 3 + 1, nullif(n % 3, 0), jsonb_build_object('p', n % 4),
       nullif(n % 4, 0)::text, jsonb_build_array(n % 3), n % 2 = 0, n % 3 = 0,
       case when n % 3 > 0 then timestamptz '2026-11-22 16:48:53.723951+00' + n % 5 * interval '1 microsecond' end,
       case when n % 4 > 0 then timestamptz '2027-01-01 09:00:00+01' end, nullif('host-' || n % 3, 'host-0'),
       nullif('message ' || n % 2, 'message 1'), case when n % 2 = 0 then now() end,
       case when n % 5 = 0 then now() end ${numbers}`,
    `insert into run (run_id, audit_id, state, cause, seed, strategy_name, explanation, started_at)
     select ${uuid("run")}, n, (array['SUCCEEDED', 'FAILED'])[n % 2 + 1], 'EVENT', 4294967295 - n % 2, nullif('s' || n % 3, 's0'),
       '{"why": 1}', case when n % 3 > 0 then now() end ${numbers}`,
    `insert into event (event_id, audit_id, fate, run_id, occurrence_key, base_hash, exact, request_id, format, body_parse,
       current, body, sender, audit_ident, stream_sequence, stream_time, received_at)
     select ${uuid("event")}, nullif(n % 10, 0), (array['DONE', 'DUPLICATE'])[n % 2 + 1], nullif(n % 4, 0), 'k', 'b', true, '',
       'aodh', 'ok', 'alarm', convert_to(repeat('x', 40000), 'UTF8'), '{"user_id": "u"}', 'i', n, now(), now() ${numbers}`,
    `insert into action_plan (uuid, audit_id, strategy_id, run_id, state, global_efficacy, hostname, status_message)
     select ${uuid("plan")}, n, nullif(n % 3, 0), n, 'RECOMMENDED', jsonb_build_array(n % 2), nullif('h' || n % 2, 'h0'),
       nullif('m' || n % 3, 'm0') ${numbers}`,
    `insert into action (uuid, action_plan_id, action_type, state, input_parameters, parents, status_message)
     select ${uuid("action")}, n % 8 + 1, (array['nop', 'sleep', 'migrate'])[n % 3 + 1], 'PENDING',
       jsonb_build_object('n', n % 5), case when n % 2 = 0 then jsonb_build_array(${uuid("action")}) else '[]' end,
       nullif('m' || n % 2, 'm0') ${numbers}`,
    `insert into audit_template (uuid, name, description, goal_id, strategy_id, scope, default_parameters, updated_at, deleted_at)
     select ${uuid("template")}, 'Template ' || n, nullif('d' || n % 3, 'd0'), n % 3 + 1, nullif(n % 3, 0),
       json_build_array(n % 3), json_build_object('p', n % 4), case when n % 2 = 0 then now() end,
       case when n % 5 = 0 then now() end ${numbers}`,
    `insert into scoring_engine (uuid, name, description, metainfo, updated_at, deleted_at)
     select ${uuid("engine")}, 'Engine ' || n, 'd' || n % 3, nullif('m' || n % 2, 'm0'),
       case when n % 2 = 0 then now() end, case when n % 5 = 0 then now() end ${numbers}`,
    `insert into service (name, host, last_seen_up, updated_at)
     select 'Service ' || n % 4, 'host-' || n, now() - n % 3 * interval '60 s', case when n % 2 = 0 then now() end ${numbers}`,
    `insert into efficacy_indicator (uuid, action_plan_id, name, description, unit, value)
     select ${uuid("indicator")}, 1, 'i' || n, 'd', nullif('%' || n % 2, '%0'), n / 3.0 from generate_series(1, 3) n`,
  ];
  for (const statement of statements) await rows(autoCommit(orm), statement, []);
}
