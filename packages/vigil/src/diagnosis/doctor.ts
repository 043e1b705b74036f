/** All that is looked at of an installation from one machine, with its settings. Everything may be away. */

import { X509Certificate } from "node:crypto";
import { systemOut } from "@vigil/api";
import { type TlsMaterial, VigilError } from "@vigil/core";
import { ROLE_NAMES, type RoleName } from "@vigil/service";
import type { LoadedConfig } from "../config/load.ts";
import { SETTINGS, type SettingName } from "../config/settings.ts";
import { readTlsFiles, type TlsBorder, tlsBordersOf } from "../config/tls-files.ts";
import { checkBroker } from "./broker.ts";
import { type Check, check } from "./checks.ts";
import { doubt, type Finding, problem } from "./finding.ts";
import { installationFindings } from "./installation.ts";
import { checkPool, checkSpool } from "./machine.ts";
import { checkApi, checkDatabase, checkKeystone, checkState, type Seen } from "./parts.ts";
import { dateFindings } from "./reach.ts";
import { findingsOf, type System } from "./system.ts";

export interface DoctorOptions extends LoadedConfig {
  env: NodeJS.ProcessEnv;
  /** Whose settings these are; undefined: what is set says what is looked at. */
  role: RoleName | undefined;
}

/** Found by state alone, without what an api process knows of models. */
const OF_API = ["no-model", "model-old"];

export async function examine(options: DoctorOptions): Promise<Check[]> {
  const { values: config, env, role } = options;
  const nowMs = Date.now();
  const tls = {} as Record<TlsBorder, TlsMaterial | undefined>;
  const files = await check("certificates in files", (found) => readAllTls(options, nowMs, tls, found));
  const seen: Seen = {};
  const isMeant = (roles: readonly RoleName[], ...names: SettingName[]) =>
    role === undefined ? names.some((name) => options.sources[name] !== "default") : roles.includes(role);
  // An edge and state itself know neither an API nor another state process that could be asked.
  const asksApi = role === undefined || options.sources.apiUrl !== "default";
  const callsState = isMeant(["api", "worker", "applier"], "stateAddress");
  const usesKeystone = config.auth === "keystone" && isMeant(["edge", "api"], "osCloud", "osAuthUrl");
  const { natsUrl, databaseUrl } = config;
  const [direct, state, broker] = await Promise.all([
    Promise.all([
      ...(role === undefined || options.sources.apiUrl !== "default"
        ? [checkApi(config, env, nowMs, seen)]
        : []),
      ...(usesKeystone ? [checkKeystone(config, env, nowMs)] : []),
      ...(databaseUrl === undefined ? [] : [checkDatabase(databaseUrl, tls.database, nowMs)]),
      ...(isMeant(["worker"], "workerThreads", "runHeapMaxMib") ? [checkPool(config)] : []),
      ...(isMeant(["edge"], "edgeSpoolDir", "dataDir") ? [checkSpool(config)] : []),
    ]),
    callsState ? checkState(config, tls.state, nowMs, seen) : [],
    natsUrl === undefined ? [] : checkBroker({ config, natsUrl, tls: tls.nats, role, nowMs }),
  ]);
  const whole = asksApi || callsState ? [await checkSystem(seen, nowMs)] : [];
  return [files, ...direct, ...state, ...broker, ...needed(options), ...whole];
}

/** What the role can't do without, by the settings alone. */
function needed({ values: { natsUrl, databaseUrl }, role }: DoctorOptions): Check[] {
  const missing = (name: SettingName): Check => {
    const env = SETTINGS.find((setting) => setting.name === name)?.env ?? name;
    const finding = problem(
      "not-set",
      `${env} is not set`,
      `an address: ${role} does not start without`,
      `set ${env}`,
    );
    return { what: env, seen: "not set", findings: [finding] };
  };
  if (role === undefined) return [];
  return [
    ...(natsUrl === undefined ? [missing("natsUrl")] : []),
    ...(role === "state" && databaseUrl === undefined ? [missing("databaseUrl")] : []),
  ];
}

function readAllTls(
  { values, role }: DoctorOptions,
  nowMs: number,
  tls: Record<TlsBorder, TlsMaterial | undefined>,
  found: Finding[],
): string {
  let count = 0;
  for (const border of tlsBordersOf(...(role === undefined ? ROLE_NAMES : [role]))) {
    try {
      tls[border] = readTlsFiles(values, border, nowMs, (fields, text) => {
        // Their end is told below, with its day.
        if (!("ended" in fields))
          found.push(
            doubt(
              "tls-file",
              `${text}: ${JSON.stringify(fields)}`,
              "files that only their users read",
              "chmod 640, with the group of the service",
            ),
          );
      });
    } catch (thrown) {
      found.push(
        problem(
          "tls-file",
          VigilError.from(thrown).message,
          "a PEM file that can be read",
          "correct the setting, or the file's owner and mode",
        ),
      );
    }
    const { cert } = tls[border] ?? {};
    if (tls[border] !== undefined) count++;
    if (cert === undefined) continue;
    const { validFrom, validTo } = new X509Certificate(cert);
    found.push(...dateFindings(`the own certificate for ${border}`, validFrom, validTo, nowMs));
  }
  return count === 0 ? "none is set" : `of ${count} kinds of connections`;
}

/** What the system says of itself: by the API, or by a state process where that is away. */
function checkSystem({ system, look }: Seen, nowMs: number): Promise<Check> {
  return check("the system as a whole", (found) => {
    if (system === undefined && look === undefined) {
      found.push(
        problem(
          "system-unseen",
          "neither the API nor a state process could be asked about the rest",
          "one of them, for who is there and how the database is set",
          "mend what is told above first",
        ),
      );
      return "not asked";
    }
    const whole: System = system ?? {
      ...systemOut(look as NonNullable<typeof look>),
      apiClockMs: nowMs,
      model: null,
    };
    const findings = [...findingsOf(whole, nowMs), ...installationFindings(whole)];
    found.push(...findings.filter(({ code }) => system !== undefined || !OF_API.includes(code)));
    return `asked ${system === undefined ? "a state process" : "the API"}`;
  });
}
