/**
 * Makes what the manual takes from the code: the reference of settings, the tables of metrics, and the programs that
 * guides show. With --check only compares them with what is there, exit status 1 when they differ.
 */
import { SETTINGS } from "../packages/vigil/src/config/settings.ts";
import { WATCHER_OPTIONS } from "../packages/vigil/src/watcher/options.ts";
import { configurationPage } from "./manual/configuration.ts";
import { read, writeOrCheck } from "./manual/generated.ts";
import { withIncludedFiles } from "./manual/included-files.ts";
import { watcherOptionsPage } from "./manual/watcher-options.ts";
import { DEFINED } from "./watching/defined-metrics.ts";
import { withMetricTables } from "./watching/metrics-page.ts";

const METRICS = "docs/metrics.md";
/** Pages with marks of files that they show. */
const GUIDES = ["docs/strategies.md", "docs/trpc.md"];

const guides = GUIDES.map((path): [string, string] => [path, withIncludedFiles(read(path), read)]);
guides.push([METRICS, withMetricTables(read(METRICS), DEFINED)]);
writeOrCheck(
  new Map([
    ...guides,
    ["docs/reference/configuration.md", configurationPage(SETTINGS)],
    ["docs/reference/watcher-options.md", watcherOptionsPage(WATCHER_OPTIONS)],
  ]),
);
