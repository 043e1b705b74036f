/** The OpenAPI 3.1 document, made from the table of operations and the schemas of requests and answers. */

import { isJsonObject, type JsonObject } from "@vigil/core";
import { MINOR_MAX } from "@vigil/http";
import { fault, keystoneFault } from "../schemas/answers/faults.ts";
import { SINCE } from "../schemas/answers/members.ts";
import { inputSchema, namedSchemas } from "./json-schemas.ts";
import type { Operation } from "./operation.ts";
import { NAMED_SCHEMAS, OPERATIONS } from "./operations.ts";

const TITLE = "Vigil: optimization of OpenStack clouds, speaking the API of Watcher.";

const DESCRIPTION = [
  `Microversions 1.0 to 1.${MINOR_MAX}, asked for by the header OpenStack-API-Version; without it 1.0 is served.`,
  `What a later one brought is marked \`${SINCE}\`: members are absent below it.`,
  "Paths may be written with repeated slashes, one at the end, or without `/v1`.",
].join(" ");

/** The extension that names the policy rule of an operation. */
const RULE = "x-policy-rule";

/** Refusals that any operation may answer, tokens and rights aside. */
const COMMON_REFUSALS = [400, 406, 414, 429, 500, 503, 504];
const REFUSED_BY_POLICY = 403;

const REFUSALS: Readonly<Record<number, string>> = {
  400: "Something in the request is wrong, or a state does not allow it.",
  403: "The policy does not allow it.",
  404: "There is no such object.",
  406: "A microversion that is not served, or JSON is not accepted.",
  408: "The body did not arrive in time.",
  409: "It contradicts what is there.",
  413: "The body is too large.",
  414: "The path and query are too long.",
  415: "The body is of another type than JSON.",
  429: "Too much at a time. Repeat it later.",
  500: "Vigil failed; its log has the cause.",
  503: "Something that Vigil needs is not there at the moment. Repeat it.",
  504: "Something that Vigil needs took too long. Repeat it.",
};

/** Parameters have one meaning wherever they are taken. */
const QUERY_TEXTS: Readonly<Record<string, string>> = {
  limit: "Items of the page, from 1; more than the server's largest page is cut to that.",
  marker: "The page begins after this one: a UUID, of services the integer id.",
  sort_key: "Member by which the rows are sorted. Default: id, the order in which they were made.",
  sort_dir: "asc (default) or desc.",
  goal: "UUID or name; one that names nothing gives an empty list.",
  strategy: "UUID or name; one that names nothing gives an empty list.",
  audit_uuid: "UUID of an audit.",
  action_plan_uuid: "UUID of an action plan; not together with audit_uuid.",
  data_model_type: "compute is the only one that is shown.",
};

type Refer = ReturnType<typeof namedSchemas>["refer"];

let made: JsonObject | undefined;

/** The document. Made once, when it is first asked for. */
export function openApiDocument(): JsonObject {
  made ??= makeDocument();
  return made;
}

function makeDocument(): JsonObject {
  const { schemas, refer } = namedSchemas(NAMED_SCHEMAS);
  return {
    openapi: "3.1.0",
    info: {
      title: "Vigil",
      summary: TITLE,
      description: DESCRIPTION,
      version: `1.${MINOR_MAX}`,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths: pathsOf(refer),
    components: {
      schemas,
      parameters: PARAMETERS,
      headers: HEADERS,
      responses: refusalResponses(refer),
      securitySchemes: {
        token: {
          type: "apiKey",
          in: "header",
          name: "X-Auth-Token",
          description: "A token of Keystone.",
        },
      },
    },
  };
}

const PARAMETERS: JsonObject = {
  microversion: {
    name: "OpenStack-API-Version",
    in: "header",
    description: "`infra-optim 1.5`, or `infra-optim latest`.",
    schema: { type: "string", default: "infra-optim 1.0" },
  },
  showDeleted: {
    name: "X-Show-Deleted",
    in: "header",
    description: "Any text: reading finds deleted rows too.",
    schema: { type: "string" },
  },
  idempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      "The sender's word that events of one audit are the same one, whatever their bodies: visible ASCII, up to 255 characters. Any other text is as good as none.",
    schema: { type: "string" },
  },
};

