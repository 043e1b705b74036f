import { expect, test } from "vitest";
import { readPrometheusText } from "./prometheus-text.ts";

test("samples come with their labels, whatever stands in them, and are summed by those asked for", () => {
  const page = readPrometheusText(
    '# HELP a_total A\n# TYPE a_total counter\na_total{x="1",y="q\\"\\\\\\n,}"} 2\na_total{x="1",y=""} 3\n# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1.5e-7\n',
  );
  expect(page.samples[0]).toEqual({ name: "a_total", labels: { x: "1", y: 'q"\\\n,}' }, value: 2 });
  expect(page.sum("a_total", { x: "1" })).toBe(5);
  expect(page.sum("h_sum")).toBe(1.5e-7);
  expect(page.sum("a_total", { x: "2" })).toBeUndefined();
});

test.each([
  ["a_total 1\n", /no type/],
  ["# TYPE a gauge\na 1\na 1\n", /said twice/],
  ["# TYPE a gauge\na{b=c} 1\n", /labels/],
  ["# TYPE a gauge\na one\n", /not a sample/],
  ["# TYPE a gauge\na 1", /line feed/],
])("what a scraper refuses is refused: %j", (text, problem) => {
  expect(() => readPrometheusText(text)).toThrow(problem);
});
