/** What commands that call the API share: the call itself, which audit is meant, several ids at once. */

import { randomUUID } from "node:crypto";
import { styleText } from "node:util";
import type { VigilClient } from "@vigil/client";
import { VigilError } from "@vigil/core";
import type { Command } from "commander";
import { CommandEnded, exitStatusOf } from "../cli/exit-status.ts";
import type { Io } from "../cli/io.ts";
import { configOf } from "../cli/setting-flags.ts";
import { printable } from "../cli/terminal-text.ts";
import { withClient } from "./api-client.ts";

/** Wait for one answer, ms. */
export const CALL_MS_MAX = 30_000;

/** Calls the API as the command's configuration says. */
export function calling<T>(command: Command, io: Io, call: (client: VigilClient) => Promise<T>): Promise<T> {
  const { values: config } = configOf(command, io);
  return withClient(config, io.env, call);
}

/** UUID of the audit that an option names; undefined: it was not given. @throws VigilError not-found */
export async function auditUuidOf(
  client: VigilClient,
  audit: string | undefined,
): Promise<string | undefined> {
  if (audit === undefined) return undefined;
  const signal = AbortSignal.timeout(CALL_MS_MAX);
  const found = await client.audits.get.query({ audit, showDeleted: true }, { signal });
  return found.uuid;
}

/**
 * Does the same for each of these ids, one after the other. One that is refused does not keep the others from it; the
 * command then ends with the status of the first refusal.
 * @param act is given an edit id: asked once more with it, because the answer got lost, nothing is done twice
 */
export async function forEachId(
  io: Io,
  ids: readonly string[],
  act: (id: string, editId: string) => Promise<void>,
): Promise<void> {
  const refusals: unknown[] = [];
  for (const id of ids) {
    const editId = randomUUID();
    try {
      await act(id, editId).catch((error: unknown) => {
        if (!isLost(error)) throw error;
        return act(id, editId);
      });
    } catch (error) {
      if (ids.length === 1 || !isRefusal(error)) throw error;
      refusals.push(error);
      const label = styleText("red", "error:", { stream: io.stderr });
      io.stderr.write(`${label} ${printable(id)}: ${printable(messageOf(error))}\n`);
    }
  }
  if (refusals.length > 0) throw new CommandEnded(exitStatusOf(asVigilError(refusals[0])));
}

interface KindOfError {
  data?: { kind?: VigilError["kind"] } | null;
}

function kindOf(error: unknown): VigilError["kind"] | undefined {
  return error instanceof VigilError ? error.kind : (error as KindOfError).data?.kind;
}

function isLost(error: unknown): boolean {
  const kind = kindOf(error);
  return kind === undefined || kind === "unavailable" || kind === "deadline";
}

/** Of this one id: another may do better. */
function isRefusal(error: unknown): boolean {
  const kind = kindOf(error);
  return kind === "not-found" || kind === "illegal-state" || kind === "conflict" || kind === "invalid-input";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The client's errors keep their kind only inside. */
function asVigilError(error: unknown): VigilError {
  return new VigilError(kindOf(error) ?? "internal", messageOf(error), { cause: error });
}
