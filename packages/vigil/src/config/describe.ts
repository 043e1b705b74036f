import { stringify } from "yaml";
import type { LoadedConfig } from "./load.ts";
import { SETTINGS, type Setting } from "./settings.ts";

const MASK = "***";

/** One setting as `vigil config print --json` gives it. */
export interface DescribedSetting {
  name: string;
  /** null when unset; secrets are masked */
  value: string | number | boolean | null;
  source: string;
  env: string;
  flag: string | null;
  unit: string | null;
  secret: boolean;
  description: string;
}

/** The whole configuration with secrets masked. */
export function describeConfig({ values, sources }: LoadedConfig): DescribedSetting[] {
  return SETTINGS.map((setting) => ({
    name: setting.fileKey,
    value: shown(setting, values[setting.name]),
    source: sources[setting.name],
    env: setting.env,
    flag: setting.flag ?? null,
    unit: setting.unit ?? null,
    secret: setting.secret !== undefined,
    description: setting.description,
  }));
}

/** The same as a YAML file, each line with the value's source; unset settings are comments. */
export function configAsYaml(settings: readonly DescribedSetting[]): string {
  const lines = settings.map(({ name, value, source, unit }) => {
    const line = value === null ? `# ${name}:` : stringify({ [name]: value }, { lineWidth: 0 }).trimEnd();
    return { line, note: `${source}${unit ? `, ${unit}` : ""}` };
  });
  const width = Math.max(...lines.map(({ line }) => line.length));
  return `${lines.map(({ line, note }) => `${line.padEnd(width)}  # ${note}`).join("\n")}\n`;
}

function shown(setting: Setting, value: string | number | boolean | undefined): DescribedSetting["value"] {
  if (value === undefined) return null;
  if (setting.secret === "all") return MASK;
  if (setting.secret === "password") return maskPasswords(String(value));
  return value;
}

/**
 * Masks the login before the last @, and password parameters. Greedy on purpose: a password may hold any
 * character, so of several addresses those before the last are hidden as well. NATS takes addresses without a
 * scheme too.
 */
function maskPasswords(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)?(.*)@/i, (_, scheme: string | undefined, login: string) => {
      const user = login.includes(":") ? `${login.split(":", 1)[0]}:` : "";
      return `${scheme ?? ""}${user}${MASK}@`;
    })
    .replace(/([?&](?:ssl)?password=)[^&]*/gi, `$1${MASK}`);
}
