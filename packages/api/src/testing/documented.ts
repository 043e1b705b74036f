/** Answers held against the OpenAPI document, as strictly as one microversion allows. For this package's tests. */

import { isJsonObject, type JsonObject, type JsonValue } from "@vigil/core";
import { type ErrorObject, Ajv2020 as Validator } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { openApiDocument } from "../openapi/document.ts";
import type { Operation } from "../openapi/operation.ts";
import { OPERATIONS } from "../openapi/operations.ts";
import { SINCE } from "../schemas/answers/members.ts";

/** What came back to a request. */
export interface SeenAnswer {
  method: string;
  /** Path and query, as sent. */
  url: string;
  status: number;
  /** undefined: there was none. */
  body: unknown;
}

/** The document as it holds for one microversion, and which of its answers were seen. */
export class Documented {
  readonly #validator = new Validator({ strict: false, allErrors: true });
  readonly #id: string;
  readonly #document: JsonObject;

  /** @param minor of the microversion */
  constructor(minor: number) {
    // Untyped as a module: its default export is the function itself.
    (addFormats as unknown as (validator: Validator) => void)(this.#validator);
    this.#id = `vigil-1.${minor}`;
    this.#document = atMicroversion(openApiDocument(), minor) as JsonObject;
    this.#validator.addSchema({ $id: this.#id, ...this.#document });
  }

  /**
   * What is wrong with an answer; empty when it is as documented.
   * @returns the operation as well, undefined for a path that has none
   */
  check({ method, url, status, body }: SeenAnswer): { operation: Operation | undefined; errors: string[] } {
    const operation = operationOf(method, url);
    const place = operation && this.#response(operation, status);
    if (place === undefined) return { operation, errors: [`${method} ${url} answers ${status}`] };
    const schema = at(this.#document, [...place, "content", "application/json", "schema"]);
    if (schema === undefined) {
      return { operation, errors: body === undefined ? [] : ["a body that is not documented"] };
    }
    const pointer = [...place, "content", "application/json", "schema"].map(escaped).join("/");
    const validate = this.#validator.compile({ $ref: `${this.#id}#/${pointer}` });
    validate(body);
    return { operation, errors: [...(validate.errors ?? []).map(text), ...envelopeErrors(body)] };
  }

  /** Where the response stands, its reference followed. */
  #response({ path, method }: Operation, status: number): string[] | undefined {
    const place = ["paths", path, method, "responses", String(status)];
    const response = at(this.#document, place);
    if (!isJsonObject(response)) return undefined;
    return typeof response.$ref === "string" ? response.$ref.split("/").slice(1) : place;
  }
}

/** Members of later versions are gone, and those of this one and earlier are there. */
function atMicroversion(value: JsonValue, minor: number): JsonValue {
  if (Array.isArray(value)) return value.map((item) => atMicroversion(item, minor));
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(
    ([name, member]) => [name, atMicroversion(member, minor)] as const,
  );
  const result: Record<string, JsonValue> = Object.fromEntries(members);
  if (!isJsonObject(result.properties)) return result;
  const known = Object.entries(result.properties);
  const isLater = ([, schema]: [string, JsonValue]) => sinceOf(schema) > minor;
  const gained = known.filter((entry) => sinceOf(entry[1]) >= 0 && !isLater(entry)).map(([name]) => name);
  const required = Array.isArray(result.required) ? result.required : [];
  return {
    ...result,
    properties: Object.fromEntries(known.filter((entry) => !isLater(entry))),
    ...(required.length + gained.length > 0 && { required: [...required, ...gained] }),
  };
}

/** -1: it was there from the beginning, or may be absent at any version. */
function sinceOf(schema: JsonValue): number {
  const version = isJsonObject(schema) ? schema[SINCE] : undefined;
  return typeof version === "string" ? Number(version.split(".")[1]) : -1;
}

/** Literal segments win over parameters: `/v1/goals/detail` is no goal. */
function operationOf(method: string, url: string): Operation | undefined {
  const segments = new URL(url, "http://host").pathname.split("/");
  const fitting = OPERATIONS.filter((operation) => {
    const parts = operation.path.split("/");
    return (
      operation.method === method.toLowerCase() &&
      parts.length === segments.length &&
      parts.every((part, index) => part.startsWith("{") || part === segments[index])
    );
  });
  return fitting.find(({ path }) => !path.includes("{")) ?? fitting[0];
}

/** The text inside of the envelope has a form of its own. */
function envelopeErrors(body: unknown): string[] {
  const text = isJsonObject(body as JsonValue) ? (body as JsonObject).error_message : undefined;
  if (typeof text !== "string") return [];
  const inner = JSON.parse(text) as JsonObject;
  const isAsPromised =
    Object.keys(inner).sort().join() === "debuginfo,faultcode,faultstring" &&
    typeof inner.faultstring === "string" &&
    (inner.faultcode === "Client" || inner.faultcode === "Server");
  return isAsPromised ? [] : [`error_message holds ${text}`];
}

function at(value: JsonValue | undefined, place: readonly string[]): JsonValue | undefined {
  return place.reduce<JsonValue | undefined>(
    (inner, name) => (isJsonObject(inner) ? inner[name] : undefined),
    value,
  );
}

function escaped(segment: string): string {
  return encodeURIComponent(segment.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function text({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath} ${message} ${JSON.stringify(params)}`;
}
