/** A transaction in the traces of all the calls that share it: each shows what its answer waited for, to the commit. */

import { ATTRIBUTE, type Context, endFailed, isTraced, SpanKind, trace } from "@vigil/tracing";

const tracer = trace.getTracer("@vigil/state");

/** What a call brings along. */
export interface Traced {
  /** Below which its transaction belongs; undefined: to no trace. */
  trace?: Context | undefined;
}

/**
 * The work, from the wait for a connection to the commit, as a span in the trace of each call that has one. One span with
 * links to the calls lost: every trace but the first would end before its commit.
 */
export async function inTransactionSpans<T>(calls: readonly Traced[], work: () => Promise<T>): Promise<T> {
  const parents = calls.flatMap((call) => (isTraced(call.trace) ? [call.trace] : []));
  if (parents.length === 0) return work();
  const attributes = { [ATTRIBUTE.dbSystem]: "postgresql", [ATTRIBUTE.transactionCalls]: calls.length };
  const options = { kind: SpanKind.CLIENT, attributes };
  const spans = parents.map((parent) => tracer.startSpan("transaction", options, parent));
  try {
    const result = await work();
    for (const span of spans) span.end();
    return result;
  } catch (thrown) {
    for (const span of spans) endFailed(span, thrown);
    throw thrown;
  }
}