const HEADERS: JsonObject = {
  "OpenStack-API-Version": { description: "The microversion that was served.", schema: { type: "string" } },
  "x-openstack-request-id": { description: "Names this request in the log.", schema: { type: "string" } },
  Location: { description: "Address of what was made.", schema: { type: "string", format: "uri" } },
  "Vigil-Event-Id": {
    description: "Names the event in the ledger.",
    required: true,
    schema: { type: "string", format: "uuid" },
  },
  "Vigil-Duplicate": {
    description:
      "There when the event is known already: it has the id of the first, and nothing more comes of it.",
    schema: { type: "string", const: "true" },
  },
};

function pathsOf(refer: Refer): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: operationObject(operation, refer),
    };
  }
  return paths;
}

function operationObject(operation: Operation, refer: Refer): JsonObject {
  const { id, summary, tag, rule, since, body } = operation;
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(operation.public && { security: [] }),
    ...(rule !== undefined && { [RULE]: rule }),
    ...(since !== undefined && { [SINCE]: `1.${since}` }),
    parameters: parametersOf(operation),
    ...(body && {
      requestBody: {
        required: body.required,
        ...(body.description !== undefined && { description: body.description }),
        content: { "application/json": { schema: inputSchema(body.schema) } },
      },
    }),
    responses: responsesOf(operation, refer),
  };
}

function parametersOf({
  method,
  parameters = {},
  query,
  headers = [],
  ...operation
}: Operation): JsonObject[] {
  const inPath = Object.entries(parameters).map(([name, description]) => ({
    name,
    in: "path",
    required: true,
    description,
    schema: { type: "string" },
  }));
  const { properties = {} } = query === undefined ? {} : inputSchema(query);
  const inQuery = Object.entries(isJsonObject(properties) ? properties : {}).map(([name, schema]) => ({
    name,
    in: "query",
    description: QUERY_TEXTS[name] ?? "",
    schema,
  }));
  const refer = (name: string) => ({ $ref: `#/components/parameters/${name}` });
  return [
    ...inPath,
    ...inQuery,
    ...(operation.public ? [] : [refer("microversion")]),
    ...headers.map(refer),
    ...(method === "get" && operation.rule !== undefined ? [refer("showDeleted")] : []),
  ];
}

function responsesOf(operation: Operation, refer: Refer): JsonObject {
  const { answer, refusals, rule } = operation;
  const statuses = [
    ...(operation.public ? [] : [401]),
    ...(rule === undefined ? [] : [REFUSED_BY_POLICY]),
    ...COMMON_REFUSALS,
    ...refusals,
  ];
  return {
    [answer.status]: {
      description: answer.description,
      headers: headersOf(operation),
      ...(answer.schema && { content: { "application/json": { schema: refer(answer.schema) } } }),
    },
    ...Object.fromEntries(
      statuses.map((status) => [status, { $ref: `#/components/responses/${responseName(status)}` }]),
    ),
  };
}

function headersOf({ answer, ...operation }: Operation): JsonObject {
  const names = [
    "x-openstack-request-id",
    ...(operation.public ? [] : ["OpenStack-API-Version"]),
    ...(answer.status === 201 ? ["Location"] : []),
    ...(answer.headers ?? []),
  ];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function responseName(status: number): string {
  return `refused${status}`;
}

function refusalResponses(refer: Refer): JsonObject {
  const response = (description: string, schema: JsonObject) => ({
    description,
    content: { "application/json": { schema } },
  });
  const ours = Object.entries(REFUSALS).map(([status, description]) => [
    responseName(Number(status)),
    response(description, refer(fault)),
  ]);
  const unauthorized = response("The token is missing or not valid.", refer(keystoneFault));
  return { [responseName(401)]: unauthorized, ...Object.fromEntries(ours) };
}
