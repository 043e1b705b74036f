// Original file: proto/vigil/v1/system.proto


export interface GetSystemRequest {
}

export interface GetSystemRequest__Output {
}
