import {
  DescribeAvailabilityZonesCommand,
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2"
import { AccountClient, DisableRegionCommand, ListRegionsCommand } from "@aws-sdk/client-account"
import { IAMClient, ListUsersCommand } from "@aws-sdk/client-iam"
import { HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm"
import { expect, test } from "vitest"
import { OBEYED, outcomesBy } from "../../../gateway/testing/condition.ts"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"
import { refusalWithStatus as refusalOf } from "../../../gateway/testing/refusal.ts"
import type { InProcessCloud } from "../../../index.ts"
import { creation } from "../../s3/testing/open-directory.ts"

async function openCloud(): Promise<{ cloud: InProcessCloud; ec2: EC2Client }> {
  const cloud = await openInProcess()
  return { cloud, ec2: cloud.client(EC2Client) }
}

test("REGION-1 Regions are known by their codes, and have long names in public parameters", async () => {
  const { cloud, ec2 } = await openCloud()
  const ssm = cloud.client(SSMClient)
  const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }))
  expect(Regions.length).toBeGreaterThan(30)
  expect(Regions).toContainEqual({
    OptInStatus: "opt-in-not-required",
    RegionName: "ap-southeast-2",
    Endpoint: "ec2.ap-southeast-2.amazonaws.com",
  })
  const nameOf = async (code: string): Promise<string | undefined> => {
    const Name = `/aws/service/global-infrastructure/regions/${code}/longName`
    return (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value
  }
  expect(await nameOf("ap-southeast-2")).toBe("Asia Pacific (Sydney)")
  for (const { RegionName = "" } of Regions) expect(await nameOf(RegionName)).toMatch(/\w \(.+\)$/)
  const names = ["Asia Pacific (Sydney)", "us-east-1"]
  expect(await refusalOf(ec2.send(new DescribeRegionsCommand({ RegionNames: names })))).toBe(
    "400 InvalidParameterValue: Invalid region: [Asia Pacific (Sydney)]",
  )
  // Nor does any API answer calls that are signed for anything but a code.
  const config = { region: "sydney" }
  const Name = "/aws/service/global-infrastructure/regions/us-east-1/longName"
  for (const ask of [
    () => cloud.client(EC2Client, config).send(new DescribeRegionsCommand({})),
    () => cloud.client(SSMClient, config).send(new GetParameterCommand({ Name })),
    () => cloud.client(AccountClient, config).send(new ListRegionsCommand({})),
    () => cloud.client(IAMClient, config).send(new ListUsersCommand({})),
  ])
    expect(await refusalOf(ask())).toContain("Credential should be scoped to a valid region")
})

test("REGION-4 every Region has several AZs, and what is in one fails with it alone", async () => {
  const { cloud, ec2 } = await openCloud()
  const zones = async () =>
    (await ec2.send(new DescribeAvailabilityZonesCommand({}))).AvailabilityZones ?? []
  const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({}))
  for (const { RegionName: region = "" } of Regions) {
    const there = cloud.client(EC2Client, { region })
    const { AvailabilityZones = [] } = await there.send(new DescribeAvailabilityZonesCommand({}))
    expect(AvailabilityZones.length).toBeGreaterThanOrEqual(2)
  }
  expect((await zones())[0]).toEqual({
    OptInStatus: "opt-in-not-required",
    Messages: [],
    RegionName: "us-east-1",
    ZoneName: "us-east-1a",
    ZoneId: expect.stringMatching(/^use1-az[1-6]$/) as string,
    GroupName: "us-east-1-zg-1",
    NetworkBorderGroup: "us-east-1",
    ZoneType: "availability-zone",
    GroupLongName: "US East (N. Virginia) 1",
    State: "available",
  })
  const s3 = cloud.client(S3Client)
  const [here = "", there = ""] = (await zones()).map(({ ZoneId = "" }) => ZoneId)
  const bucketIn = (zone: string): string => `jobs--${zone}--x-s3`
  for (const zone of [here, there]) {
    const Bucket = bucketIn(zone)
    await s3.send(creation(Bucket, zone))
    await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "b" }))
  }
  const look = (zone: string) =>
    refusalOf(s3.send(new HeadObjectCommand({ Bucket: bucketIn(zone), Key: "a" })))
  await cloud.fail({ az: "us-east-1b" })
  const down = (await zones()).filter(({ State }) => State !== "available")
  expect(down.map(({ ZoneName, State }) => [ZoneName, State])).toEqual([
    ["us-east-1b", "unavailable"],
  ])
  expect(await look(there)).toMatch(/^503 /)
  expect(await look(here)).toBe("no refusal")
})

