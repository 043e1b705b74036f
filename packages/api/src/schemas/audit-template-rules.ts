/**
 * A new audit template on its way to the state service, whichever API it comes through. Names, scope and parameters
 * are decided there (rest-api 5.2, 5.3), under the same rules as in a patch.
 */

import type { CreateAuditTemplateRequest } from "@vigil/proto";
import { fieldRefusal } from "./bind.ts";
import { isStorable, UNSTORABLE } from "./storable.ts";

/** A new audit template as its sender described it. An absent member was not given. */
export interface AuditTemplateDraft {
  name: string;
  goal: string;
  strategy?: string | undefined;
  description?: string | undefined;
  scope?: readonly unknown[] | undefined;
  defaultParameters?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * What no row can hold.
 *
 * @throws VigilError invalid-input
 */
export function checkAuditTemplateDraft(draft: AuditTemplateDraft): void {
  const { defaultParameters: default_parameters, ...members } = draft;
  for (const [member, value] of Object.entries({ ...members, default_parameters })) {
    if (!isStorable(value)) throw fieldRefusal(member, value, UNSTORABLE);
  }
}

/** Whether the member of microversion 1.7 is set; an empty one is not. */
export function hasDefaultParameters({ defaultParameters }: AuditTemplateDraft): boolean {
  return Object.keys(defaultParameters ?? {}).length > 0;
}

/** The draft as the state service takes it. `uuid` is the caller's, so that a repeated call makes no second one. */
export function createAuditTemplateRequest(
  draft: AuditTemplateDraft,
  uuid: string,
): CreateAuditTemplateRequest {
  return {
    uuid,
    name: draft.name,
    goal: draft.goal,
    strategy: draft.strategy ?? "",
    ...(draft.description !== undefined && { description: draft.description }),
    scopeJson: draft.scope === undefined ? "" : JSON.stringify(draft.scope),
    defaultParametersJson:
      draft.defaultParameters === undefined ? "" : JSON.stringify(draft.defaultParameters),
  };
}
