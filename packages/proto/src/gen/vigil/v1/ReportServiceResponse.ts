// Original file: proto/vigil/v1/record.proto


export interface ReportServiceResponse {
}

export interface ReportServiceResponse__Output {
}
