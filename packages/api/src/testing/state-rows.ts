import pg from "pg";

/**
 * Everything that requests may change, as one hash. CONTINUOUS audits are moved by the scheduler as well: of these,
 * and of their runs, only what users set counts. Services and outbox are about processes.
 */
const HASH = `
select md5(string_agg(part, '|' order by part)) as hash from (
  select 'audit' || a::text as part from audit a where audit_type <> 'CONTINUOUS'
  union all
  select concat_ws('|', 'audit', id, uuid, name, audit_type, parameters, scope, interval, auto_trigger, force,
    start_time, end_time, goal_id, strategy_id, last_edit, deleted_at) from audit where audit_type = 'CONTINUOUS'
  union all
  select 'run' || r::text from run r join audit a on a.id = r.audit_id where a.audit_type <> 'CONTINUOUS'
  union all
  select 'template' || t::text from audit_template t
  union all
  select 'plan' || p::text from action_plan p
  union all
  select 'action' || a::text from action a
  union all
  select 'event' || e::text from event e
  union all
  select 'goal' || g::text from goal g
  union all
  select 'strategy' || s::text from strategy s
  union all
  select 'engine' || s::text from scoring_engine s
) parts`;

/** Looks at the database of a system under test. */
export class StateRows {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(databaseUrl: string): Promise<StateRows> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    return new StateRows(client);
  }

  async hash(): Promise<string> {
    const { rows } = await this.#client.query<{ hash: string }>(HASH);
    return rows[0]?.hash ?? "";
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}
