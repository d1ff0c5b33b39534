/**
 * The schema of an AWS API, as it is used at run time: AWS's published model without prose, its
 * references linked into an object graph. Names follow the botocore form of the models.
 */

/** A wire protocol that AWS speaks. `json` covers AWS JSON 1.0 and 1.1. */
export type ProtocolName =
  | "json"
  | "query"
  | "ec2"
  | "rest-json"
  | "rest-xml"
  | "smithy-rpc-v2-cbor"

export type TimestampFormat = "iso8601" | "rfc822" | "unixTimestamp"

export interface XmlNamespace {
  readonly uri: string
  readonly prefix?: string
}

/** Constraints that AWS's models put on strings, numbers, lists, maps and blobs. */
export interface Constraints {
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
}

export interface SimpleShape extends Constraints {
  readonly name: string
  readonly type:
    | "string"
    | "character"
    | "integer"
    | "long"
    | "float"
    | "double"
    | "boolean"
    | "blob"
    | "timestamp"
    | "bigdecimal"
    | "biginteger"
  readonly timestampFormat?: TimestampFormat
  readonly streaming?: boolean
  readonly requiresLength?: boolean
  readonly sensitive?: boolean
  readonly box?: boolean
}

export interface ListShape extends Constraints {
  readonly name: string
  readonly type: "list"
  readonly member: Member
  /** Name of members that have this shape and no name of their own on the wire. */
  readonly locationName?: string
  readonly flattened?: boolean
  readonly sparse?: boolean
  readonly sensitive?: boolean
  readonly xmlNamespace?: XmlNamespace
}

export interface MapShape extends Constraints {
  readonly name: string
  readonly type: "map"
  readonly key: Member
  readonly value: Member
  readonly flattened?: boolean
  readonly sparse?: boolean
  readonly sensitive?: boolean
}

export interface StructureShape {
  readonly name: string
  readonly type: "structure"
  readonly members: Readonly<Record<string, Member>>
  readonly required?: readonly string[]
  /** Member that is the whole HTTP body. */
  readonly payload?: string
  readonly locationName?: string
  readonly xmlNamespace?: XmlNamespace
  readonly xmlOrder?: readonly string[]
  readonly exception?: boolean
  readonly fault?: boolean
  readonly error?: {
    readonly code?: string
    readonly httpStatusCode?: number
    readonly senderFault?: boolean
  }
  readonly union?: boolean
  readonly document?: boolean
  readonly eventstream?: boolean
  readonly event?: boolean
  readonly wrapper?: boolean
  readonly sensitive?: boolean
}

export type Shape = SimpleShape | ListShape | MapShape | StructureShape

/** A use of a shape: as a structure member, list member, map key or map value. */
export interface Member {
  readonly shape: Shape
  /** Where a REST protocol binds the member; absent: the body. */
  readonly location?: "header" | "headers" | "uri" | "querystring" | "statusCode"
  readonly locationName?: string
  /**
   * Name in the query protocols, where it differs: for EC2 in requests, for a service that also
   * speaks JSON (SQS) in requests and answers.
   */
  readonly queryName?: string
  readonly flattened?: boolean
  readonly streaming?: boolean
  readonly xmlNamespace?: XmlNamespace
  readonly xmlAttribute?: boolean
  readonly jsonvalue?: boolean
  readonly idempotencyToken?: boolean
  readonly hostLabel?: boolean
  readonly timestampFormat?: TimestampFormat
  readonly eventpayload?: boolean
  readonly eventheader?: boolean
  readonly box?: boolean
}

export interface OperationModel {
  readonly name: string
  readonly http: {
    readonly method: string
    /** Path template, with `{label}`, `{greedy+}` and constant query (`/x?list-type=2`). */
    readonly requestUri: string
    readonly responseCode?: number
  }
  readonly input?: StructureShape
  readonly output?: StructureShape
  /** Name of the XML element around the output, where the model has one. */
  readonly resultWrapper?: string
  readonly inputLocationName?: string
  readonly inputXmlNamespace?: XmlNamespace
  readonly errors: readonly StructureShape[]
  readonly idempotent?: boolean
  readonly readonly?: boolean
  readonly authtype?: string
  readonly auth?: readonly string[]
  readonly unsignedPayload?: boolean
  readonly httpChecksumRequired?: boolean
  readonly httpChecksum?: unknown
  readonly endpoint?: { readonly hostPrefix?: string }
}

export interface ServiceModel {
  /** The folder name that AWS's models give the service: `sqs`, `dynamodb`, `elbv2`. */
  readonly id: string
  readonly serviceId: string
  readonly fullName: string
  readonly apiVersion: string
  readonly endpointPrefix: string
  readonly signingName: string
  readonly globalEndpoint?: string
  /** The Region that calls to a service without Regions are signed for. */
  readonly globalRegion?: string
  readonly targetPrefix?: string
  readonly jsonVersion?: string
  readonly xmlNamespace?: string
  /** The protocols that AWS answers, preferred first. */
  readonly protocols: readonly ProtocolName[]
  /** JSON and CBOR answers carry the old query error code in `x-amzn-query-error`. */
  readonly queryCompatible?: boolean
  readonly auth?: readonly string[]
  readonly operations: Readonly<Record<string, OperationModel>>
  readonly shapes: Readonly<Record<string, Shape>>
  readonly paginators: Readonly<
    Record<
      string,
      { inputToken?: unknown; outputToken?: unknown; limitKey?: string; resultKey?: unknown }
    >
  >
}
