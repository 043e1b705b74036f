/** Markdown of the reference of settings. */
import { configSchema, type Setting } from "../../packages/vigil/src/config/settings.ts";

const INTRODUCTION = `\
<!-- Made by \`make docs\` from packages/vigil/src/config/settings.ts. Edit that, not this page. -->

# Settings

A setting has one value: its flag's, else the environment's, else the file's, else the default. One name gives the
others: \`VIGIL_HTTP_PORT\` in the environment is \`--http-port\` on the command line and \`http_port\` in the file, a YAML file
that \`--config\` or \`VIGIL_CONFIG\` names. A name that does not exist and a value that is not allowed end the start, with the
place named. \`vigil config print\` prints every setting, its value, and where that came from; \`vigil ROLE --help\` those of a role.

Settings marked *secret* have no flag, since every user of a machine can read arguments; put them into a file and name it:
\`DATABASE_URL_FILE=/etc/vigil/database-url\`. \`vigil up\` reads the settings of all roles.
`;

/** Readers in the order in which an event passes them. */
const READERS = ["edge", "api", "worker", "applier", "state", "up", "client", "policy"];
const ROLES = READERS.slice(0, 5);
const READER_NAMES: Readonly<Record<string, string>> = {
  up: "`vigil up`",
  client: "commands that ask the API",
  policy: "`vigil policy`",
};

export function configurationPage(settings: readonly Setting[]): string {
  const groups = Map.groupBy(settings, readersOf);
  const sections = [...groups].map(([readers, group]) => {
    const rows = group.map(row);
    return [
      `## ${readers}`,
      "",
      "| environment | default | allowed | meaning |",
      "|---|---|---|---|",
      ...rows,
      "",
    ].join("\n");
  });
  return [INTRODUCTION, ...sections].join("\n");
}

/** Heading of the section that a setting stands in. */
function readersOf({ readers, env }: Setting): string {
  if (env.startsWith("OS_")) return "Vigil's account at Keystone: edge, api, commands that ask the API";
  const sorted = READERS.filter((name) => readers.some((reader) => reader === name));
  if (ROLES.every((role) => sorted.includes(role))) return "Every role";
  return sorted.map((name) => READER_NAMES[name] ?? name).join(", ");
}

function row(setting: Setting): string {
  const { env, wanted, description, secret } = setting;
  const note = secret === undefined ? "" : " *(secret)*";
  return `| \`${env}\`${note} | ${cell(defaultOf(setting))} | ${cell(wanted)} | ${cell(description)} |`;
}

function defaultOf({ name, defaultText, unit }: Setting): string {
  const value: unknown = defaultText ?? configSchema.shape[name].safeParse(undefined).data;
  if (value === undefined || value === "") return "";
  return defaultText ?? `\`${String(value)}\`${unit === undefined ? "" : ` ${unit}`}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
