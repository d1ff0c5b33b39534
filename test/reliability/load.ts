import { createHash } from "node:crypto"

/** What the load knows for certain: each list only grows when the server has answered. */
export interface Ledger {
  /** Bodies whose SendMessage was answered. */
  readonly sent: Set<string>
  /** Bodies of which at least one send was tried. */
  readonly tried: Set<string>
  /** Bodies whose DeleteMessage was answered. */
  readonly deleted: Set<string>
  /** Bodies of which a delete was tried. */
  readonly deleting: Set<string>
}

export const newLedger = (): Ledger => ({
  sent: new Set(),
  tried: new Set(),
  deleted: new Set(),
  deleting: new Set(),
})

export interface Received {
  readonly Body: string
  readonly ReceiptHandle: string
}

/** One call of SQS in AWS JSON with a dummy key. Rejects when the server is gone. */
export async function sqs<T>(url: string, operation: string, input: object): Promise<T> {
  const body = JSON.stringify(input)
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "")
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${operation}`,
      "x-amz-date": date,
      "x-amz-content-sha256": createHash("sha256").update(body).digest("hex"),
      authorization: `AWS4-HMAC-SHA256 Credential=test/${date.slice(0, 8)}/us-east-1/sqs/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    },
    body,
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${text}`)
  return (text === "" ? {} : JSON.parse(text)) as T
}

export async function createQueues(url: string): Promise<void> {
  await sqs(url, "CreateQueue", { QueueName: "plain", Attributes: { VisibilityTimeout: "0" } })
  await sqs(url, "CreateQueue", {
    QueueName: "orders.fifo",
    Attributes: {
      FifoQueue: "true",
      ContentBasedDeduplication: "true",
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
      VisibilityTimeout: "0",
    },
  })
}

export const queueUrl = (url: string, name: string): string => `${url}/000000000000/${name}`

const FIFO_GROUPS = 4

/**
 * Clients that send to both queues, and receive and delete from the plain one, until the server
 * is gone. Bodies of the FIFO queue are `<group>-<number>`, counted up within each group.
 */
export async function runLoad(
  url: string,
  { plain, fifo, next }: { plain: Ledger; fifo: Ledger; next: number[] },
  stopped: () => boolean,
): Promise<void> {
  const send = async (queue: string, ledger: Ledger, body: string, more: object): Promise<void> => {
    ledger.tried.add(body)
    await sqs(url, "SendMessage", { QueueUrl: queueUrl(url, queue), MessageBody: body, ...more })
    ledger.sent.add(body)
  }
  const sender = async (name: number): Promise<void> => {
    for (let i = 0; !stopped(); i += 1)
      await send("plain", plain, `${next.length}-${name}-${i}-${plain.tried.size}`, {})
  }
  const orderly = async (group: number): Promise<void> => {
    while (!stopped()) {
      const number = next[group] ?? 0
      next[group] = number + 1
      await send("orders.fifo", fifo, `${group}-${number}`, { MessageGroupId: `g${group}` })
    }
  }
  const consumer = async (): Promise<void> => {
    while (!stopped()) {
      const QueueUrl = queueUrl(url, "plain")
      const { Messages = [] } = await sqs<{ Messages?: Received[] }>(url, "ReceiveMessage", {
        QueueUrl,
        VisibilityTimeout: 5,
      })
      for (const { Body, ReceiptHandle } of Messages) {
        plain.deleting.add(Body)
        await sqs(url, "DeleteMessage", { QueueUrl, ReceiptHandle })
        plain.deleted.add(Body)
      }
    }
  }
  const untilGone = (work: Promise<void>): Promise<void> => work.catch(() => undefined)
  await Promise.all([
    ...[0, 1, 2].map((name) => untilGone(sender(name))),
    ...Array.from({ length: FIFO_GROUPS }, (_, group) => untilGone(orderly(group))),
    untilGone(consumer()),
  ])
}

/** All that a queue holds, in the order in which it gives it out; empties the queue. */
export async function drain(url: string, queue: string): Promise<string[]> {
  const QueueUrl = queueUrl(url, queue)
  const bodies: string[] = []
  for (;;) {
    const { Messages = [] } = await sqs<{ Messages?: Received[] }>(url, "ReceiveMessage", {
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 600,
    })
    if (Messages.length === 0) return bodies
    bodies.push(...Messages.map((message) => message.Body))
    await sqs(url, "DeleteMessageBatch", {
      QueueUrl,
      Entries: Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
    })
  }
}
