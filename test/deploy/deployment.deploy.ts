/**
 * docs/deployment.md and docs/backup.md, done as they say on a machine with systemd: an alarm becomes a plan under the
 * sandbox of the units, roles come back when they are killed, the database comes back from its backups.
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Machine } from "./machine.ts";
import { debianPackage } from "./package.ts";
import { shellBlocks } from "./page.ts";

const KEYSTONE = fileURLToPath(new URL("keystone.ts", import.meta.url));
const KEYSTONE_URL = "http://127.0.0.1:35357/v3";
const PASSWORD = "keystone-secret";
const WAIT_MS = 90_000;
/** Of systemd-analyze security, where 10 is worst. */
const EXPOSURE_MAX = 2.5;
const UNITS = ["vigil-edge", "vigil-api", "vigil-worker@1", "vigil-state", "vigil-applier"];

/** An operator's shell: who he is at Keystone, and where Vigil is. */
const OPERATOR = `cd /root/vigil-ca
export OS_AUTH_URL=${KEYSTONE_URL} OS_USERNAME=vigil OS_PASSWORD=${PASSWORD} OS_PROJECT_NAME=service
export OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default OS_REGION_NAME=RegionOne
export OS_CACERT=/etc/vigil/tls/ca.crt NODE_EXTRA_CA_CERTS=/etc/vigil/tls/ca.crt
export VIGIL_API_URL=https://edge-1.example:9322
`;
/** The token is asked for once for all posts of a script. */
const POSTS = `token=$(openstack token issue -f value -c id)
post() { curl -fsS -o /dev/null -w '%{http_code}\\n' --cacert ca.crt -X POST -H "X-Auth-Token: $token" \\
  -H 'Content-Type: application/json' -d "{\\"n\\": $1}" https://edge-1.example:9321/v1/webhooks/first-try; }
`;

let machine: Machine;
let deb: Buffer;

beforeAll(async () => {
  deb = debianPackage();
  machine = await Machine.boot();
  await machine.run("pg_dropcluster --stop 15 main 2>/dev/null || true; pg_createcluster 15 main");
  await machine.write("/root/vigil_0_test.deb", deb);
  const keystone = `${process.execPath} ${KEYSTONE} 35357 ${PASSWORD} https://edge-1.example:9322`;
  await machine.run(`systemd-run -q --unit=keystone-double ${keystone}`);
  await machine.run(["cd /root", OPERATOR.replace(/^cd .*$/m, ""), ...page("deployment.md")].join("\n"));
});

afterEach(async (context) => {
  if (context.task.result?.state !== "fail") return;
  const log = "journalctl -u 'vigil-*' -u nats-server -n 120 --no-pager -o cat | cut -c1-400";
  process.stderr.write(await machine.run(log));
});

afterAll(() => machine?.stop());

/** Blocks of a page, of some headings where any are given. */
function page(name: string, ...headings: string[]): string[] {
  const wanted = shellBlocks(name).filter(
    ({ heading }) => headings.length === 0 || headings.includes(heading),
  );
  return wanted.map(({ script }) => script);
}

const operator = (script: string) => machine.run(`${OPERATOR}${script}`);
const show = async (unit: string, property: string) =>
  (await machine.run(`systemctl show '${unit}' -P ${property}`)).trim();
const sql = async (statement: string) =>
  (await machine.run(`runuser -u postgres -- psql -d vigil -tA -c "${statement}"`)).trim();
const post = (count: number) =>
  operator(`${POSTS}for n in $(seq ${count}); do post "$n-$RANDOM"; done`).then((text) =>
    text.trim().split("\n"),
  );

/** Waits until a command ends with status 0. */
async function succeeds(what: string, script: string): Promise<void> {
  const isDone = async () =>
    (await operator(`{ ${script}; } > /dev/null 2>&1 && echo yes || echo no`)) === "yes\n";
  await until(what, isDone, WAIT_MS);
}

const isReady = (port: number) => succeeds(`ready at ${port}`, `curl -fs http://127.0.0.1:${port}/readyz`);
const isClean = () => succeeds("vigil verify finds nothing", "vigil verify");

const events = async () => Number(await sql("select count(*) from event"));

/** Posts so many alarms, and waits until the ledger has each and each has its fate. */
async function alarms(count: number): Promise<void> {
  const before = await events();
  expect(new Set(await post(count))).toEqual(new Set(["202"]));
  const open = "select count(*) from event where fate in ('WAITING', 'LEASED')";
  const isAtRest = async () => (await events()) === before + count && (await sql(open)) === "0";
  await until(`the fates of ${count} alarms`, isAtRest, WAIT_MS);
}

it("the page makes a system in which an alarm becomes a plan", async () => {
  expect(await sql("select count(*) from action_plan where state = 'RECOMMENDED'")).toBe("1");
});

