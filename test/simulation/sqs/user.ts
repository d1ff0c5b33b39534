import type { Dice } from "../dice.ts"
import type { Attempted } from "../fates.ts"
import { Violation, type Attempt } from "../moments.ts"
import type { Simulation } from "../simulation.ts"
import type { Answer, CloudSystem } from "../cloud-system.ts"
import type { Got, Ledger, Receive, Sent } from "./ledger.ts"

const urlOf = (queue: string): string => `http://localhost:4566/000000000000/${queue}`
export const arnOf = (queue: string): string => `arn:aws:sqs:us-east-1:000000000000:${queue}`

/** What a call came to, and its answer where there is one. */
interface Called {
  readonly attempt: Attempted
  readonly output?: Record<string, unknown>
  readonly code?: string
}

type Letter = Pick<Sent, "body" | "group" | "deduplicationId" | "delayMs">

/** How a user reaches SQS: a simulated cloud, or a real server. */
export interface Way {
  diceFor(name: string): Dice
  note(line: string): void
  call(operation: string, input: object): Promise<Attempt<Answer>>
  /** Whether a 503 may hide that something was done. */
  readonly forgetful: boolean
}

export const wayInto = (sim: Simulation<CloudSystem>): Way => ({
  diceFor: (name) => sim.diceFor(name),
  note: (line) => sim.note(line),
  call: (operation, input) =>
    sim.attempt((system, signal) => system.call(operation, input, signal)),
  // A flush that failed leaves the commit in place.
  forgetful: (sim.faults.flushFailure ?? 0) > 0,
})

/** Somebody who uses SQS and writes down what came of it. */
export class User {
  readonly name: string
  readonly dice: Dice
  readonly #way: Way
  readonly #ledger: Ledger

  constructor(way: Way, ledger: Ledger, name: string) {
    this.name = name
    this.dice = way.diceFor(name)
    this.#way = way
    this.#ledger = ledger
  }

  async call(operation: string, input: object): Promise<Called> {
    const { attempt, answer } = await this.#attempt(operation, input)
    if (answer?.ok) return { attempt, output: answer.output }
    return answer ? { attempt, code: answer.code } : { attempt }
  }

  async send(queue: string, letter: Letter): Promise<void> {
    const { attempt, output } = await this.call("SendMessage", {
      QueueUrl: urlOf(queue),
      ...fieldsOf(letter, queue),
    })
    this.#ledger.sent.push({ queue, ...letter, attempt, ...receiptOf(output) })
  }

  async sendBatch(queue: string, letters: readonly Letter[]): Promise<void> {
    const Entries = letters.map((letter, index) => ({
      Id: String(index),
      ...fieldsOf(letter, queue),
    }))
    const { attempt, output } = await this.call("SendMessageBatch", {
      QueueUrl: urlOf(queue),
      Entries,
    })
    const successful = (output?.["Successful"] ?? []) as Record<string, unknown>[]
    letters.forEach((letter, index) => {
      const entry = successful.find(({ Id }) => Id === String(index))
      if (output && !entry) throw new Violation(`an entry of a batch failed: ${letter.body}`)
      this.#ledger.sent.push({ queue, ...letter, attempt, ...receiptOf(entry) })
    })
  }

  async receive(
    queue: string,
    asked: { count: number; visibilityMs: number; waitMs: number; attemptId?: string },
  ): Promise<Receive> {
    const { count, visibilityMs, waitMs, attemptId } = asked
    const { attempt, output } = await this.call("ReceiveMessage", {
      QueueUrl: urlOf(queue),
      MaxNumberOfMessages: count,
      VisibilityTimeout: visibilityMs / 1000,
      WaitTimeSeconds: waitMs / 1000,
      MessageSystemAttributeNames: ["All"],
      ...(attemptId !== undefined && { ReceiveRequestAttemptId: attemptId }),
    })
    const receive: Receive = { queue, visibilityMs, waitMs, attemptId, attempt, got: [] }
    const messages = (output?.["Messages"] ?? []) as Record<string, unknown>[]
    receive.got.push(...messages.map((message, position) => gotFrom(message, receive, position)))
    if (receive.got.length > count)
      throw new Violation(`${receive.got.length} messages of ${count}`)
    this.#ledger.receives.push(receive)
    return receive
  }

