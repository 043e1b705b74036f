/** Values of one statement, bound in order of use. */
export class Bindings {
  readonly values: unknown[] = [];

  /** The placeholder that stands for `value`. */
  bind(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/**
 * A timestamptz as the gRPC contract writes it: UTC, six fraction digits, offset. Formatted in SQL, because a
 * JavaScript Date has milliseconds only and plans of one burst must still sort by their text.
 */
export function timeText(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')`;
}

/** Absent optional members of a message are left out; proto-loader's types know no null. */
export function withoutNulls<Message>(row: Record<string, unknown>): Message {
  const message: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) if (value !== null) message[name] = value;
  return message as Message;
}
