import { expect, test } from "vitest";
import { answerProbe, startHealthServer } from "./health.ts";
import type { ReadinessPart, Role } from "./role.ts";

function role(name: Role["name"], parts: ReadinessPart[]): Role {
  return { name, readiness: () => parts, stop: async () => undefined };
}

test("readiness names what is not ready", () => {
  const broker = { name: "nats", ready: false, detail: "connection refused" };
  const roles = [role("state", [{ name: "database", ready: true }]), role("worker", [broker])];
  expect(answerProbe("/readyz", roles)).toEqual({
    status: 503,
    body: {
      status: "not ready",
      parts: [
        { role: "state", name: "database", ready: true },
        { role: "worker", ...broker },
      ],
    },
  });
  expect(answerProbe("/readyz", roles.slice(0, 1))?.status).toBe(200);
  expect(answerProbe("/healthz", roles)?.status).toBe(200);
  expect(answerProbe("/readyz/x", roles)).toBeUndefined();
});

test("no roles means not ready", () => {
  expect(answerProbe("/readyz", [])?.status).toBe(503);
});

test("serves the probes, sees roles that come later, and stops with connections open", async () => {
  const roles: Role[] = [];
  const probe = (path: string) => answerProbe(path, roles);
  const server = await startHealthServer({ host: "127.0.0.1", port: 0, probe });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  roles.push(role("worker", [{ name: "nats", ready: true }]));
  const answer = await fetch(`${server.url}/readyz?verbose`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ status: "ok", parts: [{ role: "worker", name: "nats" }] });
  expect((await fetch(`${server.url}/other`)).status).toBe(404);
  expect((await fetch(`${server.url}/healthz`, { method: "POST" })).status).toBe(404);
  await expect(startHealthServer({ host: "127.0.0.1", port: server.port, probe })).rejects.toThrow(
    /VIGIL_HEALTH_PORT/,
  );
  await server.stop();
});
