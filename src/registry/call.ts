import type { Principal } from "../iam/principal.ts"
import type { ReadTx, WriteTx } from "../kernel/transaction.ts"
import type { WireRequest } from "../kernel/wire.ts"
import type { AwsError } from "../protocols/aws-error.ts"
import type { Resource } from "./resource.ts"

/** An operation that a service calls in a transaction of its own, of a service that it `uses`. */
export interface InnerCall {
  readonly service: string
  readonly operation: string
  readonly input: object
  /** Where it acts. Default: the Region of the call. */
  readonly region?: string | undefined
}

/** How a request was signed. */
export interface Signing {
  /** For a directory bucket of S3. */
  readonly express: boolean
  readonly accessKeyId: string
  /** `AWS4-HMAC-SHA256` */
  readonly algorithm: string
  /** The first that the signature is for; undefined where it names none. */
  readonly region?: string | undefined
  /** Where the signature stood: in a header, in the query, or in a field of a form. */
  readonly via: "header" | "query" | "form"
  /** Host time since the request says that it was signed. */
  readonly ageMs: number
  /** `x-amz-content-sha256`, as sent. */
  readonly payloadHash?: string | undefined
}

/** The facts of one request that a handler may use, all of them explicit. */
export interface Call {
  /** Service id (`sqs`) and operation (`SendMessage`). */
  readonly service: string
  readonly operation: string
  readonly principal: Principal
  /** The account in which the call acts: the caller's own. */
  readonly account: string
  readonly region: string
  /** `aws`, `aws-cn`, `aws-us-gov` … */
  readonly partition: string
  readonly requestId: string
  /** Scheme, host and port by which the caller reached us: URLs in answers use it. */
  readonly endpoint: string
  /** Undefined where a service calls. */
  readonly sourceIp: string | undefined
  readonly userAgent: string
  readonly secure: boolean
  /** `TLSv1.3`, where the transport knows. */
  readonly tlsVersion?: string | undefined
  /** The wire protocol that carried the request. */
  readonly protocol: string
  /** The request path, for services whose URLs carry meaning. */
  readonly path: string
  /** The request as it came, for who hands it on; undefined where a service calls. */
  readonly wire?: WireRequest | undefined
  /** `X-Amzn-Trace-Id`, where the request has one. */
  readonly traceHeader?: string | undefined
  /** Undefined of unsigned requests, and where a service calls. */
  readonly signing?: Signing | undefined
  /**
   * Headers behind a streamed body, by lower case name; undefined before it has ended well. Absent
   * where none were announced.
   */
  readonly trailers?: (() => Readonly<Record<string, string>> | undefined) | undefined
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal | undefined
  /** The cloud trusts only what was made in it: no dummy keys, no identities without a provider. */
  readonly strict: boolean
  /** The services through which the caller came, the first first: `s3.amazonaws.com`. */
  readonly via?: readonly string[] | undefined
  /** For whom a service calls: `aws:SourceArn` and `aws:SourceAccount`. */
  readonly source?:
    | { readonly arn?: string | undefined; readonly account?: string | undefined }
    | undefined
  /**
   * Runs a read or write of another service in this transaction with the caller's own rights, as
   * AWS's services do for their callers (forward access sessions). Returns its output; throws the
   * AwsError that the caller would get.
   */
  within(tx: WriteTx, inner: InnerCall): object
  /**
   * Whether the caller may run an operation itself, in this transaction: the error that it would get,
   * or nothing. For operations on many things, which answer for each of them.
   */
  refusal(tx: ReadTx, inner: InnerCall): AwsError | undefined
  /** The kinds of resources of all services, which it loads; always in the same order. */
  resources(): Promise<readonly ServiceResource[]>
}

/** A kind of resource, and the id of the service that declares it. */
export interface ServiceResource {
  readonly service: string
  readonly resource: Resource<object>
}
