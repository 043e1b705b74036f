import { describe, expect, test } from "vitest";
import { bindQuery } from "../schemas/bind.ts";
import { goalsQuery, servicesQuery } from "../schemas/queries.ts";
import { nextUrl, requestedPage } from "./paging.ts";

describe("rest-api 1.8 paging", () => {
  test("defaults: the maximum, by id, ascending", () => {
    expect(requestedPage({}, 1000, false)).toEqual({
      limit: 1000,
      page: { limit: 1000, marker: "", sortKey: "id", sortDir: "asc", showDeleted: false },
    });
  });

  test("a larger limit is cut to the maximum", () => {
    expect(requestedPage({ limit: 5000 }, 1000, false).limit).toBe(1000);
    expect(requestedPage({ limit: 3 }, 1000, true).page).toMatchObject({ limit: 3, showDeleted: true });
  });

  test.each([0, -1])("limit %i is refused", (limit) => {
    expect(() => requestedPage({ limit }, 1000, false)).toThrow("Limit must be positive");
  });

  test("an order named by an empty text is refused, as by any other that does not exist", () => {
    expect(() => requestedPage({ sort_key: "" }, 1000, false)).toThrow("Invalid sort key: ");
    expect(() => requestedPage({ sort_dir: "" }, 1000, false)).toThrow(
      "Invalid sort direction: . Acceptable values are 'asc' or 'desc'",
    );
  });

  test("a limit beyond all numbers is cut as well", () => {
    const { limit } = bindQuery(goalsQuery, { limit: "9".repeat(400) });
    expect(requestedPage({ limit }, 1000, false).limit).toBe(1000);
  });

  test.each([
    ["7", "7"],
    [" +007 ", "7"],
    ["-0", "-0"],
    ["9".repeat(30), "9".repeat(30)],
  ])("the marker %j of services is the id %s", (marker, wanted) => {
    expect(bindQuery(servicesQuery, { marker }).marker).toBe(wanted);
  });

  const URL_BASE = "http://host:9322/v1/audits/detail";
  const two = ["u1", "u2"];

  test("next is there exactly when the page is full", () => {
    expect(nextUrl(URL_BASE, requestedPage({ limit: 3 }, 1000, false), two, {})).toBeUndefined();
    expect(nextUrl(URL_BASE, requestedPage({ limit: 2 }, 1000, false), two, {})).toBe(
      `${URL_BASE}?sort_key=id&sort_dir=asc&limit=2&marker=u2`,
    );
    expect(nextUrl(URL_BASE, requestedPage({}, 1000, false), [], {})).toBeUndefined();
  });

  test("next shows the limit in effect and repeats order and filters", () => {
    const requested = requestedPage({ limit: 9, sort_key: "name", sort_dir: "desc" }, 2, false);
    expect(nextUrl(URL_BASE, requested, two, { goal: "a b" })).toBe(
      `${URL_BASE}?sort_key=name&sort_dir=desc&limit=2&marker=u2&goal=a+b`,
    );
  });
});
