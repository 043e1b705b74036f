// Original file: proto/vigil/v1/plan.proto


export interface ReleasePlansResponse {
}

export interface ReleasePlansResponse__Output {
}
