import type { AccessRequest } from "../iam/access.ts"
import { decisionRequest, type DecisionBasis } from "../iam/decision-basis.ts"
import type { DecisionRequest } from "../iam/policy/decision.ts"
import { principalArn, type Principal } from "../iam/principal.ts"
import { BoundedMap } from "../kernel/derived.ts"
import { partitionOf } from "../kernel/places.ts"
import type { Call } from "../registry/call.ts"
import type { CallRecord, DecidedAccess } from "../registry/call-record.ts"

/**
 * What is kept of a call: what was decided, by reference, and nothing else of the request, for its
 * body and headers hang on the record. Nothing is worked out before somebody asks.
 */
export class KeptCall {
  readonly requestId: string
  readonly service: string | undefined
  readonly operation: string | undefined
  readonly decisions: readonly KeptDecision[]
  readonly error: { readonly code: string; readonly message: string } | undefined
  /** Cloud time of the answer. */
  readonly answeredMs: number
  /** "" where nobody was authenticated. */
  readonly region: string
  readonly #principal: Principal | undefined
  readonly #sourceIp: string | undefined
  readonly #secure: boolean
  readonly #userAgent: string
  readonly #via: Call["via"]
  readonly #source: Call["source"]

  constructor(record: CallRecord, answeredMs: number, texts: SharedTexts) {
    const { call, decisions, error } = record
    this.requestId = record.requestId
    this.service = record.service
    this.operation = record.operation
    this.decisions = decisions.length === 0 ? NONE : decisions.map(kept)
    this.error = error && { code: error.code, message: error.message }
    this.answeredMs = answeredMs
    this.region = call ? texts.region.same(call.region) : ""
    this.#principal = call?.principal
    this.#sourceIp = call?.sourceIp
    this.#secure = call?.secure === true
    this.#userAgent = call ? texts.userAgent.same(call.userAgent) : ""
    this.#via = call?.via
    this.#source = call?.source
  }

  /** `undecided`: the policy engine was not asked, or not reached. */
  get outcome(): "allowed" | "denied" | "undecided" {
    if (this.decisions.length === 0) return "undecided"
    return this.decisions.every(({ allowed }) => allowed) ? "allowed" : "denied"
  }

  /** The caller's ARN; undefined where nobody was authenticated. */
  get caller(): string | undefined {
    return this.#principal && principalArn(this.#principal, partitionOf(this.region).id)
  }

  /** What the policy engine decided on; undefined where nothing limited the caller. */
  asked({ request, basis, decidedMs }: KeptDecision): DecisionRequest | undefined {
    if (!this.#principal || !basis) return undefined
    const question = {
      ...{ principal: this.#principal, request, region: this.region },
      ...{ sourceIp: this.#sourceIp, secure: this.#secure, userAgent: this.#userAgent },
      ...{ via: this.#via, source: this.#source },
    }
    return decisionRequest({ now: decidedMs, question, basis })
  }
}

/** One access that was decided, without the question: its other parts are the call's. */
export interface KeptDecision {
  readonly request: AccessRequest
  readonly allowed: boolean
  readonly basis: DecisionBasis | undefined
  readonly decidedMs: number
}

const NONE: readonly KeptDecision[] = Object.freeze([])

const kept = ({ question, decision, decidedMs }: DecidedAccess): KeptDecision => ({
  request: question.request,
  allowed: decision.allowed,
  basis: decision.basis,
  decidedMs,
})

interface SharedTexts {
  readonly region: SharedText
  readonly userAgent: SharedText
}

/** More user agents and Regions than call in a while. */
const TEXTS = 500

/** Texts that come again and again: a header's is a piece of its request's whole head. */
class SharedText {
  readonly #known = new BoundedMap<string, string>(TEXTS)
  #last = ""

  /** The first text that was the same. */
  same(text: string): string {
    if (text === this.#last) return this.#last
    let own = this.#known.get(text)
    if (own === undefined) {
      own = Buffer.from(text).toString()
      this.#known.set(own, own)
    }
    this.#last = own
    return own
  }
}

/** Some thousands of calls with a few references each: a few megabytes at most. */
const REFUSED_KEPT = 4_096
/**
 * Calls that went well are seldom asked about. What is kept is what V8's collections of its young
 * generation copy: twice as many cost a tenth of a small request (measured).
 */
const OTHERS_KEPT = 128

/** The last calls of one kind. */
class Ring {
  readonly #calls: { readonly order: number; readonly call: KeptCall }[] = []
  readonly #most: number
  #next = 0

  constructor(most: number) {
    this.#most = most
  }

  keep(order: number, call: KeptCall): void {
    this.#calls[this.#next] = { order, call }
    this.#next = (this.#next + 1) % this.#most
  }

  get calls(): readonly { readonly order: number; readonly call: KeptCall }[] {
    return this.#calls
  }
}

/** The most recent calls, in memory: gone with the process, with a reset, and when others came. */
export class RecentCalls {
  readonly #refused: Ring
  readonly #others: Ring
  readonly #texts: SharedTexts = { region: new SharedText(), userAgent: new SharedText() }
  readonly #now: () => number
  #order = 0

  /** `now` is cloud time. */
  constructor(now: () => number, most = REFUSED_KEPT) {
    this.#now = now
    this.#refused = new Ring(most)
    this.#others = new Ring(Math.min(most, OTHERS_KEPT))
  }

  /** The observer that keeps. */
  readonly keep = (record: CallRecord): void => {
    const ring = record.error === undefined ? this.#others : this.#refused
    this.#order += 1
    ring.keep(this.#order, new KeptCall(record, this.#now(), this.#texts))
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
    return [...this.#refused.calls, ...this.#others.calls]
      .sort((a, b) => a.order - b.order)
      .map(({ call }) => call)
  }
}
