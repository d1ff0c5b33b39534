import type { Principal } from "../iam/principal.ts"

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
  readonly sourceIp: string
  readonly userAgent: string
  readonly secure: boolean
  /** The wire protocol that carried the request. */
  readonly protocol: string
  /** The request path, for services whose URLs carry meaning. */
  readonly path: string
  /** `X-Amzn-Trace-Id`, where the request has one. */
  readonly traceHeader?: string | undefined
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal | undefined
  /** The cloud trusts only what was made in it: no dummy keys, no identities without a provider. */
  readonly strict: boolean
}
