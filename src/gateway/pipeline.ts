import { isUp } from "../kernel/places.ts"
import { DiskFullError, StoreFailedError, StoreUnavailable } from "../kernel/store-errors.ts"
import { RequestCutOff, type WireRequest, type WireResponse } from "../kernel/wire.ts"
import type { ProtocolName } from "../models/schema.ts"
import { AwsError } from "../protocols/aws-error.ts"
import type { Codec, Values } from "../protocols/codec.ts"
import { compressed } from "../protocols/http/content-coding.ts"
import { bufferBody, takesStream } from "../protocols/request-body.ts"
import { Verbatim } from "../registry/verbatim.ts"
import type { Call } from "../registry/call.ts"
import type { Operation } from "../registry/operation.ts"
import type { Service } from "../registry/service.ts"
import type { Catalog } from "../services/catalog.ts"
import { authenticate, type AuthenticateParts } from "./authenticate.ts"
import { isFormRequest, S3, Unclaimed, type Claim, type Claims } from "./claim.ts"
import {
  cutOff,
  internalFailure,
  notImplemented,
  placeDown,
  s3InternalError,
  unavailable,
} from "./errors.ts"
import { Passage } from "./passage.ts"
import { formClaim, formPath, passForm } from "./web/post-form.ts"
import { globalRoute, signedRegion } from "./global-route.ts"
import type { InnerCalls } from "./inner-calls.ts"
import { RequestCall, type CallOrigin } from "./request-call.ts"
import { runOperation, tell, type RunParts } from "./run-operation.ts"
import { awsErrorOf, errorFamily } from "../protocols/sigv4/error-wording.ts"
import { expressAddress, namesNoRegion, s3Address, type S3Address } from "./s3/address.ts"
import { signedBody, type SignedBody } from "./signed-body.ts"
import { AuthFailed } from "../protocols/sigv4/failure.ts"
import { OBJECT_LAMBDA } from "./s3/object-lambda-address.ts"
import { isS3Signing, parseAuthorization, type SignedRequest } from "../protocols/sigv4/parse.ts"
import { withQueryHeaders } from "../protocols/sigv4/query-headers.ts"
import { knowsVersion2, VERSION_2 } from "../protocols/sigv4/version2.ts"

/** What the pipeline stands on. */
export interface PipelineParts extends RunParts {
  readonly catalog: Catalog
  readonly claims: Claims
  readonly codec: (protocol: ProtocolName) => Codec | Promise<Codec>
  readonly validate: (call: Pick<Claim, "model" | "operation" | "protocol">, input: Values) => void
  readonly authentication: AuthenticateParts
  readonly inner: InnerCalls
  /** The Region of a request that does not say one. */
  readonly defaultRegion: string
}

/** What the store says when it cannot take what is asked of it. */
const REFUSED = [StoreUnavailable, StoreFailedError, DiskFullError] as const

/** More than any operation that takes no stream allows: a Query form of a full SQS batch. */
const BUFFERED_BYTES = 16 * 1024 * 1024

/**
 * The life of a request: claim → authenticate → decode → validate → authorize → run → encode.
 * Every error leaves in the protocol of the request; what is not an AwsError is our bug.
 */
export async function handleApi(parts: PipelineParts, request: WireRequest): Promise<WireResponse> {
  const { hostNow } = parts.authentication
  const passage = new Passage(request, parts.world.requestId(), hostNow)
  try {
    const response = await pass(parts, passage)
    passage.response = response
    tell(parts, passage)
    return response
  } catch (error) {
    const answer = answerTo(parts, passage, error)
    passage.error = answer
    const codec = await parts.codec(passage.protocol)
    const response = codec.encodeError(passage.model, passage.claim?.operation, answer, {
      requestId: passage.requestId,
      accept: passage.request.headers["accept"],
    })
    passage.response = response
    tell(parts, passage)
    return response
  }
}

async function pass(parts: PipelineParts, passage: Passage): Promise<WireResponse> {
  const { requestId } = passage
  const form = formPath(passage.request)
  if (form !== undefined) {
    const claim = formClaim(parts.claims.named(S3, "PutObject"))
    return passForm(parts, passage, { path: form, claim })
  }
  const signed = parseSigned(passage.request)
  if (passage.request.stream && isFormRequest(passage.request)) await buffer(passage)
  const express = isExpress(signed)
  const name = express ? S3 : signed instanceof AuthFailed ? undefined : nameOf(signed)
  const address = express
    ? expressAddress(passage.request)
    : s3Address(passage.request, name === S3)
  passage.path = address?.path
  const routed = parts.claims.claim(addressed(passage.request, address), address ? S3 : name)
  // Both are GET /: what is listed at the address of directory buckets is these.
  const listsBuckets = express && routed.operation.name === "ListBuckets"
  const claim = listsBuckets ? parts.claims.named(S3, "ListDirectoryBuckets") : routed
  passage.claim = claim
  passage.model = claim.model
  passage.protocol = claim.protocol
  if (signed instanceof AuthFailed) throw signed
  if (passage.request.stream && !takesStream(claim.operation)) await buffer(passage)
  if (
    signed !== "anonymous" &&
    signed.algorithm === VERSION_2 &&
    !knowsVersion2(parts.defaultRegion)
  )
    throw new AuthFailed({ kind: "signature-version-2", header: "", complete: true })
  const { authentication } = parts
  const principal = authenticate(authentication, passage.request, { signed, model: claim.model })
  const isS3 = isS3Signing(claim.model.signingName)
  const body: SignedBody = isS3
    ? signedBody(authentication, passage.request, signed)
    : { request: passage.request }

  const found = parts.catalog.find(claim.model.id)
  const service = found instanceof Promise ? await found : found
  const operation = service && operationOf(parts, service, { claim, express })
  if (!service || !operation) throw notImplemented(claim)
  if (principal.type === "anonymous" && !operation.anonymous)
    throw new AuthFailed({ kind: "missing-authentication" })

  const call = callOf(parts, passage, {
    claim,
    principal,
    signed,
    service,
    trailers: body.trailers,
  })
  passage.call = call
  if (claim.model.globalRegion === undefined && !regionUp(parts, call.region))
    throw placeDown(call.region)

  const sent = addressed(body.request, address)
  const request = isS3 && signed !== "anonymous" ? withQueryHeaders(sent, signed) : sent
  service.verify?.(claim.operation.name, request)
  const loaded = parts.codec(claim.protocol)
  const codec = loaded instanceof Promise ? await loaded : loaded
  const decoded = codec.decode(claim.model, claim.operation, request)
  const input = service.complete ? service.complete(decoded, call) : decoded
  parts.validate(claim, input)
  const other = service.instead?.(claim.operation.name, input)
  const context = { requestId, accept: request.headers["accept"] }
  const encode = (output: Values): WireResponse =>
    other && output instanceof Verbatim
      ? output.encode(codec, claim, context)
      : asTaken(service, request, codec.encode(claim.model, claim.operation, output, context))
  // Awaited: what an async function returns as a promise is waited for three turns of its queue.
  return await runOperation(parts, passage, { operation: other ?? operation, input, call, encode })
}

