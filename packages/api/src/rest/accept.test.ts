import { expect, test } from "vitest";
import { acceptsJson } from "./accept.ts";

test.each([
  undefined,
  "",
  "*/*",
  "application/json",
  "application/*",
  "text/html, application/json;q=0.5",
  "text/html,application/xhtml+xml,*/*;q=0.8",
])("rest-api 1.3 Accept %j gives JSON", (accept) => {
  expect(acceptsJson(accept)).toBe(true);
});

test.each(["text/html", "application/xml", "text/html, application/json;q=0", "image/*"])(
  "rest-api 1.3 Accept %j is refused",
  (accept) => {
    expect(acceptsJson(accept)).toBe(false);
  },
);
