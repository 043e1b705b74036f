import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { ERROR_KINDS, VigilError } from "@vigil/core";
import { describe, expect, test } from "vitest";
import { exitStatusOf } from "./exit-status.ts";
import { runProgram } from "./program.ts";

async function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const status = await runProgram(args, { env, stdout, stderr });
  stdout.end();
  stderr.end();
  return { status, stdout: await text(stdout), stderr: await text(stderr) };
}

describe("help", () => {
  test.each([
    [[]],
    [["up"]],
    [["edge"]],
    [["api"]],
    [["worker"]],
    [["state"]],
    [["model", "import"]],
    [["runs", "show"]],
    [["replay"]],
    [["events", "list"]],
    [["events", "show"]],
    [["events", "replay"]],
    [["dead-letters", "list"]],
    [["dead-letters", "show"]],
    [["dead-letters", "replay"]],
    [["dead-letters", "drop"]],
    [["verify"]],
    [["config", "print"]],
    [["config", "check"]],
    [["config", "import"]],
    [["policy", "show"]],
    [["strategy", "run"]],
    [["strategy", "check"]],
    [["strategy", "list"]],
    [["strategy", "show"]],
  ])("vigil %s --help has examples and exits with 0", async (command) => {
    const { status, stdout, stderr } = await run([...command, "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Examples:");
    expect(stdout).toMatch(/\$ .*vigil/);
  });

  test("names settings with their variables, and secrets only as variables", async () => {
    const { stdout } = await run(["state", "--help"]);
    const flat = stdout.replace(/\s+/g, " ");
    expect(flat).toContain("--state-port <value>");
    expect(flat).toContain("(VIGIL_STATE_PORT, default 9323)");
    expect(flat).toContain("DATABASE_URL PostgreSQL 15 or later");
    expect(stdout).not.toContain("--database-url");
    expect(stdout).not.toContain("--http-port");
  });

  test("lists what the exit status means", async () => {
    expect((await run(["--help"])).stdout).toMatch(
      /0 {2}done\n {2}1 .*\n {2}2 .*\n {2}3 .*\n {2}4 .*\n {2}5 /,
    );
  });
});

describe("config", () => {
  test("check names each problem with its place", async () => {
    const env = { VIGIL_LEASE_MS: "soon", VIGIL_POLICY_FILE: "" };
    expect(await run(["config", "check"], env)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("env VIGIL_LEASE_MS"),
    });
    const files = { VIGIL_POLICY_FILE: "/nowhere/policy.yaml", VIGIL_NATS_TLS_CA: "/nowhere/ca.pem" };
    const problemsFor = async (role: string) => {
      const { status, stdout } = await run(["config", "check", "--role", role, "--json"], files);
      expect(status).toBe(2);
      const { ok, problems } = JSON.parse(stdout) as { ok: boolean; problems: string[] };
      expect(ok).toBe(false);
      return problems.join("\n");
    };
    const ofState = await problemsFor("state");
    for (const name of ["VIGIL_NATS_TLS_CA", "NATS_URL", "DATABASE_URL"]) expect(ofState).toContain(name);
    expect(ofState).not.toContain("policy.yaml");
    expect(await problemsFor("api")).toContain("policy.yaml");
    expect(await run(["config", "check"])).toMatchObject({
      status: 0,
      stdout: "The configuration can be read.\n",
    });
  });

  test("of files that hosts of other roles have, a role reads none", async () => {
    const shared = {
      NATS_URL: "nats://127.0.0.1:4222",
      OS_AUTH_URL: "http://127.0.0.1:5000/v3",
      OS_PASSWORD_FILE: "/nowhere/os-password",
      DATABASE_URL_FILE: "/nowhere/database-url",
      VIGIL_HTTP_TLS_CERT: "/nowhere/http.crt",
      VIGIL_HTTP_TLS_KEY: "/nowhere/http.key",
    };
    const problemsFor = async (role: string) =>
      (await run(["config", "check", "--role", role], shared)).stderr.match(/OS_P|DATABASE|HTTP_TLS/g);
    expect(await problemsFor("worker")).toBe(null);
    expect(await problemsFor("state")).toEqual(["DATABASE"]);
    // Secrets come first: without them nothing else can be said.
    expect(await problemsFor("api")).toEqual(["OS_P"]);
  });

  test("import prints settings, and secrets only into files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "vigil-import-"));
    try {
      const conf = join(folder, "watcher.conf");
      writeFileSync(conf, "[api]\nport = 80\nworkers = 2\n[watcher_clients_auth]\npassword = s3cret\n");
      const secrets = ["--secrets-dir", join(folder, "secrets")];
      const { status, stdout, stderr } = await run(["config", "import", conf, ...secrets]);
      expect(status).toBe(0);
      expect(stdout).toContain("VIGIL_HTTP_PORT=80\n");
      expect(stdout).toContain(`OS_PASSWORD_FILE=${folder}/secrets/os_password\n`);
      expect(stderr).toContain("[api] workers");
      expect(stdout + stderr).not.toContain("s3cret");
      const file = join(folder, "secrets/os_password");
      expect(readFileSync(file, "utf8")).toBe("s3cret\n");
      expect(statSync(file).mode & 0o777).toBe(0o600);
      // Once more is no harm; another secret in the same place is.
      expect((await run(["config", "import", conf, ...secrets])).status).toBe(0);
      writeFileSync(conf, "[watcher_clients_auth]\npassword = other\n");
      expect((await run(["config", "import", conf, ...secrets])).status).toBe(5);
      const json = await run(["config", "import", conf, "--json"]);
      expect(JSON.parse(json.stdout)).toMatchObject({
        settings: [{ env: "OS_PASSWORD", value: null, file: null, from: "[watcher_clients_auth] password" }],
      });
      expect((await run(["config", "import", join(folder, "none")])).status).toBe(3);
      writeFileSync(conf, "no line of it\n");
      expect(await run(["config", "import", conf])).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("line 1"),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("policy show", () => {
  test("says who passes, by roles in any case", async () => {
    const { status, stdout } = await run(["policy", "show", "--role", "Service", "--json"]);
    expect(status).toBe(0);
    const rules = JSON.parse(stdout) as { name: string; allowed: boolean; source: string }[];
    expect(rules.filter(({ allowed }) => allowed).map(({ name }) => name)).toEqual([
      "admin_or_service_api",
      "webhook:trigger",
    ]);
    expect(new Set(rules.map(({ source }) => source))).toEqual(new Set(["default"]));
  });

  test("prints what could be a policy file", async () => {
    const { stdout } = await run(["policy", "show"]);
    expect(stdout).toMatch(/^"webhook:trigger": "rule:admin_or_service_api" +# default$/m);
  });

  test("a file that can't be read ends with 2", async () => {
    const { status, stderr } = await run(["policy", "show"], { VIGIL_POLICY_FILE: "/nowhere/policy.yaml" });
    expect(status).toBe(2);
    expect(stderr).toContain("cannot read the policy file /nowhere/policy.yaml");
  });
});

describe("wrong command lines exit with 2 and say what is near", () => {
  test.each([
    [["upp"], "Did you mean up?"],
    [["up", "--htp-port", "1"], "Did you mean --http-port?"],
    [["model", "import"], "missing required argument 'files'"],
    [["edge", "extra"], "too many arguments"],
    [["events", "list", "--limit", "0"], "--limit 0: wanted 1 to"],
    [["events", "list", "--fate", "LOST"], "wanted one of WAITING, LEASED, DONE"],
    [["audits", "list", "--state", "LOST"], "--state LOST: wanted one of PENDING, ONGOING"],
    [["runs", "list", "--state", "LOST"], "--state LOST: wanted one of DUE, LIVE"],
    [["plans", "list", "--state", "LOST"], "--state LOST: wanted one of RECOMMENDED"],
    [["plans", "start"], "missing required argument 'plan'"],
    [["plan", "list"], "Did you mean plans?"],
    [["runs", "lst"], "Did you mean list?"],
    [["events", "replay"], "missing required argument 'event'"],
    [["dead-letters", "replay"], "--all --audit NAME"],
    [["dead-letters", "replay", "--all"], "--all --audit NAME"],
    [["dead-letters", "replay", "x", "--all", "--audit", "y"], "--all --audit NAME"],
    [["dead-letters", "replay", "x", "--audit", "y"], "--all --audit NAME"],
    [["config", "print", "--lease-ms", "soon"], "wanted a whole number from 1000 to 600000"],
  ])("%j", async (args, message) => {
    const { status, stderr, stdout } = await run(args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
  });

  test("no command prints the help", async () => {
    const { status, stderr } = await run([]);
    expect(status).toBe(2);
    expect(stderr).toContain("Usage: vigil");
  });

  test("a role without its servers says which variable is missing", async () => {
    const { status, stderr } = await run(["edge"], { VIGIL_LOG_LEVEL: "silent", VIGIL_AUTH: "none" });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: NATS_URL is not set/);
  });

  test("keystone without an account says what is missing", async () => {
    const { status, stderr } = await run(["up"], { VIGIL_LOG_LEVEL: "silent" });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: no account at Keystone is named: .*OS_AUTH_URL.*VIGIL_AUTH=none/);
  });

  test("a certificate file that is not there is the caller's mistake, not a bug", async () => {
    const account = { OS_USERNAME: "vigil", OS_PASSWORD: "secret", OS_PROJECT_NAME: "service" };
    const env = { OS_AUTH_URL: "http://127.0.0.1:1/v3", ...account, OS_CACERT: "/nowhere/ca.pem" };
    const { status, stderr } = await run(["edge"], { VIGIL_LOG_LEVEL: "silent", ...env });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: cannot read the file of OS_CACERT.*\/nowhere\/ca\.pem.*\n$/);
  });
});

describe("commands", () => {
  test("--version prints the release alone", async () => {
    expect(await run(["--version"])).toMatchObject({ status: 0, stdout: "0.1.0\n" });
  });

  test("config print shows values, sources and no secrets", async () => {
    const env = { OS_PASSWORD: "s3cret", VIGIL_EVENT_MODE: "strict" };
    const { status, stdout } = await run(["config", "print", "--http-port", "80"], env);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^http_port: 80 +# flag --http-port$/m);
    expect(stdout).toMatch(/^event_mode: strict +# env VIGIL_EVENT_MODE$/m);
    expect(stdout).toMatch(/^os_password: "\*\*\*" +# env OS_PASSWORD$/m);
    expect(stdout).not.toContain("s3cret");
  });

  test("config print --json is for programs", async () => {
    const { stdout } = await run(["config", "print", "--json"]);
    const settings = JSON.parse(stdout) as { name: string; value: unknown; flag: string | null }[];
    expect(settings).toContainEqual(
      expect.objectContaining({ name: "http_port", value: 9322, flag: "--http-port" }),
    );
    expect(settings).toContainEqual(expect.objectContaining({ name: "nats_url", value: null, flag: null }));
  });

  test("model import of a file that is not there exits with 3", async () => {
    const { status, stderr } = await run(["model", "import", "/nowhere/cluster.json"], {
      VIGIL_AUTH: "none",
    });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^error: cannot read \/nowhere\/cluster\.json/);
  });

  test("model import without an API exits with 1 and names the address", async () => {
    const args = ["model", "import", import.meta.filename, "--api-url", "http://127.0.0.1:1"];
    const { status, stderr } = await run(args, { VIGIL_AUTH: "none" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/no answer from Vigil's API at http:\/\/127\.0\.0\.1:1: .*VIGIL_API_URL/);
  });

  test("nothing is coloured where no terminal reads", async () => {
    const { stderr } = await run(["edge"], { VIGIL_AUTH: "wrong", FORCE_COLOR: "" });
    expect(stderr).not.toContain("\u001b[");
  });
});

test("every kind of error has an exit status of its group", () => {
  const statuses = ERROR_KINDS.map((kind) => [kind, exitStatusOf(new VigilError(kind, "x"))]);
  expect(Object.fromEntries(statuses)).toEqual({
    "invalid-input": 2,
    unauthenticated: 4,
    forbidden: 4,
    "not-found": 3,
    conflict: 5,
    "illegal-state": 1,
    overloaded: 1,
    unavailable: 1,
    deadline: 1,
    internal: 1,
  });
  expect(exitStatusOf(new Error("x"))).toBe(1);
});
