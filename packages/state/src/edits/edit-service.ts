/** EditService on PostgreSQL: what users change. */

import type { EditServiceImpl } from "@vigil/proto";
import { actionEdits } from "./actions.ts";
import { type AuditEditParts, auditEdits } from "./audits.ts";
import { deadLetterEdits } from "./dead-letters.ts";
import { eventEdits } from "./events.ts";
import { planEdits } from "./plans.ts";
import { templateEdits } from "./templates.ts";

/** What the service needs of the state role. */
export interface EditServiceParts extends AuditEditParts {
  /** Called when there is something to do for an applier. */
  wakeAppliers(): void;
}

export function createEditService(parts: EditServiceParts): EditServiceImpl {
  const { orm, logger, relay, eventMode, wakeWorkers, wakeAppliers } = parts;
  const notifyCommitted = () => relay.notifyCommitted();
  return {
    ...templateEdits({ orm, logger }),
    ...auditEdits(parts),
    ...planEdits({ orm, notifyCommitted, wakeAppliers }),
    ...actionEdits({ orm, notifyCommitted }),
    ...eventEdits({ orm, eventMode, wakeWorkers }),
    ...deadLetterEdits({ orm, eventMode, wakeWorkers }),
  };
}
