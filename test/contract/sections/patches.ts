/** 9 and 10: the rules of JSON patch, and limits of texts. */

import { describe, expect, it } from "vitest";
import { call, outcome, patch } from "../calls.ts";
import { type GivenPlan, newAudit, newName, newPlan, newTemplate, UUID } from "../given.ts";

let plan: GivenPlan | undefined;
const TARGETS = ["audits", "audit_templates", "action_plans", "actions"] as const;

/** Something of each collection that may be patched. */
async function target(collection: (typeof TARGETS)[number]): Promise<string> {
  if (collection === "audits") return `/v1/audits/${(await newAudit()).uuid}`;
  if (collection === "audit_templates") return `/v1/audit_templates/${(await newTemplate()).uuid}`;
  plan ??= await newPlan();
  return collection === "actions" ? `/v1/actions/${plan.actions[0]}` : `/v1/action_plans/${plan.uuid}`;
}

describe.each(TARGETS)("9 JSON patch of %s", (collection) => {
  const send = async (body: unknown) => call(`PATCH ${await target(collection)}`, { body });
  const VALID = { op: "replace", path: "/state", value: "CANCELLED" };

  it.each([[{}], [VALID], [null], ["text"], [5], [[VALID, 5]], [[[]]]])("row 1: %j is 400", async (body) => {
    expect((await send(body)).status).toBe(400);
  });

  it("row 1: [] is accepted, but for action plans", async () => {
    const path = await target(collection);
    const before = (await call(`GET ${path}`)).body;
    const answer = await call(`PATCH ${path}`, { body: [] });
    expect(answer.status).toBe(collection === "action_plans" ? 400 : 200);
    if (answer.status === 200)
      expect({ ...answer.body, updated_at: null }).toEqual({ ...before, updated_at: null });
  });

  it.each(["move", "copy", "test", "REPLACE", "", 5, null])("row 2: op %j is 400", async (op) => {
    expect((await send([{ ...VALID, op }])).status).toBe(400);
  });

  it.each([{ from: "/name" }, { extra: 1 }])("row 2: a further member %j is 400", async (more) => {
    expect((await send([{ ...VALID, ...more }])).status).toBe(400);
  });

  it.each(["state", "", "/", "/a~0b", "/a.b", "/a//b", "/state/", "/a b", 5, null])(
    "row 3: path %j is 400",
    async (path) => {
      expect((await send([{ ...VALID, path }])).status).toBe(400);
    },
  );

  it("row 3: an operation without op or path is 400", async () => {
    expect((await send([{ path: "/state", value: "CANCELLED" }])).status).toBe(400);
    expect((await send([{ op: "replace", value: "CANCELLED" }])).status).toBe(400);
  });

  it.each(["add", "replace"])("row 4: %s without a value is 400", async (op) => {
    expect(outcome(await send([{ op, path: "/state" }]))).toEqual([
      400,
      expect.stringContaining("'add' and 'replace' operations needs value"),
    ]);
  });

  it.each(["/created_at", "/updated_at", "/deleted_at", "/id", "/links", "/uuid"])(
    "row 5: %s is internal, 400",
    async (path) => {
      for (const op of ["add", "replace"]) expect((await send([{ op, path, value: "x" }])).status).toBe(400);
      expect((await send([{ op: "remove", path }])).status).toBe(400);
    },
  );

  it("row 6: unknown root members are 400", async () => {
    for (const operation of [
      { op: "add", path: "/nonsense", value: 1 },
      { op: "replace", path: "/nonsense", value: 1 },
      { op: "remove", path: "/nonsense" },
    ]) {
      expect((await send([operation])).status).toBe(400);
    }
  });

  it("row 8: nothing of a patch is done when one operation is refused", async () => {
    const path = await target(collection);
    const before = (await call(`GET ${path}`)).body;
    const first = collection === "audit_templates" ? { ...VALID, path: "/description" } : VALID;
    const answer = await call(`PATCH ${path}`, {
      body: [first, { op: "replace", path: "/nonsense", value: 1 }],
    });
    expect(answer.status).toBe(400);
    expect((await call(`GET ${path}`)).body).toEqual(before);
  });
});

describe("9 JSON patch", () => {
  it("row 3: nested paths work", async () => {
    const { uuid } = await newAudit();
    const { body } = await patch(`/v1/audits/${uuid}`, "replace", "/parameters/para1", 8.5);
    expect(body.parameters.para1).toBe(8.5);
  });

  it("row 4: null is a value", async () => {
    const { uuid } = await newTemplate({ description: "x" });
    const { status, body } = await patch(`/v1/audit_templates/${uuid}`, "replace", "/description", null);
    expect([status, body.description]).toEqual([200, null]);
  });

  it.each(["audits", "audit_templates"] as const)(
    "row 6: the texts of unknown members, %s",
    async (collection) => {
      const path = await target(collection);
      expect(outcome(await patch(path, "add", "/nonsense", 1))).toEqual([
        400,
        expect.stringContaining(
          "Adding a new attribute (/nonsense) to the root of  the resource is not allowed",
        ),
      ]);
      for (const op of ["replace", "remove"]) {
        expect(outcome(await patch(path, op, "/nonsense", op === "remove" ? undefined : 1))).toEqual([
          400,
          expect.stringMatching(/^Couldn't apply patch '.*nonsense.*'\. Reason: ./s),
        ]);
      }
    },
  );

  it("row 7: remove sets the member to null", async () => {
    const { uuid } = await newTemplate({ description: "x" });
    const { body } = await patch(`/v1/audit_templates/${uuid}`, "remove", "/description");
    expect(body.description).toBeNull();
  });

  it("row 8: operations apply in order, and updated_at changes", async () => {
    const { uuid, updated_at: before } = await newTemplate();
    const body = ["a", "b", "c"].map((value) => ({ op: "replace", path: "/description", value }));
    const answer = await call(`PATCH /v1/audit_templates/${uuid}`, { body });
    expect(answer.body.description).toBe("c");
    expect(answer.body.updated_at).not.toBe(before);
  });
});

describe("10 data limits", () => {
  it("audit names are cut to 63, in PATCH too", async () => {
    const name = newName().padEnd(70, "n");
    const { uuid } = await newAudit();
    const { status, body } = await patch(`/v1/audits/${uuid}`, "replace", "/name", name);
    expect([status, body.name]).toEqual([200, name.slice(0, 63)]);
  });

  it("status_message is cut to 255", async () => {
    const { actions } = await newPlan();
    const body = [
      { op: "replace", path: "/state", value: "SKIPPED" },
      { op: "replace", path: "/status_message", value: "m".repeat(300) },
    ];
    const answer = await call(`PATCH /v1/actions/${actions[0]}`, { body });
    expect([answer.status, answer.body.status_message.length]).toEqual([200, 255]);
  });

  it.each([
    ["/hostname", "h".repeat(256)],
    ["/interval", `1,${"2,".repeat(20)}3 * * * *`],
  ])("%s that is too long is 400", async (path, value) => {
    const { uuid } = await newAudit();
    expect((await patch(`/v1/audits/${uuid}`, "replace", path, value)).status).toBe(400);
  });

  it("255 characters of a hostname are taken", async () => {
    const { uuid } = await newAudit();
    expect(uuid).toMatch(UUID);
    expect((await patch(`/v1/audits/${uuid}`, "replace", "/hostname", "h".repeat(255))).status).toBe(200);
  });
});
