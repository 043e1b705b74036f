/** The files of deploy/ against the program: a setting that was renamed, or a limit below a default, is found here. */

import { readdirSync, readFileSync } from "node:fs";
import { ACCOUNTS as ROLE_NAMES } from "@vigil/bus";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { fileVariableOf } from "./secret-files.ts";
import { configSchema, SETTINGS } from "./settings.ts";

const DEPLOY = new URL("../../../../deploy/", import.meta.url);
const UNITS = new URL("systemd/", DEPLOY);
const COMMON = "vigil-.service.d/role.conf";
/** Node.js's own. */
const OTHER_VARIABLES = ["NODE_COMPILE_CACHE"];
const CONNECTIONS = 10_000;

interface Compose {
  services: Record<
    string,
    {
      image: string;
      command: string[];
      environment: Record<string, string>;
      stop_grace_period: string;
    }
  >;
}

const read = (name: string, folder = UNITS) => readFileSync(new URL(name, folder), "utf8");
const unitOf = (role: string) => (role === "worker" ? "vigil-worker@.service" : `vigil-${role}.service`);

/** Values of an option, in order, of a unit and what all have in common. */
function values(role: string, option: string): string[] {
  const lines = `${read(COMMON)}\n${read(unitOf(role))}`.split("\n");
  return lines.filter((line) => line.startsWith(`${option}=`)).map((line) => line.slice(option.length + 1));
}

const known = new Set([...SETTINGS.flatMap((one) => [one.env, fileVariableOf(one)]), ...OTHER_VARIABLES]);
const variablesIn = (text: string) =>
  [...text.matchAll(/^\s*(?:# |ENV )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);

test("every role has a unit, and there is no other", () => {
  const units = readdirSync(UNITS).filter((name) => name.endsWith(".service"));
  expect(units.sort()).toEqual(ROLE_NAMES.map(unitOf).sort());
  for (const role of ROLE_NAMES) {
    expect(values(role, "ExecStart")).toEqual([`/opt/vigil/current/bin/vigil ${role}`]);
    expect(read(unitOf(role))).toContain("[Install]\nWantedBy=multi-user.target");
  }
});

test("the settings of a role override those that a machine's roles share", () => {
  // systemd reads drop-ins after the unit, and of a name in two files the later one's value holds.
  expect(read(COMMON)).not.toContain("EnvironmentFile=");
  for (const role of ROLE_NAMES) {
    const own =
      role === "worker"
        ? ["-/etc/vigil/worker.env", "-/etc/vigil/worker-%i.env"]
        : [`-/etc/vigil/${role}.env`];
    expect(values(role, "EnvironmentFile")).toEqual(["/etc/vigil/vigil.env", ...own]);
  }
});

test("what a template and its instances have in common is the same as for the others", () => {
  expect(read("vigil-@.service.d/role.conf")).toBe(read(COMMON));
});

test("units and examples name settings that exist", () => {
  for (const role of ROLE_NAMES)
    for (const value of values(role, "Environment")) expect(known, value).toContain(value.split("=")[0]);
  for (const file of ["systemd/vigil.env.example", "cloud-init/worker.yaml", "container/Containerfile"])
    for (const name of variablesIn(read(file, DEPLOY))) expect(known, `${file}: ${name}`).toContain(name);
});

test("the compose file has every role, with settings that exist and time to stop", () => {
  const { services } = parse(read("container/compose.yaml", DEPLOY), { merge: true }) as Compose;
  const roles = Object.entries(services).filter(([, { image }]) => image.startsWith("vigil:"));
  expect(roles.map(([name]) => name).sort()).toEqual([...ROLE_NAMES].sort());
  for (const [name, { command, environment, stop_grace_period: grace }] of roles) {
    expect(command).toEqual([name]);
    for (const variable of Object.keys(environment))
      expect(known, `${name}: ${variable}`).toContain(variable);
    expect(grace).toBe(values(name, "TimeoutStopSec")[0]);
  }
});

test("a drain is never cut short, and connections have files", () => {
  const { drainDelayMs, stopGraceMs } = configSchema.parse({});
  for (const role of ROLE_NAMES) {
    const [timeout] = values(role, "TimeoutStopSec");
    expect(Number.parseInt(timeout ?? "", 10) * 1_000).toBeGreaterThan(drainDelayMs + stopGraceMs);
    expect(Number(values(role, "LimitNOFILE")[0])).toBeGreaterThan(CONNECTIONS);
  }
});

test("the edge goes before api and state, and they before the worker, whose suspects may be killed alone", () => {
  const weight = (role: string) => Number(values(role, "CPUWeight")[0]);
  expect(weight("edge")).toBeGreaterThan(Math.max(weight("api"), weight("state")));
  expect(Math.min(weight("api"), weight("state"))).toBeGreaterThan(weight("worker"));
  expect(values("worker", "OOMPolicy")).toEqual(["continue"]);
});

test("all roles of one machine have ports of their own, and each a cache that is its own", () => {
  const environment = ROLE_NAMES.flatMap((role) => values(role, "Environment"));
  const ports = environment.filter((one) => /_PORT=/.test(one)).map((one) => one.split("=")[1]);
  expect(new Set(ports).size).toBe(ROLE_NAMES.length);
  for (const role of ROLE_NAMES) {
    const [folder] = values(role, "CacheDirectory");
    expect(values(role, "Environment")).toContain(`NODE_COMPILE_CACHE=%C/${folder}`);
  }
  expect(values("edge", "Environment")).toContain(
    `VIGIL_EDGE_SPOOL_DIR=%S/${values("edge", "StateDirectory")[0]}`,
  );
});
