// Original file: proto/vigil/v1/edit.proto


export interface CreateAuditTemplateRequest {
  'uuid'?: (string);
  'name'?: (string);
  'goal'?: (string);
  'strategy'?: (string);
  'description'?: (string);
  'scopeJson'?: (string);
  'defaultParametersJson'?: (string);
  '_description'?: "description";
}

export interface CreateAuditTemplateRequest__Output {
  'uuid': (string);
  'name': (string);
  'goal': (string);
  'strategy': (string);
  'description'?: (string);
  'scopeJson': (string);
  'defaultParametersJson': (string);
  '_description'?: "description";
}
