import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";
import { addSettingFlags, configOf } from "../../cli/setting-flags.ts";
import { configAsYaml, describeConfig } from "../../config/describe.ts";

export function addConfigPrintCommand(config: Command, io: Io): void {
  const print = config
    .command("print")
    .description("print every setting, its value (secrets masked) and where it came from")
    .option("--json", "as a JSON array, with the names in each source and a description");
  addSettingFlags(print, "edge", "api", "worker", "applier", "state", "up", "client");
  print
    .addHelpText(
      "after",
      `
Examples:
  $ vigil config print
  $ VIGIL_HTTP_PORT=8080 vigil config print --config /etc/vigil.yaml
  $ vigil config print --json | jq '.[] | select(.source != "default")'`,
    )
    .action(() => {
      const settings = describeConfig(configOf(print, io));
      io.stdout.write(print.opts().json ? `${JSON.stringify(settings, null, 2)}\n` : configAsYaml(settings));
    });
}
