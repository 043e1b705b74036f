/** A file of environment variables, as systemd (EnvironmentFile=) and shells both read it. */

import { fileVariableOf } from "../config/secret-files.ts";
import type { Carried } from "./import.ts";

/** Needs no quotes in either. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * The settings that were carried over; secrets by the files that they were written to.
 * @param files by variable: where each secret is; of those without one a comment tells
 */
export function envFile(
  carried: readonly Carried[],
  files: ReadonlyMap<string, string>,
  source: string,
): string {
  const lines = carried.map(({ setting, value, from, note }) => {
    const comment = `# ${from}${note === undefined ? "" : `: ${note}`}`;
    if (setting.secret === undefined) return `${comment}\n${setting.env}=${quoted(value)}\n`;
    const variable = fileVariableOf(setting);
    const file = files.get(setting.env);
    if (file !== undefined) return `${comment}\n${variable}=${quoted(file)}\n`;
    return `${comment} is a secret, and left out: write it to a file (mode 0600) and name that, or use --secrets-dir\n#${variable}=\n`;
  });
  return `# Settings of Vigil, by vigil config import from ${source.replace(/[\r\n]/g, " ")}\n\n${lines.join("\n")}${MISSING}`;
}

/** What no watcher.conf can say. */
const MISSING = `
# Not in watcher.conf, and needed:
#NATS_URL=nats://nats1:4222
#DATABASE_URL_FILE=/etc/vigil/secrets/database_url
#VIGIL_STATE_ADDRESS=state1:9323
`;

/** Single quotes where they do; double ones with escapes else. A line feed would end the line for systemd. */
function quoted(value: string): string {
  const line = value.replace(/\r?\n/g, " ");
  if (PLAIN.test(line)) return line;
  if (!line.includes("'")) return `'${line}'`;
  return `"${line.replace(/["\\$`]/g, "\\$&")}"`;
}
