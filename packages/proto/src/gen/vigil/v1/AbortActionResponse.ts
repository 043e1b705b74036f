// Original file: proto/vigil/v1/plan.proto


export interface AbortActionResponse {
}

export interface AbortActionResponse__Output {
}
