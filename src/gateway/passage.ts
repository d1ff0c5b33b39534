import type { WireRequest, WireResponse } from "../kernel/wire.ts"
import type { ProtocolName, ServiceModel } from "../models/schema.ts"
import type { AwsError } from "../protocols/aws-error.ts"
import type { Call } from "../registry/call.ts"
import type { CallRecord, DecidedAccess, Exchange } from "../registry/call-record.ts"
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
  /** Where S3's address leads, as a path. */
  path: string | undefined
  response: WireResponse | undefined
  /** Host time. */
  readonly #startedMs: number
  readonly #hostNow: () => number

  constructor(request: WireRequest, requestId: string, hostNow: () => number) {
    this.request = request
    this.requestId = requestId
    this.#hostNow = hostNow
    this.#startedMs = hostNow()
  }

  /** Made for those who look at it. */
  get exchange(): Exchange | undefined {
    const { request, response } = this
    if (!response) return undefined
    const tookMs = this.#hostNow() - this.#startedMs
    return { request, response, path: this.path ?? request.path, tookMs }
  }

  get service(): string | undefined {
    return this.model?.id
  }

  get operation(): string | undefined {
    return this.claim?.operation.name
  }
}
