import { principalArn, type Principal } from "../iam/principal.ts"
import { partitionOf } from "../kernel/places.ts"
import type { CallRecord, DecidedAccess } from "../registry/call-record.ts"

/**
 * What is kept of a call: what was decided, by reference, and never the request or its input.
 * Nothing is worked out before somebody asks.
 */
export class KeptCall {
  readonly requestId: string
  readonly service: string | undefined
  readonly operation: string | undefined
  readonly principal: Principal | undefined
  readonly region: string | undefined
  readonly decisions: readonly DecidedAccess[]
  readonly error: { readonly code: string; readonly message: string } | undefined
  /** Cloud time of the answer. */
  readonly answeredMs: number

  constructor(record: CallRecord, answeredMs: number) {
    const { requestId, service, operation, call, decisions, error } = record
    this.requestId = requestId
    this.service = service
    this.operation = operation
    this.principal = call?.principal
    this.region = call?.region
    this.decisions = decisions
    this.error = error && { code: error.code, message: error.message }
    this.answeredMs = answeredMs
  }

  /** `undecided`: the policy engine was not asked, or not reached. */
  get outcome(): "allowed" | "denied" | "undecided" {
    if (this.decisions.length === 0) return "undecided"
    return this.decisions.every(({ decision }) => decision.allowed) ? "allowed" : "denied"
  }

  /** The caller's ARN; undefined where nobody was authenticated. */
  get caller(): string | undefined {
    const { principal, region } = this
    if (!principal || region === undefined) return undefined
    return principalArn(principal, partitionOf(region).id)
  }
}

/** Some thousands of calls with a few references each: a few megabytes at most. */
const CALLS_KEPT = 4_096

/** The most recent calls, in memory: gone with the process, with a reset, and when others came. */
export class RecentCalls {
  readonly #ring: KeptCall[] = []
  readonly #now: () => number
  readonly #most: number
  #next = 0

  /** `now` is cloud time. */
  constructor(now: () => number, most = CALLS_KEPT) {
    this.#now = now
    this.#most = most
  }

  /** The observer that keeps. */
  readonly keep = (record: CallRecord): void => {
    this.#ring[this.#next] = new KeptCall(record, this.#now())
    this.#next = (this.#next + 1) % this.#most
  }

  /** The call of that id, and before it those that services made in its course. */
  find(requestId: string): readonly KeptCall[] {
    return this.#inOrder().filter((call) => call.requestId === requestId)
  }

  /** The newest first. */
  list({ denied, limit }: { readonly denied: boolean; readonly limit: number }): KeptCall[] {
    const found = denied
      ? this.#inOrder().filter(({ outcome }) => outcome === "denied")
      : this.#inOrder()
    return found.slice(-limit).reverse()
  }

  #inOrder(): KeptCall[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)]
  }
}
