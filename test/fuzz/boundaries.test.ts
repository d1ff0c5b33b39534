import { expect, test } from "vitest"
import { openCloud, signed, sqs } from "../../src/gateway/testing/open-cloud.ts"
import type { Cloud } from "../../src/gateway/cloud.ts"
import type { ProtocolName } from "../../src/models/schema.ts"
import { readError } from "./error-reader.ts"
import { oddInputs } from "./inputs.ts"
import type { Value } from "./minimal-input.ts"
import { rpcRequest } from "./rpc-body.ts"

/** No answer takes as long, however odd the question. */
const HANG_MS = 60_000

/** Members whose values have to mean something, else nothing behind their checks is reached. */
async function meaningful(cloud: Cloud): Promise<Record<string, Value>> {
  const { body } = await sqs(cloud, ["CreateQueue", { QueueName: "queue" }])
  const QueueUrl = String(body["QueueUrl"])
  await sqs(cloud, ["SendMessage", { QueueUrl, MessageBody: "body" }])
  const received = await sqs(cloud, ["ReceiveMessage", { QueueUrl, VisibilityTimeout: 43_200 }])
  const [message] = received.body["Messages"] as { ReceiptHandle: string }[]
  return {
    QueueUrl,
    ReceiptHandle: message?.ReceiptHandle ?? "",
    QueueName: "queue",
    MessageBody: "body",
    SourceArn: "arn:aws:sqs:us-east-1:000000000000:queue",
    RoleArn: "arn:aws:iam::000000000000:role/somebody",
    RoleSessionName: "session",
    // A poll that waits would wait by host time.
    WaitTimeSeconds: 0,
  }
}

/** Everything that an answer must not be, whatever was asked. */
async function wrongWith(
  answer: Promise<{ status: number; text: string; protocol: ProtocolName; headers: never }>,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), HANG_MS)
  })
  const answered = await Promise.race([answer, late])
  clearTimeout(timer)
  if (!answered) return "no answer"
  const { status, text, protocol, headers } = answered
  if (status === 500) return `500 ${text.slice(0, 200)}`
  if (/ at \S+\.[jt]s:\d+|node:internal|\/src\//.test(text)) return `a stack: ${text.slice(0, 200)}`
  if (status === 200) return undefined
  try {
    const { code } = readError({ status, headers, body: text }, protocol)
    return code === "" ? `no code: ${text.slice(0, 100)}` : undefined
  } catch (error) {
    return `${status}, and cannot be read: ${(error as Error).message}`
  }
}

for (const id of ["sqs", "sts"])
  test(
    `no input of ${id} is our failure, in any of its protocols`,
    { timeout: 400_000 },
    async () => {
      const cloud = await openCloud()
      const base = await meaningful(cloud)
      const model = cloud.models.loadModel(id)
      const wrong: string[] = []
      let [count, refused] = [0, 0]
      for (const operation of Object.values(model.operations)) {
        // It would take away what the others need.
        if (["DeleteQueue", "PurgeQueue"].includes(operation.name)) continue
        for (const protocol of model.protocols) {
          if (!operation.input) continue
          for (const { what, input } of oddInputs(operation.input, base)) {
            if (isPatient(operation.name, input)) continue
            const wire = rpcRequest(model, { operation: operation.name, protocol }, input)
            const answer = cloud
              .handle(signed(wire, { service: model.signingName }))
              .then(({ status, headers, body }) => {
                if (status !== 200) refused += 1
                const text = Buffer.from(body as string).toString("latin1")
                return { status, text, protocol, headers: headers as never }
              })
            const found = await wrongWith(answer)
            if (found !== undefined)
              wrong.push(`${operation.name} (${protocol}), ${what}: ${found}`)
            count += 1
          }
        }
      }
      expect(wrong).toEqual([])
      expect(count).toBeGreaterThan(id === "sqs" ? 5_000 : 1_000)
      expect(refused).toBeGreaterThan(count / 4)
      expect("polluted" in {}).toBe(false)
    },
  )

/** Whether it would wait for messages: by host time, for cloud time stands still. */
const isPatient = (
  operation: string,
  { WaitTimeSeconds: wait }: { readonly [name: string]: Value },
) => operation === "ReceiveMessage" && wait !== 0
