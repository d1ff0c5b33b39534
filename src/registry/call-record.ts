import type { AccessDecision, AccessQuestion } from "../iam/access.ts"
import type { AwsError } from "../protocols/aws-error.ts"
import type { WireRequest, WireResponse } from "../kernel/wire.ts"
import type { Call } from "./call.ts"

/** One thing that a call asked for, and what the policy engine said. */
export interface DecidedAccess {
  /** Who asked for what: `question.request.action` is the IAM action. */
  readonly question: AccessQuestion
  readonly decision: AccessDecision
  /** Cloud time of the decision. */
  readonly decidedMs: number
}

/** A request as it came over the wire, and what it was answered. */
export interface Exchange {
  readonly request: WireRequest
  /** S3's: with the bucket first, however it was addressed. Of all others the request's own. */
  readonly path: string
  readonly response: WireResponse
  /** Host time from its arrival to its answer, which may still be streaming. */
  readonly tookMs: number
}

/**
 * What became of one request. It is told once, when its answer is known and its commit made.
 * Observers keep what they need of it, not the record: the request with its body hangs on it.
 */
export interface CallRecord {
  readonly requestId: string
  /** Service id (`sqs`) and operation (`SendMessage`), as far as they were found. */
  readonly service: string | undefined
  readonly operation: string | undefined
  /** Undefined where nobody was authenticated, or the operation is not there. */
  readonly call: Call | undefined
  /** In the order of asking; the first that is denied ends the call. Empty: nothing was asked. */
  readonly decisions: readonly DecidedAccess[]
  /** What the caller was answered instead of an output. */
  readonly error: AwsError | undefined
  /** Absent where a service called. */
  readonly exchange?: Exchange | undefined
}

/** Called for every request, on its way: it must be quick and in memory, and may not await. */
export type CallObserver = (record: CallRecord) => void
