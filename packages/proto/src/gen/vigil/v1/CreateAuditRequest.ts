// Original file: proto/vigil/v1/record.proto


export interface CreateAuditRequest {
  'uuid'?: (string);
  'name'?: (string);
  'auditType'?: (string);
  'goal'?: (string);
  'strategy'?: (string);
  'parametersJson'?: (string);
  'scopeJson'?: (string);
  'interval'?: (string);
  'autoTrigger'?: (boolean);
  'force'?: (boolean);
  'startTime'?: (string);
  'endTime'?: (string);
  'triggerStates'?: (string)[];
  'auditTemplateUuid'?: (string);
  '_interval'?: "interval";
  '_startTime'?: "startTime";
  '_endTime'?: "endTime";
}

export interface CreateAuditRequest__Output {
  'uuid': (string);
  'name': (string);
  'auditType': (string);
  'goal': (string);
  'strategy': (string);
  'parametersJson': (string);
  'scopeJson': (string);
  'interval'?: (string);
  'autoTrigger': (boolean);
  'force': (boolean);
  'startTime'?: (string);
  'endTime'?: (string);
  'triggerStates': (string)[];
  'auditTemplateUuid': (string);
  '_interval'?: "interval";
  '_startTime'?: "startTime";
  '_endTime'?: "endTime";
}
