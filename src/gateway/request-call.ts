import type { Principal } from "../iam/principal.ts"
import { partitionOf } from "../kernel/places.ts"
import type { WireRequest } from "../kernel/wire.ts"
import type { ReadTx, WriteTx } from "../kernel/transaction.ts"
import type { AwsError } from "../protocols/aws-error.ts"
import type { Call, InnerCall, ServiceResource, Signing } from "../registry/call.ts"
import type { Claim } from "./claim.ts"
import { forwardingService } from "../services/sts/port.ts"
import { signedRegion } from "./global-route.ts"
import type { InnerCalls } from "./inner-calls.ts"
import type { SignedRequest } from "../protocols/sigv4/parse.ts"

export interface CallOrigin {
  readonly request: WireRequest
  readonly requestId: string
  readonly claim: Claim
  readonly principal: Principal
  readonly region: string
  readonly strict: boolean
  readonly inner: InnerCalls
  readonly signed: SignedRequest | "anonymous"
  /** The signature stood in a form. */
  readonly isForm?: boolean | undefined
  /** Host time. */
  readonly hostNow: () => number
  readonly trailers?: (() => Readonly<Record<string, string>> | undefined) | undefined
}

/** A call as the pipeline makes it. A class: its accessor would cost each request a closure. */
export class RequestCall implements Call {
  readonly service: string
  readonly operation: string
  readonly principal: Principal
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly requestId: string
  readonly endpoint: string
  readonly sourceIp: string
  readonly userAgent: string
  readonly secure: boolean
  readonly protocol: string
  readonly path: string
  readonly traceHeader: string | undefined
  readonly strict: boolean
  readonly trailers: CallOrigin["trailers"]
  readonly #request: WireRequest
  readonly #inner: InnerCalls
  readonly #signed: CallOrigin["signed"]
  readonly #hostNow: CallOrigin["hostNow"]
  readonly #isForm: boolean
  #signing: Signing | undefined

  constructor(origin: CallOrigin) {
    const { request, claim, principal, region } = origin
    const { headers, secure } = request
    this.#request = request
    this.#inner = origin.inner
    this.#signed = origin.signed
    this.#hostNow = origin.hostNow
    this.#isForm = origin.isForm ?? false
    this.trailers = origin.trailers
    this.service = claim.model.id
    this.operation = claim.operation.name
    this.principal = principal
    this.account = principal.account
    this.region = region
    this.partition = partitionOf(region).id
    this.requestId = origin.requestId
    this.endpoint = `${secure ? "https" : "http"}://${headers["host"] ?? "localhost"}`
    this.sourceIp = request.remoteAddress
    this.userAgent = headers["user-agent"] ?? ""
    this.secure = secure
    this.protocol = claim.protocol
    this.path = request.path
    this.traceHeader = headers["x-amzn-trace-id"]
    this.strict = origin.strict
  }

  /** The transport makes it for those who look at it. */
  get signal(): AbortSignal | undefined {
    return this.#request.signal
  }

  get wire(): WireRequest {
    return this.#request
  }

  /** Who signs with keys that are not its principal's goes on for it, on behalf of a service. */
  get via(): readonly string[] | undefined {
    const signed = this.#signed
    if (signed === "anonymous" || signed.sessionToken === undefined) return undefined
    const { principal } = this
    if (!("accessKeyId" in principal) || principal.accessKeyId === signed.accessKeyId)
      return undefined
    const service = forwardingService(signed.sessionToken)
    return service === undefined ? undefined : [service]
  }

  get tlsVersion(): string | undefined {
    return this.#request.tls?.version
  }

  get signing(): Signing | undefined {
    const signed = this.#signed
    if (signed === "anonymous") return undefined
    return (this.#signing ??= {
      express: signed.express,
      accessKeyId: signed.accessKeyId,
      algorithm: signed.algorithm,
      region: signedRegion(signed),
      via: this.#isForm ? "form" : signed.via,
      ageMs: Math.max(0, this.#hostNow() - signed.requestTimeMs),
      payloadHash: this.#request.headers["x-amz-content-sha256"],
    })
  }

  within(tx: WriteTx, inner: InnerCall): object {
    return this.#inner.within(tx, this, inner)
  }

  refusal(tx: ReadTx, inner: InnerCall): AwsError | undefined {
    return this.#inner.refusal(tx, this, inner)
  }

  resources(): Promise<readonly ServiceResource[]> {
    return this.#inner.resources()
  }
}
