import { ERROR_KINDS, VigilError } from "@vigil/core";
import { describe, expect, it } from "vitest";
import { errorAnswer, errorEnvelope } from "./answer.ts";
import { HttpFault } from "./fault.ts";
import { httpStatusOf } from "./status.ts";

describe("errors as answers", () => {
  it("every kind has its status", () => {
    const statuses = ERROR_KINDS.map((kind) => httpStatusOf(new VigilError(kind, "x")));
    expect(Object.fromEntries(ERROR_KINDS.map((kind, index) => [kind, statuses[index]]))).toEqual({
      "invalid-input": 400,
      unauthenticated: 401,
      forbidden: 403,
      "not-found": 404,
      conflict: 409,
      "illegal-state": 400,
      overloaded: 429,
      unavailable: 503,
      deadline: 504,
      internal: 500,
    });
    expect(httpStatusOf(new HttpFault(415, "x"))).toBe(415);
  });

  it("the envelope is JSON text inside JSON", () => {
    const body = errorEnvelope(404, 'Goal "nope" could not be found');
    expect(Object.keys(body)).toEqual(["error_message"]);
    expect(JSON.parse(body.error_message)).toEqual({
      faultcode: "Client",
      faultstring: 'Goal "nope" could not be found',
      debuginfo: null,
    });
    expect(JSON.parse(errorEnvelope(503, "x").error_message).faultcode).toBe("Server");
  });

  it("the envelope holds no half of a surrogate pair, which a Python client could not print", () => {
    const { error_message } = errorEnvelope(400, "Audit type a\ud800b could not be found");
    expect(JSON.parse(error_message).faultstring).toBe("Audit type a\ufffdb could not be found");
  });

  it("a missing token is answered in Keystone's form", () => {
    expect(errorAnswer(new VigilError("unauthenticated", "whatever"), "http://keystone/v3")).toEqual({
      status: 401,
      headers: { "www-authenticate": 'Keystone uri="http://keystone/v3"' },
      body: {
        error: {
          code: 401,
          title: "Unauthorized",
          message: "The request you have made requires authentication.",
        },
      },
    });
  });

  it("bugs are not described to the sender", () => {
    for (const thrown of [
      new Error("select * from secret"),
      new VigilError("internal", "secret"),
      "secret",
    ]) {
      const answer = errorAnswer(thrown, "");
      expect(answer.status).toBe(500);
      expect(JSON.stringify(answer)).not.toContain("secret");
    }
  });

  it("load and outages say when to come again", () => {
    expect(errorAnswer(new VigilError("unavailable", "x"), "").headers).toEqual({ "retry-after": "1" });
    expect(errorAnswer(new VigilError("not-found", "x"), "").headers).toEqual({});
  });
});
