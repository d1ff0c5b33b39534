import type { Attempted } from "../fates.ts"

/** A message as its sender knows it. Bodies are unique, but for repetitions that are meant. */
export interface Sent {
  readonly queue: string
  readonly body: string
  readonly group?: string | undefined
  readonly deduplicationId?: string | undefined
  readonly delayMs: number
  readonly attempt: Attempted
  readonly messageId?: string | undefined
  readonly sequence?: bigint | undefined
  /** Delivered after a commit, not sent by a call. */
  readonly asEffect?: boolean
}

/** A message as a receive gave it. */
export interface Got {
  readonly receive: Receive
  readonly queue: string
  readonly body: string
  readonly md5: string
  readonly messageId: string
  readonly handle: string
  readonly count: number
  readonly sentMs: number
  readonly sequence?: bigint | undefined
  readonly group?: string | undefined
  readonly sourceArn?: string | undefined
  /** Its place in the answer. */
  readonly position: number
}

export interface Receive {
  readonly queue: string
  readonly waitMs: number
  readonly visibilityMs: number
  readonly attemptId?: string | undefined
  readonly attempt: Attempted
  readonly got: Got[]
}

/** A deletion, or a change of visibility, by the handle of a receive. */
export interface Handled {
  readonly got: Got
  readonly attempt: Attempted
}

export interface Changed extends Handled {
  readonly visibilityMs: number
}

/** Something that was done to a whole queue. */
export interface QueueDeed {
  readonly queue: string
  readonly attempt: Attempted
}

/** All that the users of a simulated cloud have done, in the order of their beginnings. */
export interface Ledger {
  readonly sent: Sent[]
  readonly receives: Receive[]
  readonly deleted: Handled[]
  readonly changed: Changed[]
  readonly purges: QueueDeed[]
  /** Tasks that move a queue's messages elsewhere. */
  readonly moves: QueueDeed[]
  /** Messages that the last drain of each queue gave, when all was over. */
  readonly drained: Got[]
  /** Visible, in flight and delayed, as each queue told before the drain. */
  readonly counts: Map<string, readonly number[]>
}

export const createLedger = (): Ledger => ({
  ...{ sent: [], receives: [], deleted: [], changed: [], purges: [], moves: [], drained: [] },
  counts: new Map(),
})

export const gotOf = ({ receives }: Ledger): Got[] => receives.flatMap(({ got }) => got)