describe("units", () => {
  it("are clean to systemd, and little exposed", async () => {
    for (const unit of UNITS) {
      const name = unit === "vigil-worker@1" ? "vigil-worker@1.service" : `${unit}.service`;
      // Units of the machine itself are not ours to correct.
      const said = await machine.run(`systemd-analyze verify ${name} 2>&1 | grep vigil || true`);
      expect(said).toBe("");
      const report = await machine.run(`systemd-analyze security --no-pager ${name} | tail -1`);
      const exposure = Number(/: ([\d.]+) /.exec(report)?.[1]);
      expect(exposure, report).toBeLessThan(EXPOSURE_MAX);
    }
  });

  it("run every role without rights, under filters, beside each other", async () => {
    for (const unit of UNITS) {
      const pid = await show(unit, "MainPID");
      const status = await machine.run(`cat /proc/${pid}/status`);
      expect(status).toMatch(/^CapBnd:\t0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^Seccomp:\t2$/m);
      expect(await machine.run(`ps -o user= -p ${pid}`)).toBe("vigil\n");
      expect(await show(unit, "ControlGroup")).toMatch(/^\/system\.slice\/vigil-[^/]*$/);
      const log = await machine.run(`journalctl -u '${unit}' -o cat --no-pager`);
      expect(log).not.toMatch(/EPERM|EACCES|EROFS|could not be set back/);
    }
  });

  it("let a role write to its own folders and nowhere else, and execute nothing that it wrote", async () => {
    const probe = [
      "for at in /var/lib/vigil/x /var/cache/vigil/x /etc/vigil/x /opt/vigil/x /home/x; do",
      "touch $at 2>/dev/null && echo wrote $at; done;",
      "touch /var/lib/vigil/edge/x && echo own; cp /bin/true /tmp/x && /tmp/x 2>/dev/null || echo not executed",
    ].join(" ");
    await machine.write("/tmp/probe.sh", `${probe}\n`);
    await machine.write(
      "/run/systemd/system/vigil-probe.service",
      "[Service]\nType=oneshot\nRestart=no\nStateDirectory=vigil/edge\nBindReadOnlyPaths=/tmp/probe.sh:/opt/probe.sh\nExecStart=/bin/sh /opt/probe.sh\n",
    );
    await machine.run("systemctl daemon-reload; systemctl start vigil-probe");
    // The journal has it a moment after the end.
    const log = () => machine.run("journalctl -u vigil-probe -o cat --no-pager");
    await until("the probe's words", async () => /own\nnot executed\n/.test(await log()), WAIT_MS);
    expect(await log()).not.toContain("wrote");
  });

  it("start a killed role again", async () => {
    for (const unit of ["vigil-edge", "vigil-worker@1"]) {
      const before = await show(unit, "MainPID");
      await machine.run(`kill -9 ${before}`);
      const isBack = async () => !["0", before].includes(await show(unit, "MainPID"));
      await until(`${unit} again`, isBack, WAIT_MS);
    }
    await isReady(9331);
  });

  it("do not start a role with a wrong setting again and again", async () => {
    await machine.write("/etc/vigil/worker-2.env", "VIGIL_WORKER_THREADS=many\n");
    await machine.run("systemctl start vigil-worker@2");
    await until("it ends", async () => (await show("vigil-worker@2", "ActiveState")) === "failed", WAIT_MS);
    expect(await show("vigil-worker@2", "ExecMainStatus")).toBe("2");
    expect(await show("vigil-worker@2", "NRestarts")).toBe("0");
    await machine.run("rm /etc/vigil/worker-2.env; systemctl reset-failed vigil-worker@2");
  });

  it("let a worker compute a suspect in a process of its own, and threads stand back", async () => {
    await machine.run("systemctl stop vigil-worker@1");
    await operator("openstack optimize audit create --goal dummy --strategy dummy --name suspect");
    const due = "select count(*) from run where state = 'DUE'";
    await until("a run is due", async () => (await sql(due)) === "1", WAIT_MS);
    await sql("update run set is_suspect = true where state = 'DUE'");
    await machine.run("systemctl start vigil-worker@1");
    const log = () => machine.run("journalctl -u vigil-worker@1 -o cat --no-pager");
    const alone = async () => /"what":"completed".*"alone":true/.test(await log());
    await until("the suspect is computed alone", alone, WAIT_MS);
    expect(await log()).not.toMatch(/EPERM|EACCES/);
  });

  it("end with status 0 and nothing left, and start in half the time with what Node.js compiled", async () => {
    await machine.run("systemctl stop vigil-edge vigil-api vigil-worker@1 vigil-applier vigil-state");
    for (const unit of UNITS) {
      expect(await show(unit, "Result")).toBe("success");
      expect(await show(unit, "ActiveState")).toBe("inactive");
    }
    for (const role of ["edge", "api", "worker", "state", "applier"])
      expect(Number(await machine.run(`find /var/cache/vigil/${role} -type f | wc -l`))).toBeGreaterThan(10);
    await machine.run("systemctl start vigil-state vigil-edge vigil-api vigil-worker@1 vigil-applier");
    for (const port of [9324, 9325, 9331]) await isReady(port);
  });
});

