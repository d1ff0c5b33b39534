import { AddPermissionCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue, refusalOf } from "../testing/open-queue.ts"

test("a permission stands in the queue's policy", async () => {
  const { client, QueueUrl, arn, attribute } = await openQueue()
  const add = (Label: string) =>
    client.send(
      new AddPermissionCommand({
        QueueUrl,
        Label,
        AWSAccountIds: ["668614515564"],
        Actions: ["ReceiveMessage"],
      }),
    )
  await add("one")
  await add("two")
  const policy = JSON.parse((await attribute("Policy")) ?? "")
  expect(policy).toMatchObject({ Version: "2008-10-17", Id: `${arn}/SQSDefaultPolicy` })
  expect(policy.Statement).toEqual(
    ["one", "two"].map((Sid) => ({
      Sid,
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::668614515564:root" },
      Action: "SQS:ReceiveMessage",
      Resource: arn,
    })),
  )
  expect(await refusalOf(add("one"))).toBe(
    "InvalidParameterValue: Value one for parameter Label is invalid. Reason: Already exists.",
  )
})
