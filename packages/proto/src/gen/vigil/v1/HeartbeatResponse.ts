// Original file: proto/vigil/v1/run.proto


export interface HeartbeatResponse {
  'lostRunIds'?: (string)[];
}

export interface HeartbeatResponse__Output {
  'lostRunIds': (string)[];
}
