import { initTRPC } from "@trpc/server";
import { isDeeperThan, VigilError } from "@vigil/core";
import type { Context } from "./context.ts";
import { errorExtras, errorText, toTrpcError } from "./errors.ts";
import { INPUT_LEVELS_MAX } from "./limits.ts";

/** A comment line this often keeps proxies from closing a quiet subscription, ms. */
const PING_MS = 10_000;

/** A client that hears nothing for this long connects anew, ms: three pings lost. */
const RECONNECT_AFTER_MS = 35_000;

const TRIGGER_RULE = "webhook:trigger";

const t = initTRPC.context<Context>().create({
  // Never by NODE_ENV: stacks are for the log.
  isDev: false,
  sse: {
    ping: { enabled: true, intervalMs: PING_MS },
    client: { reconnectAfterInactivityMs: RECONNECT_AFTER_MS },
  },
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    message: errorText(error),
    data: { ...shape.data, ...errorExtras(error) },
  }),
});

/** `router` groups procedures, `createCallerFactory` calls them without HTTP. */
export const { router, createCallerFactory } = t;

function tooDeep(): VigilError {
  const text = `The input is nested deeper than ${INPUT_LEVELS_MAX} levels; at most that many are taken. Send a flatter one.`;
  return new VigilError("invalid-input", text);
}

/**
 * A procedure for callers whom the policy rule lets through. The rule is asked before the input is read,
 * so that a large one of somebody without rights is never parsed.
 */
export function allowed(rule: string) {
  return t.procedure.use(async ({ ctx, next, type, path, getRawInput }) => {
    try {
      ctx.services.policy.check(rule, ctx.identity);
      if (isDeeperThan(await getRawInput(), INPUT_LEVELS_MAX)) throw tooDeep();
    } catch (thrown) {
      throw toTrpcError(thrown);
    }
    const result = await next();
    // Who changed what, or was refused, as REST logs it. Triggers are too many, as webhooks are.
    if (type === "mutation" && rule !== TRIGGER_RULE) {
      const { userId: user, projectId: project } = ctx.identity;
      const answer = result.ok ? { ok: true } : { ok: false, reason: result.error.message };
      ctx.services.logger.info({ procedure: path, ...answer, user, project }, "change asked");
    }
    if (!result.ok) throw toTrpcError(result.error);
    return result;
  });
}
