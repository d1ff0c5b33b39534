import { fateOf, type Attempted, type Fate } from "../fates.ts"
import type { Faults } from "../faults.ts"
import { Violation, type Cut } from "../moments.ts"
import {
  gotOf,
  type Got,
  type Handled,
  type Ledger,
  type QueueDeed,
  type Receive,
  type Sent,
} from "./ledger.ts"

/** How a scenario's queues are set up, as far as the checks need to know. */
export interface Rules {
  readonly retentionMs: number
  /** Cloud time may have stood still. */
  readonly freezes: boolean
  /** Queues that pass their messages on, and where to. */
  readonly redrive?: { readonly from: string; readonly to: string; readonly maxReceives: number }
}

/** What happened to the machine. */
export interface Run {
  readonly cuts: readonly Cut[]
  readonly faults: Faults
}

/** What is known of a finished run, and what follows for one thing at a time. */
export class Evidence {
  readonly ledger: Ledger
  readonly rules: Rules
  readonly got: readonly Got[]
  readonly #run: Run
  readonly #byMessage: Map<string, Got[]>
  readonly #byBody: Map<string, Sent[]>
  readonly #byGroup: Map<string, Sent[]>
  readonly #byId: Map<string, Sent[]>
  readonly #gotByBody: Map<string, Got[]>
  readonly #gotByGroup: Map<string, Got[]>
  readonly #deletedByBody: Map<string, Handled[]>

  constructor(run: Run, ledger: Ledger, rules: Rules) {
    this.#run = run
    this.ledger = ledger
    this.rules = rules
    this.got = gotOf(ledger)
    this.#byMessage = Map.groupBy(this.got, keyOf)
    this.#byBody = Map.groupBy(ledger.sent, ({ body }) => body)
    this.#byGroup = Map.groupBy(ledger.sent, groupOf)
    this.#byId = Map.groupBy(ledger.sent, idOf)
    this.#gotByBody = Map.groupBy(this.got, ({ body }) => body)
    this.#gotByGroup = Map.groupBy(this.got, groupOf)
    this.#deletedByBody = Map.groupBy(ledger.deleted, ({ got }) => got.body)
  }

  /** What is left at `step` of what a request did. */
  fate(attempt: Attempted, step?: number): Fate {
    return fateOf(attempt, this.#run, step)
  }

  sentAs(body: string): readonly Sent[] {
    return this.#byBody.get(body) ?? []
  }

  /** What was sent to the group of a message. */
  sentToGroup(message: Pick<Got, "queue" | "group">): readonly Sent[] {
    return this.#byGroup.get(groupOf(message)) ?? []
  }

  /** Whether it was sent more than once, for what deduplication knows. */
  isRepeated(sent: Sent): boolean {
    return (this.#byId.get(idOf(sent))?.length ?? 0) > 1
  }

  /** Receives of a message, or of any of its group. */
  gotAs({ body, queue, group }: Sent, any: "message" | "group"): readonly Got[] {
    const found =
      any === "message"
        ? this.#gotByBody.get(body)
        : this.#gotByGroup.get(groupOf({ queue, group }))
    return found ?? []
  }

  /** All receives of one message from one queue. */
  receivesOf(message: Pick<Got, "queue" | "messageId">): readonly Got[] {
    return this.#byMessage.get(keyOf(message)) ?? []
  }

  messages(): Iterable<readonly Got[]> {
    return this.#byMessage.values()
  }

  /** Whether a purge may have taken what came into the queue in `since`. */
  mayBePurged(queue: string, since: Attempted, by: Attempted): boolean {
    return this.ledger.purges.some(
      (purge) => purge.queue === queue && this.#mayLie(purge, since, by),
    )
  }

  /** Whether a task may have moved messages of the queue; it goes on after its start. */
  mayBeMoved(queue: string, by: Attempted): boolean {
    return this.ledger.moves.some(
      (move) =>
        move.queue === queue &&
        move.attempt.sent.step < by.ended.step &&
        this.fate(move.attempt, by.ended.step) !== "undone",
    )
  }

  mayBeExpired({ attempt }: Sent, by: Attempted): boolean {
    return by.ended.cloudMs >= attempt.sent.cloudMs + this.rules.retentionMs
  }

  /** Whether a message may have been deleted before the end of `by`. */
  mayBeDeleted(body: string, by: Attempted): boolean {
    return (this.#deletedByBody.get(body) ?? []).some(
      ({ attempt }) =>
        attempt.sent.step < by.ended.step && this.fate(attempt, by.ended.step) !== "undone",
    )
  }

  /** Receives whose answers nobody has seen: each may have taken any message of the queue. */
  unseenReceives(queue: string, by: Attempted, since?: Attempted): readonly Receive[] {
    return this.ledger.receives.filter(
      (receive) =>
        receive.queue === queue &&
        receive.attempt.kind === "lost" &&
        receive.attempt.sent.step < by.ended.step &&
        (since === undefined || receive.attempt.ended.step > since.sent.step),
    )
  }

  #mayLie({ attempt }: QueueDeed, since: Attempted, by: Attempted): boolean {
    return (
      attempt.sent.step < by.ended.step &&
      attempt.ended.step > since.sent.step &&
      this.fate(attempt, by.ended.step) !== "undone"
    )
  }
}

const keyOf = ({ queue, messageId }: Pick<Got, "queue" | "messageId">): string =>
  `${queue} ${messageId}`

/** By what a FIFO queue tells messages apart. */
export const idOf = ({ queue, deduplicationId, body }: Sent): string =>
  `${queue} ${deduplicationId ?? body}`

const groupOf = ({ queue, group }: Pick<Got, "queue" | "group">): string => `${queue} ${group}`

/** Whether one request had ended when the other began. */
export const isBefore = (a: Attempted, b: Attempted): boolean => a.ended.step < b.sent.step

/** A violation that says of what and when. */
export function violated(what: string, { receive, body }: Got): never {
  const { sent, ended } = receive.attempt
  throw new Violation(
    `${what}: ${body.slice(0, 40)} from ${receive.queue} (steps ${sent.step} to ${ended.step})`,
    receive.attempt,
  )
}
