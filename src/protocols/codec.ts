import type { OperationModel, ProtocolName, ServiceModel } from "../models/schema.ts"
import type { AwsError } from "./aws-error.ts"
import type { WireRequest, WireResponse } from "../kernel/wire.ts"

/**
 * Values between a codec and a handler: structures and maps are plain objects, lists are arrays,
 * blobs are Uint8Array (a streaming blob is a ByteStream), timestamps are epoch milliseconds
 * (number), integers, longs, floats and doubles are numbers, documents are JSON values.
 */
export type Values = Record<string, unknown>

export interface ResponseContext {
  readonly requestId: string
  /** S3's second request id (`x-amz-id-2`), where the service has one. */
  readonly hostId?: string
  /** The request's `Accept`. */
  readonly accept?: string | undefined
}

/** One wire protocol, both ways, for every service that speaks it. Stateless. */
export interface Codec {
  readonly name: ProtocolName
  /**
   * The operation's input. Throws AwsError (`SerializationException`, `MalformedQueryString`,
   * `MalformedXML` …) when the bytes are not of the protocol; never checks model constraints.
   */
  decode(model: ServiceModel, operation: OperationModel, request: WireRequest): Values
  /** Throws when the output has a member that the model does not know: that is our bug. */
  encode(
    model: ServiceModel,
    operation: OperationModel,
    output: Values,
    context: ResponseContext,
  ): WireResponse
  encodeError(
    model: ServiceModel | undefined,
    operation: OperationModel | undefined,
    error: AwsError,
    context: ResponseContext,
  ): WireResponse
}