test("zones are chosen by name, by id and by filters", async () => {
  const { ec2 } = await openCloud()
  const named = async (input: object): Promise<unknown> => {
    const answer = await ec2.send(new DescribeAvailabilityZonesCommand(input))
    return answer.AvailabilityZones?.map(({ ZoneName }) => ZoneName)
  }
  const all = await ec2.send(new DescribeAvailabilityZonesCommand({}))
  const { ZoneId = "" } = all.AvailabilityZones?.[1] ?? {}
  expect(await named({ ZoneIds: [ZoneId] })).toEqual(["us-east-1b"])
  expect(await named({ ZoneNames: ["us-east-1c", "us-east-1a"] })).toEqual([
    ...["us-east-1a", "us-east-1c"],
  ])
  const like = (...Values: string[]) => named({ Filters: [{ Name: "zone-name", Values }] })
  expect(await like("us-*-1a", "*1f")).toEqual(["us-east-1a", "us-east-1f"])
  expect(await like("us-east-\\*")).toEqual([])
  expect(await like("US-EAST-1A")).toEqual([])
  const both = [
    { Name: "zone-name", Values: ["*a", "*b"] },
    { Name: "zone-id", Values: [ZoneId] },
  ]
  expect(await named({ Filters: both })).toEqual(["us-east-1b"])
  const refused = (input: object) =>
    refusalOf(ec2.send(new DescribeAvailabilityZonesCommand(input)))
  expect(await refused({ ZoneNames: ["us-east-1z"] })).toBe(
    "400 InvalidParameterValue: Invalid availability zone: [us-east-1z]",
  )
  expect(await refused({ Filters: [{ Name: "colour", Values: ["red"] }] })).toBe(
    "400 InvalidParameterValue: The filter 'colour' is invalid",
  )
  const Values = Array.from({ length: 201 }, String)
  expect(await refused({ Filters: [{ Name: "state", Values }] })).toBe(
    "400 FilterLimitExceeded: The maximum number of filter values is 200.",
  )
})

test("Regions that an account has left are shown only to who asks for all", async () => {
  const { cloud, ec2 } = await openCloud()
  await cloud.client(AccountClient).send(new DisableRegionCommand({ RegionName: "af-south-1" }))
  await cloud.advance("1d")
  const statusOf = async (input: object): Promise<unknown> =>
    (await ec2.send(new DescribeRegionsCommand(input))).Regions?.find(
      ({ RegionName }) => RegionName === "af-south-1",
    )?.OptInStatus
  expect(await statusOf({})).toBeUndefined()
  expect(await statusOf({ AllRegions: true })).toBe("not-opted-in")
  expect(await statusOf({ RegionNames: ["af-south-1"] })).toBe("not-opted-in")
  const Filters = [{ Name: "opt-in-status", Values: ["opt*"] }]
  expect(await statusOf({ AllRegions: true, Filters })).toBeUndefined()
})

test("a dry run tells who may from who may not", async () => {
  const { cloud, ec2 } = await openCloud()
  const ask = (client: EC2Client) =>
    refusalOf(client.send(new DescribeAvailabilityZonesCommand({ DryRun: true })))
  expect(await ask(ec2)).toBe(
    "412 DryRunOperation: Request would have succeeded, but DryRun flag is set.",
  )
  const { credentials } = await newUser(cloud.client(IAMClient), "ann")
  const ann = cloud.client(EC2Client, { credentials })
  expect(await ask(ann)).toBe(
    "403 UnauthorizedOperation: You are not authorized to perform this operation. " +
      "User: arn:aws:iam::000000000000:user/ann is not authorized to perform: " +
      "ec2:DescribeAvailabilityZones because no identity-based policy allows the " +
      "ec2:DescribeAvailabilityZones action",
  )
})

test("what is not there says so by name", async () => {
  const { ec2 } = await openCloud()
  const refused = await refusalOf(ec2.send(new DescribeInstancesCommand({})))
  expect(refused).toMatch(/^501 NotImplemented: /)
})

test("policies look at the Region that is asked", async () => {
  const { cloud } = await openCloud()
  const user = await newUser(cloud.client(IAMClient), "ann")
  const ec2 = cloud.client(EC2Client, { credentials: user.credentials, region: "eu-west-1" })
  const condition = { action: "ec2:DescribeRegions", key: "ec2:Region", value: "eu-west-1" }
  const describe = () => ec2.send(new DescribeRegionsCommand({}))
  expect(await outcomesBy(user, condition, describe)).toEqual(OBEYED)
})
