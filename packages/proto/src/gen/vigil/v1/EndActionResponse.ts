// Original file: proto/vigil/v1/plan.proto


export interface EndActionResponse {
}

export interface EndActionResponse__Output {
}
