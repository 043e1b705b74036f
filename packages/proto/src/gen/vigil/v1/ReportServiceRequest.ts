// Original file: proto/vigil/v1/record.proto


export interface ReportServiceRequest {
  'name'?: (string);
  'host'?: (string);
}

export interface ReportServiceRequest__Output {
  'name': (string);
  'host': (string);
}
