import {
  AccountClient,
  DisableRegionCommand,
  EnableRegionCommand,
  GetRegionOptStatusCommand,
  ListRegionsCommand,
} from "@aws-sdk/client-account"
import { IAMClient } from "@aws-sdk/client-iam"
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openAccounts, refusal } from "../testing/open-account.ts"

const RegionName = "ap-east-1"

async function openRegions() {
  const opened = await openAccounts()
  const { as, member, cloud } = opened
  const own = as(member)
  const queues = (account: string, region: string) =>
    cloud.client(SQSClient, {
      region,
      credentials: { accessKeyId: account, secretAccessKey: "test" },
    })
  return {
    ...opened,
    own,
    status: async (client = own) =>
      (await client.send(new GetRegionOptStatusCommand({ RegionName }))).RegionOptStatus,
    /** Whether a call in the Region is refused, and how. */
    calling: (account = member, region = RegionName) =>
      refusal(queues(account, region).send(new ListQueuesCommand({}))),
  }
}

test("a new account may call in an opt-in Region only once it has enabled it", async () => {
  const { cloud, own, status, calling } = await openRegions()
  expect(await status()).toBe("DISABLED")
  const refused = await calling()
  expect(refused).toMatch(/^InvalidClientTokenId: The security token included in the request is/)
  await own.send(new EnableRegionCommand({ RegionName }))
  expect(await status()).toBe("ENABLING")
  expect(await calling()).toBe(refused)
  const hasty = await refusal(own.send(new DisableRegionCommand({ RegionName })))
  expect(hasty).toBe("ConflictException: The Region ap-east-1 has the status ENABLING.")
  await cloud.advance("1m")
  expect(await status()).toBe("ENABLED")
  expect(await calling()).toBeUndefined()
  await own.send(new DisableRegionCommand({ RegionName }))
  expect(await status()).toBe("DISABLING")
  expect(await calling()).toBe(refused)
  await cloud.advance("1m")
  expect(await status()).toBe("DISABLED")
})

test("an account that was there before may use all Regions until it disables one", async () => {
  const { management, organization, status, calling } = await openRegions()
  const { MasterAccountId } = organization
  expect(await status(management)).toBe("ENABLED")
  expect(await calling(MasterAccountId)).toBeUndefined()
  await management.send(new DisableRegionCommand({ RegionName }))
  expect(await calling(MasterAccountId)).toMatch(/^InvalidClientTokenId/)
})

test("Regions are listed by their status; those that all have cannot be changed", async () => {
  const { own, management, member, calling } = await openRegions()
  const list = async (input: object) => {
    const { Regions = [], NextToken } = await own.send(new ListRegionsCommand(input))
    return { names: Regions.map((region) => region.RegionName), NextToken }
  }
  const byDefault = await list({ RegionOptStatusContains: ["ENABLED_BY_DEFAULT"] })
  expect(byDefault.names).toHaveLength(17)
  expect(byDefault.names).toContain("us-east-1")
  const first = await list({ MaxResults: 2 })
  expect(first.names).toEqual(["af-south-1", "ap-east-1"])
  const second = await list({ MaxResults: 1, NextToken: first.NextToken })
  expect(second.names).toEqual(["ap-east-2"])
  const changing = new EnableRegionCommand({ RegionName: "us-east-1", AccountId: member })
  expect(await refusal(management.send(changing))).toMatch(/^ValidationException/)
  const elsewhere = new EnableRegionCommand({ RegionName: "cn-north-1" })
  expect(await refusal(own.send(elsewhere))).toMatch(/^ValidationException/)
  expect(await calling(member, "us-west-2")).toBeUndefined()
})

test("six Regions at a time", async () => {
  const { own } = await openRegions()
  const { Regions = [] } = await own.send(
    new ListRegionsCommand({ RegionOptStatusContains: ["DISABLED"], MaxResults: 7 }),
  )
  const enable = (name?: string) => own.send(new EnableRegionCommand({ RegionName: name }))
  for (const region of Regions.slice(0, 6)) await enable(region.RegionName)
  const seventh = await refusal(enable(Regions[6]?.RegionName))
  expect(seventh).toMatch(/^TooManyRequestsException/)
})

test("policies may say which Regions an administrator enables, and of which member", async () => {
  const { cloud, organization, member } = await openRegions()
  const { MasterAccountId = "", Id } = organization
  const root = { credentials: { accessKeyId: MasterAccountId, secretAccessKey: "test" } }
  const iam = cloud.client(IAMClient, root)
  const { credentials } = await newUser(iam, "admin", {
    Action: "account:EnableRegion",
    Resource: `arn:aws:account::${MasterAccountId}:account/${Id}/${member}`,
    Condition: { StringEquals: { "account:TargetRegion": RegionName } },
  })
  const admin = cloud.client(AccountClient, { maxAttempts: 1, credentials })
  const enable = (input: { RegionName: string; AccountId?: string }) =>
    refusal(admin.send(new EnableRegionCommand(input)))
  expect(await enable({ RegionName, AccountId: member })).toBeUndefined()
  const denied =
    /^AccessDeniedException: User: .* is not authorized to perform: account:EnableRegion/
  expect(await enable({ RegionName: "ap-east-2", AccountId: member })).toMatch(denied)
  expect(await enable({ RegionName })).toMatch(denied)
})
