import type { Principal } from "../iam/principal.ts"
import type { WriteTx } from "../kernel/transaction.ts"

/** An operation that a service calls in a transaction of its own, of a service that it `uses`. */
export interface InnerCall {
  readonly service: string
  readonly operation: string
  readonly input: object
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
  /** The wire protocol that carried the request. */
  readonly protocol: string
  /** The request path, for services whose URLs carry meaning. */
  readonly path: string
  /** `X-Amzn-Trace-Id`, where the request has one. */
  readonly traceHeader?: string | undefined
  /** Headers behind a streamed body, by lower case name; undefined before it has ended well. */
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
}
