import type { EditCalls, RecordCalls } from "@vigil/proto";

/** What the resources ask of the state service: reading and creating, and changing what users may change. */
export interface StateCalls {
  records: RecordCalls;
  edits: EditCalls;
}
