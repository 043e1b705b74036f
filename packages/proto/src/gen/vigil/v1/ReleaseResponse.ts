// Original file: proto/vigil/v1/run.proto


export interface ReleaseResponse {
}

export interface ReleaseResponse__Output {
}
