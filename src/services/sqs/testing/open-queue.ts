import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
  type ReceiveMessageCommandInput,
  type SendMessageCommandInput,
} from "@aws-sdk/client-sqs"
import type { CloudOptions, InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export { refusalOf } from "../../../gateway/testing/refusal.ts"

/** A cloud with one queue in it, and the official client. */
export interface TestQueue {
  readonly cloud: InProcessCloud
  readonly client: SQSClient
  readonly QueueUrl: string
  readonly arn: string
  /** Sends a message and gives back the answer. */
  send(
    MessageBody: string,
    more?: Partial<SendMessageCommandInput>,
  ): Promise<{ MessageId?: string | undefined; SequenceNumber?: string | undefined }>
  /** Receives up to ten messages, or what `more` says. */
  receive(more?: Partial<ReceiveMessageCommandInput>): Promise<Message[]>
  /** Their bodies. */
  bodies(more?: Partial<ReceiveMessageCommandInput>): Promise<(string | undefined)[]>
  attribute(name: string): Promise<string | undefined>
}

/** Visible, in flight, delayed: as GetQueueAttributes tells. */
export async function countsOf(queue: TestQueue): Promise<number[]> {
  const answer = await queue.client.send(
    new GetQueueAttributesCommand({ QueueUrl: queue.QueueUrl, AttributeNames: ["All"] }),
  )
  const Attributes: Partial<Record<string, string>> = answer.Attributes ?? {}
  return ["", "NotVisible", "Delayed"].map((state) =>
    Number(Attributes[`ApproximateNumberOfMessages${state}`]),
  )
}

export async function openCloud(options: CloudOptions = {}): Promise<InProcessCloud> {
  return openInProcess(options)
}

/** A queue in a new cloud, or in the given one. A name with `.fifo` makes a FIFO queue. */
export async function openQueue(
  attributes: Record<string, string> = {},
  { name = "jobs", cloud: given }: { name?: string; cloud?: InProcessCloud } = {},
): Promise<TestQueue> {
  const cloud = given ?? (await openCloud())
  const client = cloud.client(SQSClient)
  const fifo: Record<string, string> = name.endsWith(".fifo") ? { FifoQueue: "true" } : {}
  const { QueueUrl = "" } = await client.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { ...fifo, ...attributes } }),
  )
  const receive: TestQueue["receive"] = async (more) => {
    const input = { QueueUrl, MaxNumberOfMessages: 10, ...more }
    return (await client.send(new ReceiveMessageCommand(input))).Messages ?? []
  }
  const attribute: TestQueue["attribute"] = async (attributeName) => {
    const input = { QueueUrl, AttributeNames: [attributeName as "All"] }
    const { Attributes } = await client.send(new GetQueueAttributesCommand(input))
    return (Attributes as Partial<Record<string, string>> | undefined)?.[attributeName]
  }
  return {
    cloud,
    client,
    QueueUrl,
    arn: (await attribute("QueueArn")) ?? "",
    send: (MessageBody, more) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more })),
    receive,
    bodies: async (more) => (await receive(more)).map(({ Body }) => Body),
    attribute,
  }
}
