import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import type { Logger } from "@vigil/service";
import { expect, test } from "vitest";
import { ToldExporter } from "./told-exporter.ts";

test("an outage of the collector is told once, and its end with what was lost", () => {
  let isAway = true;
  const inner: SpanExporter = {
    export: (_spans, done) =>
      done(
        isAway
          ? { code: ExportResultCode.FAILED, error: new Error("away") }
          : { code: ExportResultCode.SUCCESS },
      ),
    shutdown: async () => undefined,
  };
  const told: [string, object][] = [];
  const tell = (level: string) => (fields: object) => told.push([level, fields]);
  const logger = { warn: tell("warn"), info: tell("info") } as unknown as Logger;
  const exporter = new ToldExporter(inner, "http://collector/v1/traces", logger);
  const results: ExportResult[] = [];
  const send = (count: number) =>
    exporter.export(
      Array.from({ length: count }, () => ({}) as ReadableSpan),
      (result) => results.push(result),
    );

  send(2);
  send(3);
  expect(told).toEqual([["warn", { endpoint: "http://collector/v1/traces", reason: "away" }]]);
  isAway = false;
  send(1);
  send(1);
  expect(told.slice(1)).toEqual([["info", { lost: 5 }]]);
  isAway = true;
  send(1);
  expect(told).toHaveLength(3);
  // The SDK has nothing to tell of, and to whom.
  expect(results.every(({ code }) => code === ExportResultCode.SUCCESS)).toBe(true);
});
