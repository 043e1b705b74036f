import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startHealthServer } from "../health.ts";
import { counter, gauge, histogram } from "./definition.ts";
import { Metrics } from "./metrics.ts";
import { MetricsPage } from "./page.ts";

const POSTS = counter("vigil_test_posts_total", "Posts", ["code"]);
const PLAIN = counter("vigil_test_plain_total", "Plain");
const TIMES = histogram("vigil_test_times_seconds", "Times", [0.1, 1]);
const ROWS = gauge("vigil_test_rows", "Rows");
const PARTS = gauge("vigil_test_parts", "Parts", ["part"]);

const linesOf = (text: string, name: string) => text.split("\n").filter((line) => line.startsWith(name));

test("counts and times come out in Prometheus' format, and what was never counted has its zero", async () => {
  const metrics = new Metrics();
  metrics.counter(PLAIN);
  const accepted = metrics.counter(POSTS).of("202");
  accepted.inc();
  accepted.inc(2);
  metrics.counter(POSTS).of('4"\\\n').inc();
  const times = metrics.histogram(TIMES).of();
  for (const seconds of [-5, 0.1, 0.5, 99]) times.observe(seconds);
  const text = await metrics.text();
  expect(linesOf(text, "vigil_test_plain")).toEqual(["vigil_test_plain_total 0"]);
  expect(linesOf(text, "vigil_test_posts")).toEqual([
    'vigil_test_posts_total{code="202"} 3',
    'vigil_test_posts_total{code="4\\"\\\\\\n"} 1',
  ]);
  expect(linesOf(text, "vigil_test_times")).toEqual([
    'vigil_test_times_seconds_bucket{le="0.1"} 2',
    'vigil_test_times_seconds_bucket{le="1"} 3',
    'vigil_test_times_seconds_bucket{le="+Inf"} 4',
    "vigil_test_times_seconds_sum 99.6",
    "vigil_test_times_seconds_count 4",
  ]);
  expect(text).toContain("# HELP vigil_test_times_seconds Times\n# TYPE vigil_test_times_seconds histogram");
});

test("label values beyond any honest number are counted together", async () => {
  const metrics = new Metrics();
  for (let n = 0; n < 5_000; n++) metrics.counter(POSTS).of(String(n)).inc();
  const lines = linesOf(await metrics.text(), "vigil_test_posts");
  expect(lines).toHaveLength(2_001);
  expect(lines.at(-1)).toBe('vigil_test_posts_total{code="other"} 3000');
});

test("a gauge shows what is known at the moment, and nothing where nothing is or its reader breaks", async () => {
  const metrics = new Metrics();
  let rows: number | undefined;
  metrics.gauge(ROWS, () => rows);
  metrics.gauge(PARTS, () => {
    if (rows === 7) throw new Error("broken");
    return [[["a"], 1] as const];
  });
  expect(linesOf(await metrics.text(), "vigil_test_")).toEqual(['vigil_test_parts{part="a"} 1']);
  rows = 7;
  expect(linesOf(await metrics.text(), "vigil_test_")).toEqual(["vigil_test_rows 7"]);
  expect(() => metrics.gauge(ROWS, () => 0)).toThrow(/twice/);
});

test("a source that fails or hangs delays a page by its limit at most, shows no old number, and is asked once", async () => {
  const metrics = new Metrics();
  let asked = 0;
  let answer: () => Promise<number> = async () => 5;
  const source = metrics.source({
    name: "database",
    freshMs: 0,
    timeoutMs: 20,
    read: () => {
      asked++;
      return answer();
    },
  });
  metrics.gauge(ROWS, () => source.latest());
  const up = async () => linesOf(await metrics.text(), "vigil_");
  expect(await up()).toEqual(['vigil_metrics_source_up{source="database"} 1', "vigil_test_rows 5"]);
  answer = () => Promise.reject(new Error("gone"));
  expect(await up()).toEqual(['vigil_metrics_source_up{source="database"} 0']);
  const hanging = Promise.withResolvers<number>();
  answer = () => hanging.promise;
  expect(await up()).toEqual(['vigil_metrics_source_up{source="database"} 0']);
  expect(await up()).toEqual(['vigil_metrics_source_up{source="database"} 0']);
  expect(asked).toBe(3);
  hanging.resolve(9);
  await sleep(0);
  expect(source.latest()).toBe(9);
});

test("a fresh answer is not asked for again", async () => {
  const metrics = new Metrics();
  let asked = 0;
  metrics.source({ name: "broker", read: async () => ++asked });
  await Promise.all([metrics.text(), metrics.text()]);
  await metrics.text();
  expect(asked).toBe(1);
});

test("the page stands beside the probes, is made once for many, and fails without failing anything", async () => {
  const metrics = new Metrics();
  metrics.addProcess();
  const errors: string[] = [];
  const page = new MetricsPage(metrics, {
    error: (_fields: object | string, text?: string) => errors.push(text!),
  });
  const server = await startHealthServer({
    host: "127.0.0.1",
    port: 0,
    probe: () => undefined,
    metrics: page,
  });
  const answer = await fetch(`${server.url}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await answer.text()).toMatch(/^process_cpu_seconds_total \d/m);
  expect(await (await fetch(`${server.url}/metrics`, { method: "HEAD" })).text()).toBe("");
  expect((await fetch(`${server.url}/metrics`, { method: "POST" })).status).toBe(404);
  await server.stop();
  expect(await page.answer()).toBe(await page.answer());

  const broken = new Metrics();
  broken.text = () => Promise.reject(new Error("bug"));
  const brokenPage = new MetricsPage(broken, {
    error: (_fields: object | string, text?: string) => errors.push(text!),
  });
  expect((await brokenPage.answer()).status).toBe(500);
  expect(errors).toEqual(["the page of metrics could not be made"]);
});
