import { type NopInput, VigilError } from "@vigil/core";
import type { Logger } from "@vigil/service";
import { type BoundAction, CANCELLED, GO, type Outcome, SUCCEEDED } from "./executor.ts";

/** Logs its message; its flags make it fail where one wants to see what happens then. */
export function nop(input: NopInput, logger: Logger): BoundAction {
  const execute = async (): Promise<Outcome> => {
    logger.info({ message: input.message }, "nop");
    return input.fail_execute === true ? { state: "FAILED" } : SUCCEEDED;
  };
  return {
    preCondition: async () => {
      if (input.skip_pre_condition === true) return { what: "skip", reason: "Skipped in pre_condition" };
      if (input.fail_pre_condition === true) return { what: "fail", reason: "Failed in pre_condition" };
      return GO;
    },
    execute,
    takeOver: async (_intent, _context, mayBegin) => (mayBegin ? execute() : CANCELLED),
    abort: async () => CANCELLED,
    postCondition: () => {
      if (input.fail_post_condition === true) throw new VigilError("internal", "Failed in post_condition");
    },
  };
}
