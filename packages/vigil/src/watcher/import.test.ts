import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { SETTINGS } from "../config/settings.ts";
import { envFile } from "./env-file.ts";
import { importWatcher } from "./import.ts";
import { WATCHER_OPTIONS, watcherOption } from "./options.ts";
import { readOsloIni } from "./oslo-ini.ts";

const read = (...texts: string[]) => importWatcher(texts.map(readOsloIni));
const valuesOf = (...texts: string[]) =>
  Object.fromEntries(read(...texts).carried.map(({ setting, value }) => [setting.env, value]));
const reasonOf = (text: string) => read(text).left[0]?.reason;

describe("the table", () => {
  test("names settings that there are, and says why there are none", () => {
    for (const { setting, note } of WATCHER_OPTIONS) {
      if (setting === undefined) expect(note).toMatch(/\w{3}/);
      else expect(SETTINGS.map(({ name }) => name)).toContain(setting);
    }
  });

  test("every entry is reached: no pattern before it takes its options", () => {
    for (const entry of WATCHER_OPTIONS) {
      const option = watcherOption(entry.section.replace("*", "x"), entry.name.replace("*", "zz"));
      expect(option).toBe(entry);
    }
  });
});

describe("values", () => {
  test.each([
    ["[DEFAULT]\ndebug = yes", { VIGIL_LOG_LEVEL: "debug" }],
    ["[DEFAULT]\nenable_authentication = off", { VIGIL_AUTH: "none" }],
    ["[api]\nenable_webhooks_auth = 0", { VIGIL_ENABLE_WEBHOOKS_AUTH: "false" }],
    ["[keystone_client]\ninterface = publicURL", { OS_INTERFACE: "public" }],
    ["[keystone_authtoken]\ntoken_cache_time = -1", { VIGIL_TOKEN_CACHE_TIME_S: "0" }],
    ["[keystone_authtoken]\ntoken_cache_time = 60", { VIGIL_TOKEN_CACHE_TIME_S: "60" }],
    [
      "[watcher_workflow_engines.taskflow]\naction_execution_rule = a:ANY,\n b:ALWAYS",
      { VIGIL_ACTION_EXECUTION_RULE: '{"a":"ANY","b":"ALWAYS"}' },
    ],
    [
      "[watcher_planners.weight]\nweights = nop:70, sleep: 80",
      { VIGIL_WEIGHT_PLANNER_WEIGHTS: '{"nop":70,"sleep":80}' },
    ],
    ["[watcher_strategies.storage_capacity_balance]\nex_pools = a, b", { VIGIL_EX_POOLS: "a,b" }],
  ])("%j", (text, values) => expect(valuesOf(text)).toEqual(values));

  test("later files count", () => {
    expect(valuesOf("[api]\nport = 1", "[api]\nport = 2")).toEqual({ VIGIL_HTTP_PORT: "2" });
  });

  test("one that Vigil's setting can't have is left, with what is wanted", () => {
    expect(reasonOf("[api]\nport = many")).toBe(
      'VIGIL_HTTP_PORT can\'t have it: seen "many", wanted a port from 0 to 65535 (0: any free one)',
    );
    expect(reasonOf("[api]\nport = $p")).toContain("it refers to p");
    expect(reasonOf("[compute_model]\nenable_extended_attributes = False")).toContain("always on");
    expect(reasonOf("[keystone_authtoken]\ntoken_cache_time = -2")).toContain('seen "-2"');
    expect(reasonOf("[DEFAULT]\ntransport_url = rabbit://u:secret@h")).not.toContain("secret");
  });

  test("options that Watcher does not have are told apart from those without a counterpart", () => {
    expect(read("[api]\nprot = 1\n[database]\nconnection = x")).toMatchObject({
      unknown: ["[api] prot"],
      left: [{ from: "[database] connection" }],
    });
  });
});

describe("the account", () => {
  const token = "[keystone_authtoken]\nauth_url = http://a\nusername = checker\npassword = p1\n";
  const clients = "[watcher_clients_auth]\nauth_url = http://b\nusername = watcher\n";
  test("is that of Watcher's own calls, as a whole", () => {
    expect(valuesOf(token, clients)).toEqual({ OS_AUTH_URL: "http://b", OS_USERNAME: "watcher" });
    expect(valuesOf(token)).toEqual({ OS_AUTH_URL: "http://a", OS_USERNAME: "checker", OS_PASSWORD: "p1" });
  });

  test.each(["keystone_authtoken", "elsewhere"])(
    "or that of the section %s, where auth_section says so",
    (section) => {
      const text = `${token.replace("keystone_authtoken", section)}[watcher_clients_auth]\nauth_section = ${section}\n`;
      const imported = read(text);
      expect(imported.carried.map(({ from }) => from)).toEqual([
        `[${section}] auth_url`,
        `[${section}] username`,
        `[${section}] password`,
      ]);
      expect(imported.unknown).toEqual([]);
    },
  );
});

test("the file says the same to a shell, and has no secret", () => {
  const text = `[DEFAULT]\nhost = it's "a" $$HOME \`x\` \\\\\n[watcher_planners.weight]\nweights = nop:1\n[watcher_clients_auth]\nauth_url = http://k\npassword = s3cret`;
  const { carried } = read(text);
  const file = envFile(carried, new Map([["OS_PASSWORD", "/etc/vigil/my secrets/os_password"]]), "x\ny");
  expect(file).not.toContain("s3cret");
  const script = `set -a; ${file}\nprintf '%s\\n' "$VIGIL_HOST_NAME" "$VIGIL_WEIGHT_PLANNER_WEIGHTS" "$OS_PASSWORD_FILE"`;
  const lines = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8", env: {} }).split("\n");
  expect(lines).toEqual(['it\'s "a" $HOME `x` \\\\', '{"nop":1}', "/etc/vigil/my secrets/os_password", ""]);
  expect(envFile(carried, new Map(), "x")).toMatch(/is a secret, and left out.*\n#OS_PASSWORD_FILE=\n/);
});
