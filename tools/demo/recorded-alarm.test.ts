import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readRecordedAlarm } from "./recorded-alarm.ts";

test("the alarm has the length that Aodh announced", () => {
  const url = new URL("../../test/data/aodh/recorded-requests.json", import.meta.url);
  const { requests } = JSON.parse(readFileSync(url, "utf8")) as {
    requests: { headers: [string, string][] }[];
  };
  const { body, headers } = readRecordedAlarm();
  expect(new Map(requests[0]?.headers).get("Content-Length")).toBe(String(Buffer.byteLength(body)));
  expect(headers).toMatchObject({ "content-type": "application/json" });
  expect(JSON.stringify(headers)).not.toMatch(/auth-token/i);
});
