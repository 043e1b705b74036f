import { suggestion, VigilError } from "@vigil/core";
import { type FileValues, readConfigFile } from "./config-file.ts";
import { fileVariableOf, readSecretFile } from "./secret-files.ts";
import type { Reader } from "./setting-schemas.ts";
import {
  type Config,
  configSchema,
  SETTINGS,
  type Setting,
  type SettingName,
  settingsFor,
} from "./settings.ts";

/** Names in the environment that begin with VIGIL_ and are no settings. */
const CONFIG_FILE_ENV = "VIGIL_CONFIG";

/**
 * Where a value came from: `flag --http-port`, `env VIGIL_HTTP_PORT`, `env DATABASE_URL_FILE`, `file vigil.yaml`,
 * `default`.
 */
export type Source = string;

export interface LoadedConfig {
  values: Config;
  sources: Record<SettingName, Source>;
}

export interface ConfigSources {
  /** Values of the flags that were given. */
  flags: Partial<Record<SettingName, string>>;
  /** Path after `--config`. */
  configFile?: string;
  env: NodeJS.ProcessEnv;
  /**
   * Whose settings are asked for. Files of other secrets are left alone: roles share one file of settings, and each has
   * its own secrets only.
   */
  readers: readonly Reader[];
}

/**
 * One value per setting: flag, else environment (of a secret also the file that it names), else file, else default.
 * Empty environment variables count as unset.
 * @throws VigilError invalid-input naming every unknown name and every bad value, and where each was seen.
 */
export function loadConfig({ flags, configFile, env, readers }: ConfigSources): LoadedConfig {
  const path = configFile ?? (env[CONFIG_FILE_ENV] || undefined);
  const problems = unknownEnvironmentNames(env);
  const file: FileValues = path === undefined ? {} : readConfigFile(path);
  const values: Partial<Record<SettingName, unknown>> = {};
  const sources = {} as Record<SettingName, Source>;
  const from: From = { flags, env, file, path, ours: new Set(settingsFor(...readers)) };
  for (const setting of SETTINGS) {
    const { raw, source } = picked(setting, from, problems);
    sources[setting.name] = source;
    const read = configSchema.shape[setting.name].safeParse(raw);
    if (read.success) values[setting.name] = read.data;
    else problems.push(badValue(setting, raw, source));
  }
  if (problems.length > 0) throw new VigilError("invalid-input", problems.join("\n"));
  return { values: values as Config, sources };
}

interface From extends Pick<ConfigSources, "flags" | "env"> {
  /** Those of the readers. */
  ours: ReadonlySet<Setting>;
  file: FileValues;
  path: string | undefined;
}

/** As `pick`; what is wrong with the file of a secret is one problem among others. */
function picked(setting: Setting, from: From, problems: string[]): ReturnType<typeof pick> {
  try {
    return pick(setting, from);
  } catch (thrown) {
    problems.push(VigilError.from(thrown).message);
    return { raw: undefined, source: "default" };
  }
}

function pick(setting: Setting, from: From): { raw: string | undefined; source: Source } {
  const flag = from.flags[setting.name];
  if (flag !== undefined) return { raw: flag, source: `flag ${setting.flag}` };
  const isOurSecret = setting.secret !== undefined && from.ours.has(setting);
  const fromFile = isOurSecret ? readSecretFile(setting, from.env) : undefined;
  if (fromFile !== undefined) return { raw: fromFile, source: `env ${fileVariableOf(setting)}` };
  const variable = from.env[setting.env];
  if (variable) return { raw: variable, source: `env ${setting.env}` };
  const inFile = from.file[setting.name];
  if (inFile !== undefined) return { raw: inFile, source: `file ${from.path}` };
  return { raw: undefined, source: "default" };
}

function badValue(setting: Setting, raw: string | undefined, source: Source): string {
  const seen = setting.secret ? "a value that is not shown" : JSON.stringify(raw);
  const where = source.startsWith("file ") ? `${source}, ${setting.fileKey}` : source;
  return `${where}: seen ${seen}, wanted ${setting.wanted}`;
}

function unknownEnvironmentNames(env: NodeJS.ProcessEnv): string[] {
  const secrets = SETTINGS.filter((setting) => setting.secret !== undefined);
  const known = [CONFIG_FILE_ENV, ...SETTINGS.map(({ env: name }) => name), ...secrets.map(fileVariableOf)];
  return Object.keys(env)
    .filter((name) => name.startsWith("VIGIL_") && !known.includes(name))
    .map((name) => `env ${name}: no such setting${suggestion(name, known)}`);
}
