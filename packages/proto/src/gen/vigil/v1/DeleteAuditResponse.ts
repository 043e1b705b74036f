// Original file: proto/vigil/v1/edit.proto


export interface DeleteAuditResponse {
}

export interface DeleteAuditResponse__Output {
}
