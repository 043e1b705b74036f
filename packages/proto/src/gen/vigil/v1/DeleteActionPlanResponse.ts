// Original file: proto/vigil/v1/edit.proto


export interface DeleteActionPlanResponse {
}

export interface DeleteActionPlanResponse__Output {
}
