import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_EDGE_LIMITS } from "@vigil/edge";
import { ROLE_NAMES } from "@vigil/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfigText } from "./config-file.ts";
import { configAsYaml, describeConfig } from "./describe.ts";
import { type ConfigSources, loadConfig } from "./load.ts";
import { configSchema, SETTINGS, settingsFor } from "./settings.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vigil-config-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(sources: Partial<ConfigSources>) {
  return loadConfig({ flags: {}, env: {}, readers: ROLE_NAMES, ...sources });
}

function writeConfig(text: string): string {
  const path = join(folder, "vigil.yaml");
  writeFileSync(path, text);
  return path;
}

describe("precedence", () => {
  test("defaults, with the fixed ports", () => {
    const { values, sources } = load({});
    expect(values).toMatchObject({
      httpPort: 9322,
      httpHost: "127.0.0.1",
      statePort: 9323,
      healthPort: 9324,
      auth: "keystone",
      enableWebhooksAuth: true,
      eventMode: "coalesce",
      stateAddress: "127.0.0.1:9323",
    });
    expect(values.workerThreads).toBeGreaterThanOrEqual(1);
    expect(values.databaseUrl).toBeUndefined();
    expect(new Set(Object.values(sources))).toEqual(new Set(["default"]));
  });

  test("flag before environment before file before default", () => {
    const configFile = writeConfig("http_port: 1\nstate_port: 2\nhealth_port: 3\n");
    const { values, sources } = load({
      configFile,
      env: { VIGIL_HTTP_PORT: "4", VIGIL_STATE_PORT: "5" },
      flags: { httpPort: "6" },
    });
    expect([values.httpPort, values.statePort, values.healthPort]).toEqual([6, 5, 3]);
    expect([sources.httpPort, sources.statePort, sources.healthPort, sources.auth]).toEqual([
      "flag --http-port",
      "env VIGIL_STATE_PORT",
      `file ${configFile}`,
      "default",
    ]);
  });

  test("VIGIL_CONFIG names the file, --config goes before it", () => {
    const path = writeConfig("auth: none\n");
    expect(load({ env: { VIGIL_CONFIG: path } }).values.auth).toBe("none");
    expect(load({ env: { VIGIL_CONFIG: "/nowhere" }, configFile: path }).values.auth).toBe("none");
    expect(() => load({ env: { VIGIL_CONFIG: "/nowhere" } })).toThrow(/\/nowhere.*VIGIL_CONFIG/);
  });

  test("an empty environment variable or file value is unset", () => {
    const configFile = writeConfig("state_port:\nauth: ''\n");
    const { values } = load({ configFile, env: { VIGIL_HTTP_PORT: "", DATABASE_URL: "" } });
    expect([values.httpPort, values.statePort, values.auth]).toEqual([9322, 9323, "keystone"]);
    expect(values.databaseUrl).toBeUndefined();
  });
});

