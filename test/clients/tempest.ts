/** Suites of Debian's watcher-tempest-plugin, run by stestr in a folder that goes when they have ended. */

import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ADMIN, type Installation } from "./installation.ts";

const SUITES = "/usr/lib/python3/dist-packages/watcher_tempest_plugin/tests";
const TOP = "/usr/lib/python3/dist-packages";
const CONVERTER = fileURLToPath(new URL("subunit_json.py", import.meta.url));

/** The longest suite takes four minutes on two idle cores. */
const SUITE_TIMEOUT_MS = 1_800_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

export interface TempestResult {
  name: string;
  /** `success`, `fail`, `skip`; others are failures as well. */
  status: string;
  /** Traceback of a failure, reason of a skip. */
  details: string;
}

/**
 * Runs one suite to its end, one test after another: tests of a suite look at each other's objects.
 *
 * @param suite folder of the plugin's tests
 * @throws Error when the suite could not be run; a failed test is a result
 */
export async function runTempest(installation: Installation, suite: string): Promise<TempestResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "vigil-tempest-"));
  try {
    writeConfiguration(folder, installation.keystone.url);
    const env = {
      PATH: "/usr/bin:/bin",
      HOME: folder,
      TZ: "UTC",
      LC_ALL: "C.UTF-8",
      TEMPEST_CONFIG_DIR: folder,
      TEMPEST_CONFIG: "tempest.conf",
    };
    const options = { cwd: folder, env, timeout: SUITE_TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX };
    const stestr = ["--test-path", join(SUITES, suite), "--top-dir", TOP];
    const run = promisify(execFile)("/usr/bin/stestr", [...stestr, "run", "--serial"], options);
    const output = await run.catch((error: { stdout?: string; stderr?: string }) => error);
    const stream = execFileSync("/usr/bin/stestr", [...stestr, "last", "--subunit"], {
      ...options,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const lines = execFileSync("/usr/bin/python3", [CONVERTER], { ...options, input: stream }).toString();
    const results = lines
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as TempestResult);
    if (results.length === 0) throw new Error(`no test of ${suite} ran:\n${output.stdout}\n${output.stderr}`);
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A fixed admin; nothing of a cloud beside Keystone and Vigil. */
function writeConfiguration(folder: string, keystoneUrl: string): void {
  mkdirSync(join(folder, "locks"));
  writeFileSync(
    join(folder, "tempest.conf"),
    `[DEFAULT]
log_dir = ${folder}
[oslo_concurrency]
lock_path = ${join(folder, "locks")}
[auth]
use_dynamic_credentials = false
admin_username = ${ADMIN.name}
admin_password = ${ADMIN.password}
admin_project_name = ${ADMIN.project}
admin_domain_name = Default
[identity]
auth_version = v3
uri_v3 = ${keystoneUrl}
region = RegionOne
v3_endpoint_type = public
[service_available]
watcher = true
[optimize]
max_microversion = latest
`,
  );
}
