import { CreateGroupCommand, GetAccountSummaryCommand, IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { createCloud } from "../../index.ts"

const SERVICE = { service: "iam", quota: "L-F4A5425F" } as const

test("a quota that was changed holds for its account alone", async () => {
  const cloud = await createCloud({ account: "123456789012" })
  expect(await cloud.setQuota({ ...SERVICE, value: 1 })).toMatchObject({
    ...{ service: "iam", code: "L-F4A5425F", name: "Groups per account", value: 1 },
    ...{ default: 300, most: 500, adjustable: true },
  })
  const client = cloud.client(IAMClient)
  await client.send(new CreateGroupCommand({ GroupName: "one" }))
  await expect(client.send(new CreateGroupCommand({ GroupName: "two" }))).rejects.toThrow(
    "Cannot exceed quota for GroupsPerAccount: 1",
  )
  expect((await client.send(new GetAccountSummaryCommand({}))).SummaryMap?.["GroupsQuota"]).toBe(1)
  const other = cloud.client(IAMClient, {
    credentials: { accessKeyId: "210987654321", secretAccessKey: "test" },
  })
  await other.send(new CreateGroupCommand({ GroupName: "one" }))
  await other.send(new CreateGroupCommand({ GroupName: "two" }))
  await cloud.setQuota({ ...SERVICE, quota: "Groups per account", value: null })
  await client.send(new CreateGroupCommand({ GroupName: "two" }))
  await cloud.close()
})

test("what is no quota, and what is no value, is refused", async () => {
  const cloud = await createCloud()
  await expect(cloud.setQuota({ ...SERVICE, quota: "L-0", value: 1 })).rejects.toThrow("no quota")
  await expect(cloud.setQuota({ ...SERVICE, service: "x", value: 1 })).rejects.toThrow("no quota")
  await expect(cloud.setQuota({ ...SERVICE, value: 501 })).rejects.toThrow("takes 0 to 500")
  await cloud.close()
})