/** The answer, compressed where the service does that and the client takes it. */
const asTaken = (
  { compressAboveBytes }: Service,
  { headers }: WireRequest,
  response: WireResponse,
): WireResponse =>
  compressAboveBytes === undefined
    ? response
    : compressed(response, headers["accept-encoding"], compressAboveBytes)

/** The request as its path alone would say it. */
const addressed = (request: WireRequest, address: S3Address | undefined): WireRequest =>
  address ? { ...request, path: address.path } : request

/** Only operations that take a stream get one; what others send is small, or refused. */
async function buffer(passage: Passage): Promise<void> {
  passage.request = await bufferBody(passage.request, BUFFERED_BYTES)
}

/** A signature that cannot be read is answered once it is known in whose words. */
function parseSigned(request: WireRequest): SignedRequest | "anonymous" | AuthFailed {
  try {
    return parseAuthorization(request)
  } catch (error) {
    if (error instanceof AuthFailed) return error
    throw error
  }
}

/** What S3 Object Lambda answers is S3's. */
const nameOf = (signed: SignedRequest | "anonymous"): string | undefined => {
  if (signed === "anonymous") return undefined
  return signed.service === OBJECT_LAMBDA ? S3 : signed.service
}

const isExpress = (signed: SignedRequest | "anonymous" | AuthFailed): boolean =>
  typeof signed === "object" && "express" in signed && signed.express

/** Requests that are signed for directory buckets have operations of their own. */
const operationOf = (
  { catalog }: PipelineParts,
  service: Service,
  { claim, express }: { readonly claim: Claim; readonly express: boolean },
): Operation | undefined =>
  express && service.express
    ? service.express[claim.operation.name]
    : catalog.operation(service, claim.operation.name)

/** The Region that the request names, or the one to which an address of no Region leads. */
function regionOf(
  { world, defaultRegion }: PipelineParts,
  { request, path = request.path }: Passage,
  { signed, principal, service }: CallFacts,
): string {
  const from = signedRegion(signed) ?? defaultRegion
  if (!service || !namesNoRegion(path)) return from
  return globalRoute(world, service, { request, path, principal, signed, from }) ?? from
}

const regionUp = ({ world }: PipelineParts, region: string): boolean =>
  world.faults.length === 0 || isUp({ region }, world.faults)

type CallFacts = Pick<CallOrigin, "claim" | "principal" | "trailers" | "signed" | "isForm"> & {
  readonly service?: Service | undefined
}

export function callOf(parts: PipelineParts, passage: Passage, facts: CallFacts): Call {
  const { request, requestId } = passage
  const region = regionOf(parts, passage, facts)
  const { inner } = parts
  const { strict, hostNow } = parts.authentication
  const { claim, principal, signed, trailers, isForm } = facts
  return new RequestCall({
    request,
    requestId,
    region,
    strict,
    inner,
    hostNow,
    claim,
    principal,
    signed,
    trailers,
    isForm,
  })
}

/** The error that the caller gets; sets the protocol in which it is said. */
function answerTo(parts: PipelineParts, passage: Passage, error: unknown): AwsError {
  if (error instanceof AwsError) return error
  if (error instanceof Unclaimed) {
    passage.protocol = error.protocol
    passage.model = error.model
    return error.answer
  }
  if (error instanceof AuthFailed) {
    const name = passage.model?.signingName ?? ""
    return awsErrorOf(error.failure, errorFamily(passage.protocol, name))
  }
  // A request that came before a reset may find its store closed; bytes may find the disk full.
  if (REFUSED.some((kind) => error instanceof kind)) return unavailable()
  if (isCutOff(passage, error)) return cutOff()
  parts.report(
    `${passage.claim?.model.id ?? "?"} ${passage.claim?.operation.name ?? "?"} ${passage.requestId}`,
    error,
  )
  if (passage.model && isS3Signing(passage.model.signingName)) return s3InternalError()
  return internalFailure(passage.requestId)
}

/** Whether it is the caller who broke off: it is what the signal of the request says, too. */
const isCutOff = ({ request }: Passage, error: unknown): boolean =>
  error instanceof RequestCutOff ||
  (request.signal?.aborted && request.signal.reason === error) === true
