import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROLE_NAMES } from "@vigil/service";
import { makeCertificates, type TestCertificates } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "./load.ts";
import { readTlsFiles } from "./tls-files.ts";

let dir: string;
let files: TestCertificates;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "vigil-tls-files-"));
  files = makeCertificates(dir);
});
afterAll(() => rmSync(dir, { recursive: true }));

function read(env: Record<string, string>) {
  const warnings: string[] = [];
  const config = loadConfig({ flags: {}, env, readers: ROLE_NAMES }).values;
  const material = readTlsFiles(config, "http", Date.now(), (_, text) => warnings.push(text));
  return { material, warnings };
}

const pair = ({ cert, key }: { cert: string; key: string }) => ({
  VIGIL_HTTP_TLS_CERT: cert,
  VIGIL_HTTP_TLS_KEY: key,
});

describe("files of a TLS connection", () => {
  test("none set: no TLS; all set: all read", () => {
    expect(read({})).toEqual({ material: undefined, warnings: [] });
    const { material, warnings } = read({ ...pair(files.server), VIGIL_HTTP_TLS_CA: files.ca });
    expect(Object.keys(material ?? {}).sort()).toEqual(["ca", "cert", "key"]);
    expect(warnings).toEqual([]);
  });

  test("a key that others can read and a certificate that has ended are warned of", () => {
    chmodSync(files.server.key, 0o644);
    expect(read(pair(files.expiredServer)).warnings).toEqual([
      expect.stringContaining("has ended"),
      expect.stringContaining("chmod"),
    ]);
    chmodSync(files.server.key, 0o600);
  });

  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      "a certificate without a key",
      () => ({ VIGIL_HTTP_TLS_CERT: files.server.cert }),
      /^VIGIL_HTTP_TLS_CERT: is set without VIGIL_HTTP_TLS_KEY/,
    ],
    [
      "a file that is not there",
      () => ({ VIGIL_HTTP_TLS_CA: "/nowhere.crt" }),
      /^VIGIL_HTTP_TLS_CA: cannot read \/nowhere.crt: ENOENT/,
    ],
    [
      "a key where authorities are wanted",
      () => ({ VIGIL_HTTP_TLS_CA: files.server.key }),
      /^VIGIL_HTTP_TLS_CA: .*no certificate/,
    ],
    [
      "a certificate where a key is wanted",
      () => pair({ cert: files.server.cert, key: files.ca }),
      /^VIGIL_HTTP_TLS_KEY: .*no private key/,
    ],
    [
      "another's key",
      () => pair(files.mismatched),
      /^VIGIL_HTTP_TLS_KEY: .*is not the key of the certificate of VIGIL_HTTP_TLS_CERT/,
    ],
  ])("%s is refused with the name of its setting", (_, env, words) => {
    expect(() => read(env())).toThrow(words);
    expect(() => read(env())).not.toThrow(/BEGIN/);
  });
});

describe("secrets in files", () => {
  const secret = (text: string) => {
    const path = join(dir, "secret");
    writeFileSync(path, text);
    return path;
  };
  const load = (env: Record<string, string>) => loadConfig({ flags: {}, env, readers: ROLE_NAMES });

  test("named in the environment, without the newline at their end", () => {
    const { values, sources } = load({ OS_PASSWORD_FILE: secret(" s3cret \r\n\n") });
    expect([values.osPassword, sources.osPassword]).toEqual([" s3cret ", "env OS_PASSWORD_FILE"]);
    expect(load({ DATABASE_URL_FILE: secret("postgresql://u:s3cret@h/d\n") }).values.databaseUrl).toContain(
      "s3cret",
    );
    expect(load({ VIGIL_NATS_NKEY_SEED_FILE: secret("SU\n") }).values.natsNkeySeed).toBe("SU");
  });

  test("only by those whose secrets they are", () => {
    const env = { OS_PASSWORD_FILE: "/nowhere", NATS_URL_FILE: secret("nats://u:p@h\n") };
    const { values, sources } = loadConfig({ flags: {}, env, readers: ["worker"] });
    expect([values.natsUrl, sources.osPassword]).toEqual(["nats://u:p@h", "default"]);
    expect(() => loadConfig({ flags: {}, env, readers: ["api"] })).toThrow(/OS_PASSWORD_FILE: cannot read/);
  });

  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      "given twice",
      () => ({ OS_PASSWORD: "s3cret", OS_PASSWORD_FILE: secret("s3cret") }),
      /OS_PASSWORD and env OS_PASSWORD_FILE are both set/,
    ],
    ["in no file", () => ({ NATS_URL_FILE: "/nowhere" }), /NATS_URL_FILE: cannot read \/nowhere/],
    ["in an empty file", () => ({ NATS_URL_FILE: secret("\n") }), /NATS_URL_FILE: .* is empty/],
    [
      "that is no address",
      () => ({ DATABASE_URL_FILE: secret("s3cret") }),
      /DATABASE_URL_FILE: seen a value that is not shown/,
    ],
    [
      "of a setting that is none",
      () => ({ VIGIL_HTTP_PORT_FILE: "/x" }),
      /VIGIL_HTTP_PORT_FILE: no such setting/,
    ],
  ])("a secret %s is refused, and not shown", (_, env, words) => {
    const given = env();
    expect(() => load(given)).toThrow(words);
    expect(() => load(given)).not.toThrow(/s3cret/);
  });
});
