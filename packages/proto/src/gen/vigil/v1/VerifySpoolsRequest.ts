// Original file: proto/vigil/v1/verify.proto


export interface VerifySpoolsRequest {
}

export interface VerifySpoolsRequest__Output {
}
