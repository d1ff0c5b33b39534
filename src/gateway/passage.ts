import type { WireRequest } from "../kernel/wire.ts"
import type { ProtocolName, ServiceModel } from "../models/schema.ts"
import type { AwsError } from "../protocols/aws-error.ts"
import type { Call } from "../registry/call.ts"
import type { CallRecord, DecidedAccess } from "../registry/call-record.ts"
import type { Claim } from "./claim.ts"

/** A request on its way: what the steps have found out so far, and what observers are told. */
export class Passage implements CallRecord {
  request: WireRequest
  readonly requestId: string
  /** Until it is known: the one that most who get so far astray can read. */
  protocol: ProtocolName = "rest-xml"
  model: ServiceModel | undefined
  claim: Claim | undefined
  call: Call | undefined
  readonly decisions: DecidedAccess[] = []
  error: AwsError | undefined

  constructor(request: WireRequest, requestId: string) {
    this.request = request
    this.requestId = requestId
  }

  get service(): string | undefined {
    return this.model?.id
  }

  get operation(): string | undefined {
    return this.claim?.operation.name
  }
}
