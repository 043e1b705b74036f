// Original file: proto/vigil/v1/system.proto


export interface ReportProcessResponse {
}

export interface ReportProcessResponse__Output {
}
