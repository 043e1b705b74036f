/**
 * Questions between roles that have no other way to one another, over core NATS: an edge asks state which events
 * the ledger has, state asks every edge what lies in its spool. A question may stay without an answer, so whoever
 * asks must be able to do without one, and ask again.
 */

import type { JsonValue } from "@vigil/core";
import { VigilError } from "@vigil/core";
import type { Msg } from "nats";
import type { Bus, Stoppable } from "./connection.ts";
import { busError } from "./errors.ts";
import { askSubject } from "./names.ts";

/**
 * ledger: which of these events are recorded, and how far behind the workers are (any state process answers). spool: what
 * waits in each edge's spool (all edges answer).
 */
export type AskTopic = "ledger" | "spool";

/**
 * The answer of one of those who answer.
 * @throws VigilError unavailable (no connection, nobody answers this topic), deadline, or the error that the answering
 *   side had, as internal
 */
export async function ask(
  bus: Bus,
  topic: AskTopic,
  question: JsonValue,
  timeoutMs: number,
): Promise<JsonValue> {
  const doing = `asking for ${topic}`;
  try {
    const message = await bus.connection().request(askSubject(topic), JSON.stringify(question), {
      timeout: timeoutMs,
    });
    return readAnswer(doing, message);
  } catch (thrown) {
    throw busError(doing, thrown);
  }
}

/**
 * The answers that come within `waitMs`; nobody knows how many there should be. Answers that are errors are left out
 * and logged.
 * @throws VigilError unavailable when there is no connection
 */
export async function askAll(
  bus: Bus,
  topic: AskTopic,
  question: JsonValue,
  waitMs: number,
): Promise<JsonValue[]> {
  const doing = `asking all for ${topic}`;
  const connection = bus.connection();
  const inbox = bus.inbox();
  const answers: JsonValue[] = [];
  const waited = Promise.withResolvers<void>();
  const subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      if (error !== null) return;
      // The broker's word that nobody listens.
      if (message.data.length === 0 && message.headers?.code === 503) return waited.resolve();
      try {
        answers.push(readAnswer(doing, message));
      } catch (thrown) {
        bus.logger.warn({ err: thrown, topic }, "one of those who were asked could not answer");
      }
    },
  });
  const timer = setTimeout(waited.resolve, waitMs);
  try {
    connection.publish(askSubject(topic), JSON.stringify(question), { reply: inbox });
    await waited.promise;
    return answers;
  } catch (thrown) {
    throw busError(doing, thrown);
  } finally {
    clearTimeout(timer);
    if (!subscription.isClosed()) subscription.unsubscribe();
  }
}

type Handler = (question: JsonValue) => Promise<JsonValue>;

/** Answers, as one of those who share the topic, across reconnects. */
export function answerOne(bus: Bus, topic: AskTopic, handler: Handler): Stoppable {
  return answer(bus, topic, handler, topic);
}

/** Answers each question, beside everybody else who does, across reconnects. */
export function answerAll(bus: Bus, topic: AskTopic, handler: Handler): Stoppable {
  return answer(bus, topic, handler, undefined);
}

function answer(bus: Bus, topic: AskTopic, handler: Handler, queue: string | undefined): Stoppable {
  let unsubscribe: () => void = () => undefined;
  const connections = bus.onConnection((connection) => {
    const subscription = connection.subscribe(askSubject(topic), {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message) => {
        if (error === null) void respond(bus, topic, handler, message);
      },
    });
    unsubscribe = () => subscription.isClosed() || subscription.unsubscribe();
  });
  return {
    stop: () => {
      connections.stop();
      unsubscribe();
    },
  };
}

async function respond(bus: Bus, topic: AskTopic, handler: Handler, message: Msg): Promise<void> {
  let text: string;
  try {
    text = JSON.stringify({ answer: await handler(message.json<JsonValue>()) });
  } catch (thrown) {
    const error = VigilError.from(thrown);
    bus.logger.warn({ err: error, topic }, "a question could not be answered");
    text = JSON.stringify({ error: error.message });
  }
  try {
    message.respond(text);
  } catch (thrown) {
    bus.logger.debug({ err: thrown, topic }, "the answer could not be sent; it will be asked for again");
  }
}

/** @throws VigilError internal: the answering side had an error, or it speaks another language */
function readAnswer(doing: string, message: Msg): JsonValue {
  const { answer: given, error } = message.json<{ answer?: JsonValue; error?: string }>();
  if (error !== undefined) throw new VigilError("internal", `${doing}: ${error}`);
  if (given === undefined) throw new VigilError("internal", `${doing}: the answer can't be read`);
  return given;
}
