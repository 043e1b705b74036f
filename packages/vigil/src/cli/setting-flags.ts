import { type Command, Option } from "commander";
import { type LoadedConfig, loadConfig } from "../config/load.ts";
import type { Reader } from "../config/setting-schemas.ts";
import { configSchema, type Setting, type SettingName, settingsFor } from "../config/settings.ts";
import type { Io } from "./io.ts";

const readersByCommand = new WeakMap<Command, readonly Reader[]>();

/**
 * Adds `--config` and a flag for each setting that `readers` read. The settings of the OpenStack account are
 * known from every other client: their flags work, the help names only some of their variables.
 */
export function addSettingFlags(command: Command, ...readers: Reader[]): void {
  readersByCommand.set(command, readers);
  command.optionsGroup("Settings (flag, else environment, else file, else default):");
  command.option("--config <file>", "YAML file of settings (VIGIL_CONFIG)");
  const settings = settingsFor(...readers);
  for (const setting of settings) {
    if (setting.flag === undefined) continue;
    const option = new Option(`${setting.flag} <value>`, describe(setting));
    command.addOption(option.hideHelp(isOpenStack(setting)));
  }
  const secrets = settings.filter((setting) => setting.secret !== undefined && !isOpenStack(setting));
  if (secrets.length > 0) command.addHelpText("after", secretsHelp(secrets));
  if (settings.some(isOpenStack)) command.addHelpText("after", OPENSTACK_HELP);
}

const OPENSTACK_HELP = `
Vigil's own account at Keystone, as for every OpenStack client: OS_CLOUD and clouds.yaml, or OS_AUTH_URL,
OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME, OS_USER_DOMAIN_NAME, OS_PROJECT_DOMAIN_NAME, or
OS_APPLICATION_CREDENTIAL_ID and OS_APPLICATION_CREDENTIAL_SECRET; see vigil config print.`;

function isOpenStack({ env }: Setting): boolean {
  return env.startsWith("OS_");
}

function secretsHelp(secrets: readonly Setting[]): string {
  const width = Math.max(...secrets.map(({ env }) => env.length));
  const lines = secrets.map((setting) => `  ${setting.env.padEnd(width)}  ${setting.description}`);
  return `\nBy environment, a file named there (DATABASE_URL_FILE=...) or the file of settings only, since they can hold\npasswords:\n${lines.join("\n")}`;
}

function describe(setting: Setting): string {
  const initial = configSchema.shape[setting.name].safeParse(undefined).data;
  const notes = [setting.env, ...(initial === undefined ? [] : [`default ${initial}`])];
  return `${setting.description} (${notes.join(", ")}${setting.unit ? ` ${setting.unit}` : ""})`;
}

/**
 * The configuration for a command that `addSettingFlags` was called on.
 * @param readers whose secrets are read from files, where that is not all whose flags the command has
 * @throws VigilError invalid-input
 */
export function configOf(
  command: Command,
  io: Io,
  readers: readonly Reader[] | undefined = readersByCommand.get(command),
): LoadedConfig {
  if (readers === undefined) throw new Error(`addSettingFlags was not called for ${command.name()}`);
  const { config, ...given } = command.optsWithGlobals<Record<string, string | undefined>>();
  const known = new Set(Object.keys(configSchema.shape));
  const flags = Object.fromEntries(Object.entries(given).filter(([name]) => known.has(name)));
  return loadConfig({
    env: io.env,
    readers,
    flags: flags as Partial<Record<SettingName, string>>,
    ...(config === undefined ? {} : { configFile: config }),
  });
}
