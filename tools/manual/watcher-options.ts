/** Markdown of what becomes of Watcher's options. */
import { SETTINGS } from "../../packages/vigil/src/config/settings.ts";
import type { WatcherOption } from "../../packages/vigil/src/watcher/options.ts";

const INTRODUCTION = `\
<!-- Made by \`make docs\` from packages/vigil/src/watcher/options.ts. Edit that, not this page. -->

# Watcher's options

What becomes of each option of \`watcher.conf\`: the setting that does the same, or why there is none. \`vigil config import
watcher.conf\` goes by this table. A \`*\` stands for whatever is not named before it. The settings themselves:
[configuration.md](configuration.md).
`;

export function watcherOptionsPage(options: readonly WatcherOption[]): string {
  const sections = [...Map.groupBy(options, ({ section }) => section)].map(([section, group]) =>
    [`## [${section}]`, "", "| option | setting | |", "|---|---|---|", ...group.map(row), ""].join("\n"),
  );
  return [INTRODUCTION, ...sections].join("\n");
}

function row({ name, setting, note = "" }: WatcherOption): string {
  const env = SETTINGS.find((one) => one.name === setting)?.env;
  return `| \`${name}\` | ${env === undefined ? "" : `\`${env}\``} | ${note.replaceAll("|", "\\|")} |`;
}
