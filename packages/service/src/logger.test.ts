import { VigilError } from "@vigil/core";
import { describe, expect, test } from "vitest";
import { createLogger, type LoggerOptions } from "./logger.ts";

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  const logger = createLogger({ role: "worker", level: "info", version: "1.2.3", destination, ...options });
  return { logger, lines, first: () => JSON.parse(lines[0] ?? "{}") as Record<string, unknown> };
}

describe("logger", () => {
  test("writes one JSON object per line with time, level, role and version", () => {
    const { logger, lines, first } = capture();
    logger.info({ threads: 2 }, "started");
    logger.debug("not at this level");
    expect(lines).toHaveLength(1);
    expect(first()).toMatchObject({
      level: "info",
      role: "worker",
      version: "1.2.3",
      threads: 2,
      msg: "started",
    });
    expect(first().time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  test("children carry the ids of what they are about", () => {
    const { logger, first } = capture();
    logger.child({ audit: "a", run: "r" }).warn("slow");
    expect(first()).toMatchObject({ audit: "a", run: "r", msg: "slow" });
  });

  test("an error keeps its kind, message and cause", () => {
    const { logger, first } = capture();
    const cause = new Error("ECONNREFUSED");
    logger.error({ err: new VigilError("unavailable", "no broker", { cause }) }, "publish failed");
    expect(first().err).toMatchObject({
      kind: "unavailable",
      message: "no broker",
      cause: { message: "ECONNREFUSED" },
    });
  });

  test("a version is there without being given", () => {
    const { logger, first } = capture({ version: undefined });
    logger.info("x");
    expect(first().version).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe("secrets do not reach the log", () => {
  const SECRET = "s3cr3t-value";
  const cases: [string, object, string][] = [
    ["a member", { password: SECRET }, "x"],
    ["a header", { headers: { "X-Auth-Token": SECRET } }, "x"],
    ["a header with several values", { headers: { "x-subject-token": [SECRET, SECRET] } }, "x"],
    ["a value with quotes in it", { adminPassword: `a"${SECRET}\\"b` }, "x"],
    ["a quoted body", { body: JSON.stringify({ auth: { secret: SECRET, user: "u" } }) }, "x"],
    ["a URL in the message", {}, `cannot reach postgresql://vigil:${SECRET}@127.0.0.1:5432/x`],
    ["a URL in an error", { err: new Error(`nats://u:${SECRET}@h refused`) }, "x"],
    ["a Fernet token in the message", {}, `token gAAAAABn${SECRET.repeat(3)} was refused`],
    ["a bearer token", {}, `sent Bearer ${SECRET}`],
  ];
  test.each(cases)("%s", (_name, fields, message) => {
    const { logger, lines, first } = capture();
    logger.info(fields, message);
    expect(lines[0]).not.toContain(SECRET);
    expect(first().level).toBe("info");
  });

  test("what is no secret stays", () => {
    const { logger, first } = capture();
    logger.info({ url: "nats://127.0.0.1:4222", author: "x" }, "connected to http://h:9322/v1");
    expect(first()).toMatchObject({
      url: "nats://127.0.0.1:4222",
      author: "x",
      msg: "connected to http://h:9322/v1",
    });
  });
});