describe("cloud-init", () => {
  let vm: Machine;
  afterAll(async () => {
    await vm?.stop();
    await machine.run("systemctl enable --now vigil-worker@1");
    await isReady(9331);
  });

  it("makes a worker of a fresh machine, from nothing but its user data", async () => {
    await machine.run("systemctl disable --now vigil-worker@1");
    vm = await Machine.boot();
    await machine.connect(vm, "10.9.0.1/24", "10.9.0.2/24");
    await vm.run("echo 10.9.0.1 nats-1.example state-1.example >> /etc/hosts");
    await vm.write("/root/vigil_0_test.deb", deb);
    await vm.write("/var/lib/cloud/seed/nocloud/user-data", await userData());
    await vm.write(
      "/var/lib/cloud/seed/nocloud/meta-data",
      "instance-id: worker-1\nlocal-hostname: worker-1\n",
    );
    await vm.write("/etc/cloud/cloud.cfg.d/99-test.cfg", "datasource_list: [NoCloud, None]\nlocale: false\n");
    await vm.run("cloud-init schema --config-file /var/lib/cloud/seed/nocloud/user-data");
    for (const stage of ["init --local", "init", "modules --mode=config", "modules --mode=final"])
      await vm.run(`cloud-init ${stage} > /var/log/stage.log 2>&1 || { cat /var/log/stage.log; exit 1; }`);
    const isUp = () => vm.run("curl -fs http://127.0.0.1:9331/readyz").then(Boolean, () => false);
    await until("the new worker", isUp, WAIT_MS).catch(async (error: Error) => {
      error.message += await vm.run("journalctl -u vigil-worker@1 -n 30 --no-pager -o cat");
      throw error;
    });
    expect(await vm.run("systemctl is-enabled vigil-worker@1")).toBe("enabled\n");
    const plans = Number(await sql("select count(*) from action_plan"));
    expect(await post(1)).toEqual(["202"]);
    const more = async () => Number(await sql("select count(*) from action_plan")) > plans;
    await until("a plan of the new worker's", more, WAIT_MS);
  });
});

/** The example with what stands in capitals filled in. */
async function userData(): Promise<string> {
  const example = readFileSync(new URL("../../deploy/cloud-init/worker.yaml", import.meta.url), "utf8");
  const at = async (path: string) => (await machine.run(`cat ${path}`)).trim().replaceAll("\n", "\n      ");
  const [sum = ""] = (await machine.run("sha256sum /root/vigil_0_test.deb")).split(" ");
  const filled = {
    CA_CERTIFICATE: await at("/root/vigil-ca/ca.crt"),
    WORKER_CERTIFICATE: await at("/root/vigil-ca/worker.crt"),
    WORKER_KEY: await at("/root/vigil-ca/worker.key"),
    WORKER_NKEY_SEED: await at("/root/vigil-ca/nats-worker"),
    PACKAGE_URL: "file:///root/vigil_0_test.deb",
    PACKAGE_SHA256: sum,
  };
  return Object.entries(filled).reduce((text, [word, value]) => text.replace(word, value), example);
}

describe("backups", () => {
  it("a base backup and the archive bring back everything", async () => {
    await alarms(5);
    await machine.run(page("backup.md", "Any moment: base backup and archive").join("\n"));
    await alarms(5);
    const before = await sql("select count(*), max(event_id::text) from event");
    await machine.run("runuser -u postgres -- psql -c 'select pg_switch_wal()'");
    const pending = "ls /var/lib/postgresql/15/main/pg_wal/archive_status/*.ready";
    await succeeds("the archive has all", `! ${pending}`);
    await machine.run(page("backup.md", "Restore").join("\n"));
    await isReady(9324);
    expect(await sql("select count(*), max(event_id::text) from event")).toBe(before);
    await alarms(1);
    await isClean();
  });

  it("after an older dump the alarms since come from the stream again, each once", async () => {
    await machine.run(page("backup.md", "Once a day: a dump").join("\n"));
    const atDump = await events();
    await alarms(5);
    const before = await sql("select string_agg(event_id::text, ',' order by event_id) from event");
    await machine.run(page("backup.md", "Restore of a dump").join("\n"));
    await until("the stream has fed the database", async () => (await events()) === atDump + 5, WAIT_MS);
    expect(await sql("select string_agg(event_id::text, ',' order by event_id) from event")).toBe(before);
    expect(await machine.run("journalctl -u vigil-state -o cat --no-pager")).toMatch(
      /OLDER THAN THE EVENT STREAM/,
    );
    await operator(page("backup.md", "What Vigil does then").join("\n"));
    await isClean();
  });
});
