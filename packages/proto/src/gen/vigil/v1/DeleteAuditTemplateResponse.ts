// Original file: proto/vigil/v1/edit.proto


export interface DeleteAuditTemplateResponse {
}

export interface DeleteAuditTemplateResponse__Output {
}
