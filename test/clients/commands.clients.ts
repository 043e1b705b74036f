/**
 * Every command of python-watcherclient against a whole Vigil, under both of its names: create, list, show,
 * update, start, cancel, delete of every resource. One test per row of the table of commands, in an order in
 * which each finds what it needs.
 */

import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CommandLine, PROGRAMS, type ProgramName } from "./command-line.ts";
import { type Installation, startInstallation } from "./installation.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SETTLED_MS = 60_000;

let installation: Installation;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vigil-clients-scope-"));
  installation = await startInstallation();
});

afterEach(async (context) => {
  if (context.task.result?.state === "fail") {
    process.stderr.write(`${installation.log.split("\n").slice(-6).join("\n")}\n`);
  }
});

afterAll(async () => {
  await installation?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(Object.keys(PROGRAMS) as ProgramName[])("%s", (program) => {
  const label = randomUUID().slice(0, 8);
  let cli: CommandLine;
  let template: string;
  let audit: string;
  let plan: string;

  beforeAll(() => {
    cli = new CommandLine(installation, program);
  });

  afterAll(() => cli.close());

  const stateOf = async (kind: string, uuid: string): Promise<string> =>
    (await cli.json(`${kind} show ${uuid}`)).State;

  const settled = (kind: string, uuid: string, ...states: string[]) =>
    until(
      `${kind} ${uuid} ${states.join(" or ")}`,
      async () => states.includes(await stateOf(kind, uuid)),
      SETTLED_MS,
    );

  /** Runs an audit of the dummy strategy to its end, and gives its plan. */
  const planOf = async (uuid: string): Promise<string> => {
    await settled("audit", uuid, "SUCCEEDED");
    const [found] = await cli.json(`actionplan list --audit ${uuid}`);
    return found.UUID;
  };

  describe("goals", () => {
    it("goal list", async () => {
      const goals = await cli.json("goal list");
      expect(goals.map(({ Name }: { Name: string }) => Name)).toEqual(
        expect.arrayContaining(["dummy", "server_consolidation", "workload_balancing"]),
      );
      expect(Object.keys(goals[0])).toEqual(["UUID", "Name", "Display name"]);
    });

    it("goal list --detail --limit --sort-key --sort-dir --marker", async () => {
      const names = (list: { Name: string }[]) => list.map(({ Name }) => Name);
      const down = await cli.json("goal list --detail --sort-key name --sort-dir desc");
      expect(names(down)).toEqual(names(down).toSorted().toReversed());
      expect(down[0]["Efficacy specification"]).toBeDefined();
      const two = await cli.json("goal list --sort-key name --limit 2");
      const all = await cli.json("goal list --sort-key name --limit 0");
      expect(names(all)).toEqual(names(down).toReversed());
      expect(two.length).toBeGreaterThanOrEqual(2);
      const after = await cli.json(`goal list --sort-key name --marker ${all[0].UUID}`);
      expect(names(after)).toEqual(names(all).slice(1));
    });

    it("goal show, by name in any case and by UUID", async () => {
      const byName = await cli.json("goal show DUMMY");
      expect(byName).toMatchObject({ Name: "dummy", "Display name": "Dummy goal" });
      expect(await cli.json(`goal show ${byName.UUID}`)).toEqual(byName);
    });
  });

  describe("strategies", () => {
    it("strategy list --goal", async () => {
      const strategies = await cli.json("strategy list --goal dummy");
      const names = strategies.map(({ Name }: { Name: string }) => Name);
      expect(names).toContain("dummy");
      expect(names).not.toContain("basic");
      expect((await cli.json("strategy list --detail")).length).toBeGreaterThan(names.length);
    });

    it("strategy show", async () => {
      const strategy = await cli.json("strategy show dummy");
      expect(strategy).toMatchObject({ Name: "dummy", Goal: "dummy" });
      expect(JSON.stringify(strategy["Parameters spec"])).toContain("para1");
    });

    it("strategy state", async () => {
      const states = await cli.json("strategy state dummy");
      expect(states.map(({ Type }: { Type: string }) => Type)).toEqual([
        "Datasource",
        "Metrics",
        "CDM",
        "Name",
      ]);
    });
  });

  describe("audit templates", () => {
    it("audittemplate create -s -d --scope", async () => {
      const scope = join(folder, `${label}.json`);
      writeFileSync(scope, JSON.stringify([{ compute: [{ host_aggregates: [{ name: "*" }] }] }]));
      template = `template ${label}`;
      const words = ["audittemplate", "create", template, "dummy", "-s", "dummy", "-d", "first"];
      const made = await cli.jsonOf([...words, "--scope", scope]);
      expect(made).toMatchObject({ Name: template, Goal: "dummy", Strategy: "dummy", Description: "first" });
      expect(JSON.stringify(made["Audit Scope"])).toContain("host_aggregates");
      template = made.UUID;
    });

    it("audittemplate create: the same name again, an unknown goal, a strategy of another goal", async () => {
      await cli.done(`audittemplate create taken-${label} dummy`);
      expect(await cli.refused(`audittemplate create taken-${label} dummy`)).toContain("HTTP 409");
      expect(await cli.refused(`audittemplate create other-${label} nothing`)).toContain("404");
      expect(await cli.refused(`audittemplate create other-${label} dummy -s basic`)).toContain("HTTP 400");
      expect(await cli.done(`audittemplate delete taken-${label}`)).toBe("");
    });

    it("audittemplate list --goal --strategy", async () => {
      for (const filter of ["", " --detail", " --goal dummy", " --strategy dummy"]) {
        const templates = await cli.json(`audittemplate list${filter}`);
        expect(templates.map(({ UUID }: { UUID: string }) => UUID)).toContain(template);
      }
      expect(await cli.json("audittemplate list --goal server_consolidation")).toEqual([]);
    });

    it("audittemplate show", async () => {
      expect(await cli.json(`audittemplate show ${template}`)).toMatchObject({ Name: `template ${label}` });
      expect(await cli.refused("audittemplate show nothing")).toContain("404");
    });

    it("audittemplate update add, replace, remove", async () => {
      const replaced = await cli.json(`audittemplate update ${template} replace description=second`);
      expect(replaced.Description).toBe("second");
      const removed = await cli.json(`audittemplate update ${template} remove description`);
      expect(removed.Description).toBeNull();
      const added = await cli.json(`audittemplate update ${template} add description=third`);
      expect(added.Description).toBe("third");
      expect(await cli.refused(`audittemplate update ${template} replace nonsense=1`)).toContain("HTTP 400");
    });
  });

  describe("audits", () => {
    it("audit create -a: ONESHOT runs and succeeds", async () => {
      const made = await cli.json(`audit create -a ${template} --name oneshot-${label}`);
      expect(made).toMatchObject({
        Name: `oneshot-${label}`,
        "Audit Type": "ONESHOT",
        Goal: "dummy",
        Strategy: "dummy",
        "Auto Trigger": false,
      });
      expect(made.UUID).toMatch(UUID);
      audit = made.UUID;
      await settled("audit", audit, "SUCCEEDED");
    });

    it("audit create -g -s -p --force, and what is wrong with it", async () => {
      const made = await cli.json("audit create -g dummy -s dummy -p para1=4.5 -p para2=text --force", {
        version: "1.2",
      });
      expect(made).toMatchObject({ Parameters: { para1: 4.5, para2: "text" }, Force: true });
      await settled("audit", made.UUID, "SUCCEEDED");
      expect(await cli.refused("audit create -g dummy -s dummy -p para1=oops")).toContain("HTTP 400");
      expect(await cli.refused("audit create -g nothing")).toContain("HTTP 404");
      expect(await cli.refused(`audit create -g dummy --name oneshot-${label}`)).toContain("HTTP 409");
      expect(await cli.refused("audit create -g dummy -t CONTINUOUS")).toMatch(/HTTP 400|interval/i);
    });

    it("audit create -t CONTINUOUS -i --start-time --end-time; cancel; delete", async () => {
      const words = ["audit", "create", "-g", "dummy", "-t", "CONTINUOUS", "-i", "600"];
      const window = ["--start-time", "2035-01-01 10:00:00", "--end-time", "2035-01-02 10:00:00"];
      const continuous = await cli.jsonOf([...words, ...window], { version: "1.1" });
      expect(continuous).toMatchObject({ Interval: "600", "End Time": "2035-01-02T10:00:00" });
      expect(await cli.refused(`audit delete ${continuous.UUID}`)).not.toBe("");
      await cli.json(`audit update ${continuous.UUID} replace state=CANCELLED`);
      await settled("audit", continuous.UUID, "CANCELLED");
      expect(await cli.done(`audit delete ${continuous.UUID}`)).toBe("");
      expect(await cli.refused(`audit show ${continuous.UUID}`)).toContain("404");
    });

    it("audit create -t CONTINUOUS with a cron expression makes a plan when it is due", async () => {
      const words = ["audit", "create", "-g", "dummy", "-t", "CONTINUOUS", "-i", "* * * * * */2"];
      const { UUID: continuous } = await cli.jsonOf(words);
      await settled("audit", continuous, "ONGOING");
      await until(
        "a plan of the continuous audit",
        async () => (await cli.json(`actionplan list --audit ${continuous}`)).length > 0,
        90_000,
      );
      await cli.json(`audit update ${continuous} replace state=CANCELLED`);
      await cli.done(`audit delete ${continuous}`);
    });

    it("audit create -t EVENT --auto-trigger", async () => {
      const made = await cli.json("audit create -g dummy -t EVENT --auto-trigger");
      expect(made).toMatchObject({ "Audit Type": "EVENT", "Auto Trigger": true, State: "PENDING" });
      await cli.json(`audit update ${made.UUID} replace state=CANCELLED`);
      expect(await cli.done(`audit delete ${made.UUID}`)).toBe("");
    });

    it("audit list --goal --strategy --detail --sort-key --sort-dir --limit --marker", async () => {
      for (const filter of ["", " --detail", " --goal dummy", " --strategy dummy"]) {
        const audits = await cli.json(`audit list${filter}`);
        expect(audits.map(({ UUID }: { UUID: string }) => UUID)).toContain(audit);
      }
      expect(await cli.json("audit list --goal server_consolidation")).toEqual([]);
      const page = await cli.json("audit list --sort-key name --sort-dir asc --limit 1");
      expect(page.length).toBeGreaterThanOrEqual(1);
      const rest = await cli.json(`audit list --sort-key name --marker ${page[0].UUID}`);
      expect(rest.map(({ UUID }: { UUID: string }) => UUID)).not.toContain(page[0].UUID);
      expect(await cli.refused("audit list --sort-key nonsense")).toContain("invalid field for sorting");
    });

    it("audit show, by name and by UUID", async () => {
      const byUuid = await cli.json(`audit show ${audit}`);
      expect(byUuid).toMatchObject({ Name: `oneshot-${label}`, State: "SUCCEEDED" });
      expect(await cli.json(`audit show oneshot-${label}`)).toEqual(byUuid);
      expect(await cli.refused("audit show nothing")).toContain(
        "Audit nothing could not be found (HTTP 404)",
      );
    });

    it("audit update: an interval on a finished ONESHOT audit; no way back", async () => {
      expect((await cli.json(`audit update ${audit} add interval=2`)).Interval).toBe("2");
      const text = await cli.refused(`audit update ${audit} replace state=PENDING`);
      expect(text).toContain("State transition not allowed");
    });
  });

  describe("action plans and actions", () => {
    it("actionplan list --audit --detail", async () => {
      const [short] = await cli.json(`actionplan list --audit ${audit}`);
      expect(short).toMatchObject({ Audit: audit, State: "RECOMMENDED", "Global efficacy": [] });
      plan = short.UUID;
      const detailed = await cli.json(`actionplan list --audit ${audit} --detail`);
      expect(detailed[0]).toMatchObject({ UUID: plan, "Efficacy indicators": [] });
    });

    it("actionplan show", async () => {
      expect(await cli.json(`actionplan show ${plan}`)).toMatchObject({
        UUID: plan,
        Audit: audit,
        Strategy: "dummy",
        State: "RECOMMENDED",
      });
      expect(await cli.refused(`actionplan show ${randomUUID()}`)).toContain("404");
    });

    it("action list --action-plan, --audit, --detail: two nop and one sleep in plan order", async () => {
      const types = (list: { Action: string }[]) => list.map(({ Action }) => Action).toSorted();
      expect(types(await cli.json(`action list --action-plan ${plan}`))).toEqual(["nop", "nop", "sleep"]);
      expect(types(await cli.json(`action list --audit ${audit} --detail`))).toEqual(["nop", "nop", "sleep"]);
      expect(await cli.refused(`action list --audit ${audit} --action-plan ${plan}`)).not.toBe("");
    });

    it("action show", async () => {
      const [first] = await cli.json(`action list --action-plan ${plan}`);
      expect(await cli.json(`action show ${first.UUID}`)).toMatchObject({
        UUID: first.UUID,
        "Action Plan": plan,
        State: "PENDING",
      });
      expect(await cli.refused(`action show ${randomUUID()}`)).toContain("404");
    });

    it("actionplan start: the applier runs every action", async () => {
      await cli.json(`actionplan start ${plan}`);
      await settled("actionplan", plan, "SUCCEEDED");
      const actions = await cli.json(`action list --action-plan ${plan}`);
      expect(actions.map(({ State }: { State: string }) => State)).toEqual(
        Array.from({ length: 3 }, () => "SUCCEEDED"),
      );
    });

    it("actionplan cancel, of one that waits", async () => {
      const waiting = await planOf((await cli.json("audit create -g dummy -s dummy")).UUID);
      await cli.json(`actionplan cancel ${waiting}`);
      expect(await stateOf("actionplan", waiting)).toBe("CANCELLED");
      expect(await cli.done(`actionplan delete ${waiting}`)).toBe("");
    });

    it("actionplan cancel, of one that runs: CANCELLING, then CANCELLED, and its action with it", async () => {
      // The dummy strategy sleeps 10 s at most, which a slow machine needs for two commands: this plan can't end by itself.
      const actions = [{ action_type: "sleep", input_parameters: { duration: 3600 } }];
      const words = ["audit", "create", "-g", "unclassified", "-s", "actuator"];
      const sleeper = await cli.jsonOf([...words, "-p", `actions=${JSON.stringify(actions)}`]);
      const running = await planOf(sleeper.UUID);
      await cli.json(`actionplan start ${running}`);
      const actionState = async () =>
        (await cli.json(`action list --action-plan ${running}`)).map(({ State }: { State: string }) => State);
      await until("the action runs", async () => (await actionState())[0] === "ONGOING", SETTLED_MS);
      expect(await stateOf("actionplan", running)).toBe("ONGOING");
      // What the client prints is the answer to its PATCH: from ONGOING it asks for CANCELLING.
      expect((await cli.json(`actionplan cancel ${running}`)).State).toBe("CANCELLING");
      await settled("actionplan", running, "CANCELLED");
      expect(await actionState()).toEqual(["CANCELLED"]);
      expect(await cli.done(`actionplan delete ${running}`)).toBe("");
    });

    it("actionplan update", async () => {
      const waiting = await planOf((await cli.json("audit create -g dummy -s dummy")).UUID);
      const cancelled = await cli.json(`actionplan update ${waiting} replace state=CANCELLED`);
      expect(cancelled.State).toBe("CANCELLED");
      expect(await cli.refused(`actionplan update ${waiting} replace state=RECOMMENDED`)).toContain(
        "HTTP 400",
      );
      await cli.done(`actionplan delete ${waiting}`);
    });

    it("actionplan delete: its actions go with it", async () => {
      const [first] = await cli.json(`action list --action-plan ${plan}`);
      expect(await cli.done(`actionplan delete ${plan}`)).toBe("");
      expect(await cli.refused(`actionplan show ${plan}`)).toContain("404");
      expect(await cli.refused(`action show ${first.UUID}`)).toContain("404");
    });
  });

  describe("what is only looked at", () => {
    it("scoringengine list, show", async () => {
      const engines = await cli.json("scoringengine list");
      expect(engines.map(({ Name }: { Name: string }) => Name)).toContain("dummy_scorer");
      const engine = await cli.json("scoringengine show dummy_scorer");
      expect(engine.Name).toBe("dummy_scorer");
      expect(Object.keys(engine)).toEqual(["UUID", "Name", "Description", "Metainfo"]);
    });

    it("service list, show", async () => {
      const services = await cli.json("service list");
      const names: string[] = services.map(({ Name }: { Name: string }) => Name);
      expect(names).toEqual(expect.arrayContaining(["watcher-decision-engine", "watcher-applier"]));
      for (const name of ["watcher-decision-engine", "watcher-applier"]) {
        const service = await cli.json(`service show ${name}`);
        expect(service).toMatchObject({ Name: name, Status: "ACTIVE" });
        expect(service["Last seen up"]).not.toBeNull();
      }
      expect(await cli.refused("service show nothing")).toContain("404");
    });

    it("datamodel list --type --audit --detail", async () => {
      const servers = await cli.json("datamodel list --type compute");
      expect(servers.length).toBeGreaterThanOrEqual(12);
      expect(servers[0]["Node Host Name"]).toMatch(/^compute-/);
      expect((await cli.json("datamodel list --detail"))[0]["Node Vcpus"]).toBeDefined();
      expect((await cli.json(`datamodel list --audit ${audit}`)).length).toBeGreaterThan(0);
      expect(await cli.refused("datamodel list --type storage")).toContain("404");
    });
  });

  describe("who and which version", () => {
    it("a user without the role is told the rule", async () => {
      const text = await cli.refused("audit list", { user: "member" });
      expect(text).toContain("Policy doesn't allow audit:get_all to be performed. (HTTP 403)");
    });

    it("a version that nobody has is answered with those that there are", async () => {
      expect(await cli.refused("goal list", { version: "1.99" })).toContain("range is 1.0 to 1.7");
    });

    it("members of later versions stay hidden below them", async () => {
      const old = await cli.json(`audit show ${audit}`, { version: "1.0" });
      expect(Object.keys(old)).toContain("Next Run Time");
      for (const member of ["Start Time", "End Time"]) expect(old[member] ?? null).toBeNull();
      const windowed = await cli.json(`audit show ${audit}`, { version: "1.1" });
      expect(Object.keys(windowed)).toContain("Start Time");
    });
  });

  describe("the end", () => {
    it("audit delete, audittemplate delete", async () => {
      expect(await cli.done(`audit delete ${audit}`)).toBe("");
      expect(await cli.refused(`audit show ${audit}`)).toContain("404");
      expect(await cli.done(`audittemplate delete ${template}`)).toBe("");
      expect(await cli.refused(`audittemplate show ${template}`)).toContain("404");
    });
  });
});
