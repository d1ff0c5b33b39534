import { CreateInstanceProfileCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam"
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api"
import { CreateBucketCommand, PutBucketTaggingCommand, S3Client } from "@aws-sdk/client-s3"
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { DeleteQueueCommand } from "@aws-sdk/client-sqs"
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm"
import { expect, test } from "vitest"
import { openInProcess } from "../../../gateway/testing/in-process.ts"
import type { InProcessCloud } from "../../../index.ts"
import { refusalOf, taggingOf } from "../testing/open-tagging.ts"

const TAGS = [{ Key: "team", Value: "blue" }]
const BLUE = { team: "blue" }

/** A bucket, a key, a secret and a parameter of us-east-1, all of them tagged; their ARNs. */
async function makeThings(cloud: InProcessCloud) {
  const { options } = taggingOf(cloud)
  const s3 = cloud.client(S3Client, options)
  await s3.send(new CreateBucketCommand({ Bucket: "things" }))
  await s3.send(new PutBucketTaggingCommand({ Bucket: "things", Tagging: { TagSet: TAGS } }))
  const kms = cloud.client(KMSClient, options)
  const tagged = { Tags: [{ TagKey: "team", TagValue: "blue" }] }
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(tagged))
  const secrets = cloud.client(SecretsManagerClient, options)
  const named = { Name: "a/b", SecretString: "s", Tags: TAGS }
  const secret = await secrets.send(new CreateSecretCommand(named))
  const flag = { Name: "flag", Value: "1", Type: "String", Tags: TAGS } as const
  await cloud.client(SSMClient, options).send(new PutParameterCommand(flag))
  return {
    [KeyMetadata?.Arn ?? ""]: BLUE,
    "arn:aws:s3:::things": BLUE,
    [secret.ARN ?? ""]: BLUE,
    "arn:aws:ssm:us-east-1:000000000000:parameter/flag": BLUE,
  }
}

test("tagged resources of all services show, in their account and Region only", async () => {
  const cloud = await openInProcess()
  const { sqs, queue, shown } = taggingOf(cloud)
  const arn = await queue("jobs", { team: "blue", stage: "test" })
  await queue("untagged")
  const there = taggingOf(cloud, { region: "eu-west-1" })
  const elsewhere = await there.queue("jobs", { team: "green" })
  await taggingOf(cloud, { account: "111111111111" }).queue("jobs", { team: "red" })
  const things = await makeThings(cloud)
  const all = await shown()
  expect(all).toEqual({ ...things, [arn]: { team: "blue", stage: "test" } })
  expect(await there.shown()).toEqual({ [elsewhere]: { team: "green" } })
  // Page by page the same, in the same order; the bucket is not of that Region.
  expect(Object.entries(await shown({ ResourcesPerPage: 1 }))).toEqual(Object.entries(all))
  await sqs.send(new DeleteQueueCommand({ QueueUrl: "jobs" }))
  expect(await shown()).toEqual(things)
})

test("global resources show in us-east-1; users and roles do not show", async () => {
  const cloud = await openInProcess()
  const { options, shown } = taggingOf(cloud)
  const iam = cloud.client(IAMClient, options)
  const InstanceProfileName = "web"
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, Tags: TAGS }))
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" },
  })
  await iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument, Tags: TAGS }))
  const web = { "arn:aws:iam::000000000000:instance-profile/web": BLUE }
  expect(await shown()).toEqual(web)
  expect(await taggingOf(cloud, { region: "eu-west-1" }).shown()).toEqual({})
})

test("filters: every key, one of its values, types as ARNs name them", async () => {
  const cloud = await openInProcess()
  const { queue, shown } = taggingOf(cloud)
  const things = await makeThings(cloud)
  const a = await queue("a", { team: "blue", stage: "test" })
  const b = await queue("b", { team: "green" })
  const of = async (...TagFilters: { Key: string; Values?: string[] }[]) =>
    Object.keys(await shown({ TagFilters, ResourceTypeFilters: ["sqs"] }))
  expect(await of({ Key: "team" })).toEqual([a, b])
  expect(await of({ Key: "team", Values: ["green", "red"] })).toEqual([b])
  expect(await of({ Key: "team", Values: ["blue", "green"] }, { Key: "stage" })).toEqual([a])
  expect(await of({ Key: "Team" })).toEqual([])
  expect(await of({ Key: "toString" })).toEqual([])
  const typed = async (...ResourceTypeFilters: string[]) =>
    Object.keys(await shown({ ResourceTypeFilters }))
  expect(await typed("sqs:queue", "s3:bucket")).toEqual(["arn:aws:s3:::things", a, b])
  expect(await typed("secretsmanager:secret")).toEqual([Object.keys(things)[2]])
  expect(await typed("s3:object", "ec2")).toEqual([])
})

test("a page has so many tags, and splits no resource; tokens end after 15 minutes", async () => {
  const cloud = await openInProcess()
  const { tagging, queue } = taggingOf(cloud)
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`key${n}`, "v"]))
  for (const name of ["a", "b", "c", "d", "e"]) await queue(name, many)
  const page = async (PaginationToken?: string) => {
    const asked = { TagsPerPage: 100, ...(PaginationToken && { PaginationToken }) }
    const answer = await tagging.send(new GetResourcesCommand(asked))
    const names = answer.ResourceTagMappingList?.map(({ ResourceARN }) => ResourceARN?.at(-1))
    return { names, token: answer.PaginationToken }
  }
  const first = await page()
  expect(first.names).toEqual(["a", "b"])
  // What is made in front of the token does not shift the pages.
  await queue("aa", many)
  const second = await page(first.token)
  expect(second.names).toEqual(["c", "d"])
  expect(await page(second.token)).toEqual({ names: ["e"], token: "" })
  await cloud.advance("15m")
  expect((await page(second.token)).names).toEqual(["e"])
  await cloud.advance("1s")
  expect(await refusalOf(page(second.token))).toMatch("PaginationTokenExpiredException")
  expect(await refusalOf(page("nonsense"))).toMatch("InvalidParameterException")
})

test("by ARN: what is not there or somebody else's is left out", async () => {
  const cloud = await openInProcess()
  const { queue, shown } = taggingOf(cloud)
  await makeThings(cloud)
  const mine = await queue("mine", BLUE)
  const other = taggingOf(cloud, { account: "111111111111" })
  const theirs = await other.queue("theirs", BLUE)
  const bucket = "arn:aws:s3:::things"
  const asked = { ResourceARNList: [mine, theirs, bucket, `${mine}2`, "nonsense"] }
  expect(await shown(asked)).toEqual({ [mine]: BLUE, [bucket]: BLUE })
  expect(await other.shown(asked)).toEqual({ [theirs]: BLUE })
  const invalid = /^InvalidParameterException/
  expect(await refusalOf(shown({ ...asked, TagFilters: [{ Key: "a" }] }))).toMatch(invalid)
  expect(await refusalOf(shown({ ...asked, ResourcesPerPage: 5 }))).toMatch(invalid)
  expect(await refusalOf(shown({ ResourcesPerPage: 101 }))).toMatch(invalid)
  expect(await refusalOf(shown({ TagsPerPage: 99 }))).toMatch(invalid)
  expect(await refusalOf(shown({ ExcludeCompliantResources: true }))).toMatch(invalid)
})
