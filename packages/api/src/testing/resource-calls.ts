import { type Answer, call, chain, type Fixture, type Served } from "./fixture.ts";

/** Requests as the tests of resources send them: an administrator's, with the version as a number. */
export class ResourceCalls {
  readonly #fixture: Fixture;
  readonly #url: string;

  constructor(fixture: Fixture, { url }: Served) {
    this.#fixture = fixture;
    this.#url = url;
  }

  send(method: string, path: string, body?: unknown, minor = 7, headers = {}): Promise<Answer> {
    const version = { "openstack-api-version": `infra-optim 1.${minor}` };
    return call(`${this.#url}${path}`, method, body, { ...version, ...headers });
  }

  get(path: string, minor = 7, headers = {}): Promise<Answer> {
    return this.send("GET", path, undefined, minor, headers);
  }

  /** One operation: `patch(url, "remove", "/strategy")`. */
  patch(path: string, op: string, member: string, value?: unknown, minor = 7): Promise<Answer> {
    return this.send("PATCH", path, [{ op, path: member, ...(value !== undefined && { value }) }], minor);
  }

  /** Creates an EVENT audit of goal and strategy dummy. Gives its UUID. */
  async newAudit(members: object = {}): Promise<string> {
    const body = { audit_type: "EVENT", goal: "dummy", strategy: "dummy", ...members };
    const created = await this.send("POST", "/v1/audits", body);
    if (created.status !== 201) throw new Error(`the audit was refused: ${created.fault}`);
    return created.body.uuid;
  }

  /** Lets a new audit be computed. Gives the path of its plan, RECOMMENDED, with a chain of actions. */
  async newPlan(actions = 2): Promise<string> {
    // Other plans may be under way: they would make the run wait.
    const audit = await this.newAudit({ force: true });
    return `/v1/action_plans/${await this.#fixture.plan(audit, chain(actions))}`;
  }

  /** Paths of the plan's actions, in plan order. */
  async actionsOf(plan: string): Promise<string[]> {
    const uuid = plan.split("/").at(-1);
    const { actions } = (await this.get(`/v1/actions?action_plan_uuid=${uuid}`)).body;
    return actions.map((action: { uuid: string }) => `/v1/actions/${action.uuid}`);
  }
}