describe("mistakes", () => {
  test("an unknown VIGIL_ name suggests the nearest", () => {
    expect(() => load({ env: { VIGIL_HTTP_PROT: "1" } })).toThrow(
      "env VIGIL_HTTP_PROT: no such setting; did you mean VIGIL_HTTP_PORT?",
    );
    expect(() => load({ env: { VIGIL_SOMETHING_ELSE_ALTOGETHER: "1" } })).toThrow(/no such setting$/);
    expect(() => load({ env: { OTHER_HTTP_PROT: "1", OS_IDENTITY_API_VERSION: "3" } })).not.toThrow();
  });

  test("an unknown key of the file suggests the nearest", () => {
    expect(() => parseConfigText("htttp_port: 1\nauth: none\n", "f.yaml")).toThrow(
      "f.yaml: unknown key htttp_port; did you mean http_port?",
    );
  });

  test("groups, lists, doubled keys and broken YAML are refused without quoting them", () => {
    expect(() => parseConfigText("http_port: [1]\n", "f")).toThrow(/http_port: wanted a port/);
    expect(() => parseConfigText("- a\n", "f")).toThrow(/http_port: 9322/);
    expect(() => parseConfigText("auth: none\nauth: none\n", "f")).toThrow(/line 2.*DUPLICATE_KEY/);
    expect(() => parseConfigText('os_password: "s3cret\n', "f")).toThrow(
      /^(?!.*s3cret).*not readable as YAML/s,
    );
  });

  test("bad values name where they were seen and what is wanted, all at once", () => {
    const configFile = writeConfig("event_mode: sloppy\n");
    const env = { VIGIL_HTTP_PORT: "99999", DATABASE_URL: "mysql://u:s3cret@h/d", VIGIL_LEASE_MS: "10s" };
    const message = (() => {
      try {
        load({ configFile, env, flags: { auth: "nobody" } });
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message?.split("\n")).toEqual([
      'env VIGIL_HTTP_PORT: seen "99999", wanted a port from 0 to 65535 (0: any free one)',
      "env DATABASE_URL: seen a value that is not shown, wanted an address that begins with postgresql:// or postgres://",
      'flag --auth: seen "nobody", wanted one of keystone, none',
      `file ${configFile}, event_mode: seen "sloppy", wanted one of coalesce, strict`,
      'env VIGIL_LEASE_MS: seen "10s", wanted a whole number from 1000 to 600000',
    ]);
  });
});

describe("text stays text", () => {
  test("a password of digits keeps its leading zero", () => {
    expect(parseConfigText("os_password: 0123\n", "f").osPassword).toBe("0123");
  });

  test.each([
    ["true", true],
    ["1", true],
    ["False", false],
    ["no", false],
  ])("%s is a boolean", (text, value) => {
    expect(load({ env: { VIGIL_ENABLE_WEBHOOKS_AUTH: text } }).values.enableWebhooksAuth).toBe(value);
  });
});

describe("what is shown", () => {
  const loaded = load({
    env: {
      DATABASE_URL: "postgresql://vigil:s3/cr@et@db:5432/vigil?sslpassword=s3cret",
      NATS_URL: "nats://tok-s3cret@h:4222",
      OS_PASSWORD: "s3cret",
      OS_APPLICATION_CREDENTIAL_SECRET: "s3cret",
      OS_USERNAME: "vigil",
    },
  });

  test("secrets are masked, the rest is not", () => {
    const described = describeConfig(loaded);
    const byName = Object.fromEntries(described.map((setting) => [setting.name, setting.value]));
    expect(byName).toMatchObject({
      database_url: "postgresql://vigil:***@db:5432/vigil?sslpassword=***",
      nats_url: "nats://***@h:4222",
      os_password: "***",
      os_application_credential_secret: "***",
      os_username: "vigil",
      os_cloud: null,
    });
    expect(JSON.stringify(described) + configAsYaml(described)).not.toMatch(/s3|cr@et/);
  });

  test.each([
    ["user:s3cret@h:4222", "user:***@h:4222"],
    ["tok-s3cret@h", "***@h"],
    ["nats://a:s3cret@h1,nats://b:s3cret@h2", "nats://a:***@h2"],
    ["h1:4222,nats://b:s3cret@h2", "h1:***@h2"],
    ["h1:4222,h2:4222", "h1:4222,h2:4222"],
  ])("NATS_URL %s is shown as %s", (natsUrl, wanted) => {
    const described = describeConfig(load({ env: { NATS_URL: natsUrl } }));
    expect(described.find(({ name }) => name === "nats_url")?.value).toBe(wanted);
  });

  test("the printed YAML says where each value came from and reads back as a file", () => {
    const yaml = configAsYaml(describeConfig(loaded));
    expect(yaml).toMatch(/^os_username: vigil +# env OS_USERNAME$/m);
    expect(yaml).toMatch(/^lease_ms: 10000 +# default, ms$/m);
    expect(yaml).toMatch(/^# os_cloud: +# default$/m);
    expect(parse(yaml)).toMatchObject({ http_port: 9322, os_username: "vigil" });
    expect(parseConfigText(yaml, "printed").httpPort).toBe("9322");
  });
});

describe("the table of settings", () => {
  test("names are unique in every source, and secrets have no flag", () => {
    for (const key of ["env", "flag", "fileKey"] as const) {
      const names = SETTINGS.map((setting) => setting[key]).filter((name) => name !== undefined);
      expect(new Set(names).size).toBe(names.length);
    }
    for (const setting of SETTINGS) expect(setting.flag === undefined).toBe(setting.secret !== undefined);
  });

  test("has the names that are promised", () => {
    const names = SETTINGS.map((setting) => setting.env);
    for (const name of [
      "VIGIL_HTTP_PORT VIGIL_HTTP_HOST VIGIL_DATA_DIR VIGIL_AUTH VIGIL_ENABLE_WEBHOOKS_AUTH VIGIL_STATE_ADDRESS",
      "DATABASE_URL NATS_URL OS_AUTH_URL OS_USERNAME OS_PASSWORD OS_PROJECT_NAME OS_USER_DOMAIN_NAME",
      "OS_PROJECT_DOMAIN_NAME OS_REGION_NAME OS_APPLICATION_CREDENTIAL_ID OS_APPLICATION_CREDENTIAL_SECRET OS_CLOUD",
    ].flatMap((line) => line.split(" "))) {
      expect(names).toContain(name);
    }
    expect(Object.keys(configSchema.shape)).toHaveLength(SETTINGS.length);
  });

  test("defaults are those of the roles", () => {
    const { values } = load({});
    expect(DEFAULT_EDGE_LIMITS).toMatchObject({
      bodyBytesMax: values.webhookBodyBytesMax,
      bodiesBytesMax: values.webhookBodiesBytesMax,
      sourcePerSecondMax: values.webhookSourcePerSecondMax,
      auditPerSecondMax: values.webhookAuditPerSecondMax,
    });
  });

  test("a role sees only what it reads", () => {
    const names = settingsFor("worker").map((setting) => setting.name);
    expect(names).toContain("workerThreads");
    expect(names).not.toContain("databaseUrl");
  });
});