  async remove(got: Got): Promise<void> {
    const { attempt } = await this.call("DeleteMessage", {
      QueueUrl: urlOf(got.queue),
      ReceiptHandle: got.handle,
    })
    this.#ledger.deleted.push({ got, attempt })
  }

  async removeBatch(queue: string, all: readonly Got[]): Promise<void> {
    const { attempt, output } = await this.call("DeleteMessageBatch", {
      QueueUrl: urlOf(queue),
      Entries: all.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle })),
    })
    const failed = (output?.["Failed"] ?? []) as { Id: string }[]
    all.forEach((got, index) => {
      const refused = failed.some(({ Id }) => Id === String(index))
      this.#ledger.deleted.push({
        got,
        attempt: refused ? { ...attempt, kind: "refused" } : attempt,
      })
    })
  }

  async changeVisibility(got: Got, visibilityMs: number): Promise<void> {
    const { attempt } = await this.call("ChangeMessageVisibility", {
      QueueUrl: urlOf(got.queue),
      ReceiptHandle: got.handle,
      VisibilityTimeout: visibilityMs / 1000,
    })
    this.#ledger.changed.push({ got, visibilityMs, attempt })
  }

  async purge(queue: string): Promise<void> {
    const { attempt } = await this.call("PurgeQueue", { QueueUrl: urlOf(queue) })
    this.#ledger.purges.push({ queue, attempt })
  }

  /** Visible, in flight, delayed. */
  async counts(queue: string): Promise<readonly number[] | undefined> {
    const { output } = await this.call("GetQueueAttributes", {
      QueueUrl: urlOf(queue),
      AttributeNames: ["All"],
    })
    const attributes = output?.["Attributes"] as Record<string, string> | undefined
    return (
      attributes &&
      ["", "NotVisible", "Delayed"].map((state) =>
        Number(attributes[`ApproximateNumberOfMessages${state}`]),
      )
    )
  }

  async #attempt(
    operation: string,
    input: object,
  ): Promise<{ attempt: Attempted; answer?: Answer }> {
    const way = this.#way
    way.note(`${this.name} ${operation} ${JSON.stringify(input)}`)
    const attempt = await way.call(operation, input)
    const { sent, ended } = attempt
    if (attempt.kind !== "answered") {
      way.note(`${this.name} ${operation} ${attempt.kind}`)
      return { attempt }
    }
    const answer = attempt.value
    way.note(`${this.name} ${operation} ${JSON.stringify(answer)}`)
    if (answer.ok) return { attempt, answer }
    if (answer.status === 500) throw new Violation(`${operation} failed inside: ${answer.text}`)
    const kind = answer.status === 503 && way.forgetful ? "lost" : "refused"
    return { attempt: { kind, sent, ended }, answer }
  }
}

/** Takes and deletes what can be received, until there is nothing more. */
export async function drain(user: User, queue: string, ledger: Ledger): Promise<void> {
  for (;;) {
    const { got } = await user.receive(queue, { count: 10, visibilityMs: 36_000_000, waitMs: 0 })
    if (got.length === 0) return
    ledger.drained.push(...got)
    await user.removeBatch(queue, got)
  }
}

const fieldsOf = ({ body, group, deduplicationId, delayMs }: Letter, queue: string): object => ({
  MessageBody: body,
  ...(group !== undefined && { MessageGroupId: group }),
  ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
  ...(!queue.endsWith(".fifo") && { DelaySeconds: delayMs / 1000 }),
})

function receiptOf(entry: Record<string, unknown> | undefined) {
  if (!entry) return {}
  const sequence = entry["SequenceNumber"] as string | undefined
  return {
    messageId: entry["MessageId"] as string,
    ...(sequence !== undefined && { sequence: BigInt(sequence) }),
  }
}

function gotFrom(message: Record<string, unknown>, receive: Receive, position: number): Got {
  const attributes = message["Attributes"] as Record<string, string>
  const sequence = attributes["SequenceNumber"]
  return {
    receive,
    queue: receive.queue,
    body: message["Body"] as string,
    md5: message["MD5OfBody"] as string,
    messageId: message["MessageId"] as string,
    handle: message["ReceiptHandle"] as string,
    count: Number(attributes["ApproximateReceiveCount"]),
    sentMs: Number(attributes["SentTimestamp"]),
    sequence: sequence === undefined ? undefined : BigInt(sequence),
    group: attributes["MessageGroupId"],
    sourceArn: attributes["DeadLetterQueueSourceArn"],
    position,
  }
}
