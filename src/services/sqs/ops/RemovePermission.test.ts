import { AddPermissionCommand, RemovePermissionCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue, refusalOf } from "../testing/open-queue.ts"

test("with its last permission the policy goes", async () => {
  const { client, QueueUrl, attribute } = await openQueue()
  const grant = { AWSAccountIds: ["668614515564"], Actions: ["SendMessage"] }
  for (const Label of ["one", "two"]) {
    await client.send(new AddPermissionCommand({ QueueUrl, Label, ...grant }))
  }
  const remove = (Label: string) => client.send(new RemovePermissionCommand({ QueueUrl, Label }))
  await remove("one")
  expect(JSON.parse((await attribute("Policy")) ?? "").Statement).toHaveLength(1)
  await remove("two")
  expect(await attribute("Policy")).toBeUndefined()
  expect(await refusalOf(remove("two"))).toBe(
    "InvalidParameterValue: Value two for parameter Label is invalid. Reason: can't find label.",
  )
})
