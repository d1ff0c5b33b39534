import {
  EnableAWSServiceAccessCommand,
  RegisterDelegatedAdministratorCommand,
} from "@aws-sdk/client-organizations"
import {
  GetComplianceSummaryCommand,
  GetResourcesCommand,
  ListRequiredTagsCommand,
  type GetComplianceSummaryCommandInput,
} from "@aws-sdk/client-resource-groups-tagging-api"
import { CreateBucketCommand, PutBucketTaggingCommand, S3Client } from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { inviteAccount } from "../../organizations/testing/accounts.ts"
import { MANAGEMENT, OTHER } from "../../organizations/testing/open-organization.ts"
import { openPolicies } from "../../organizations/testing/open-policies.ts"
import { refusalOf, taggingOf, type Whose } from "../testing/open-tagging.ts"

const ServicePrincipal = "tagpolicies.tag.amazonaws.com"

const RULES = {
  tags: {
    costcenter: {
      tag_key: { "@@assign": "CostCenter" },
      tag_value: { "@@assign": ["100", "2*"] },
    },
    owner: {
      tag_key: { "@@assign": "owner" },
      report_required_tag_for: { "@@assign": ["s3:ALL_SUPPORTED"] },
    },
  },
}

/** An organization with one member, and a tag policy on its root. */
async function openAudit() {
  const policies = await openPolicies()
  await inviteAccount(policies, OTHER)
  await policies.enable("TAG_POLICY")
  await policies.impose(policies.root, RULES, "TAG_POLICY")
  const { cloud } = policies
  const of = (whose: Whose) => taggingOf(cloud, whose)
  const trust = () => policies.client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
  const { tagging } = of({ account: MANAGEMENT })
  const summary = async (input: GetComplianceSummaryCommandInput = {}, by = tagging) =>
    ((await by.send(new GetComplianceSummaryCommand(input))).SummaryList ?? []).map(
      ({ LastUpdated, ...rest }) => {
        expect(LastUpdated).toBe(cloud.now().toISOString())
        return rest
      },
    )
  return { ...policies, of, trust, summary }
}

test("TPOL-2 resources whose tags do not comply are reported, with what is wrong", async () => {
  const { of, cloud } = await openAudit()
  const member = of({ account: OTHER })
  const good = await member.queue("good", { CostCenter: "100", other: "x" })
  await member.queue("starred", { CostCenter: "21" })
  const wrongCase = await member.queue("case", { costcenter: "100" })
  const wrongValue = await member.queue("value", { CostCenter: "300" })
  await member.queue("without", { team: "blue" })
  await member.queue("untagged")
  const s3 = cloud.client(S3Client, member.options)
  await s3.send(new CreateBucketCommand({ Bucket: "things" }))
  const TagSet = [{ Key: "team", Value: "blue" }]
  await s3.send(new PutBucketTaggingCommand({ Bucket: "things", Tagging: { TagSet } }))
  const report = async (ExcludeCompliantResources: boolean) => {
    const asked = { IncludeComplianceDetails: true, ExcludeCompliantResources }
    const { ResourceTagMappingList = [] } = await member.tagging.send(
      new GetResourcesCommand(asked),
    )
    return Object.fromEntries(
      ResourceTagMappingList.map((one) => [one.ResourceARN, one.ComplianceDetails]),
    )
  }
  const none = { NoncompliantKeys: [], KeysWithNoncompliantValues: [], MissingTagKeys: [] }
  const noncompliant = {
    "arn:aws:s3:::things": { ...none, MissingTagKeys: ["owner"], ComplianceStatus: false },
    [wrongCase]: { ...none, NoncompliantKeys: ["costcenter"], ComplianceStatus: false },
    [wrongValue]: { ...none, KeysWithNoncompliantValues: ["CostCenter"], ComplianceStatus: false },
  }
  expect(await report(true)).toEqual(noncompliant)
  const all = await report(false)
  expect(all).toMatchObject(noncompliant)
  expect(Object.keys(all)).toHaveLength(6)
  expect(all[good]).toEqual({ ...none, ComplianceStatus: true })
  expect(await of({ account: "333333333333" }).shown({ IncludeComplianceDetails: true })).toEqual(
    {},
  )
})

test("TPOL-2 an organization's summary counts by account, Region and type", async () => {
  const { of, trust, summary, root, organization } = await openAudit()
  await trust()
  const bad = { CostCenter: "300" }
  await of({ account: OTHER }).queue("a", { ...bad, team: "blue" })
  await of({ account: OTHER, region: "eu-west-1" }).queue("b", bad)
  await of({ account: OTHER, region: "eu-west-1" }).queue("good", { CostCenter: "100" })
  await of({ account: MANAGEMENT }).queue("c", bad)
  await of({ account: "333333333333" }).queue("outside", bad)
  const whole = { TargetId: root, TargetIdType: "ROOT" }
  expect(await summary()).toEqual([{ ...whole, NonCompliantResources: 3 }])
  const account = (TargetId: string) => ({ TargetId, TargetIdType: "ACCOUNT" })
  expect(await summary({ GroupBy: ["TARGET_ID", "REGION"] })).toEqual([
    { ...account(MANAGEMENT), Region: "us-east-1", NonCompliantResources: 1 },
    { ...account(OTHER), Region: "eu-west-1", NonCompliantResources: 1 },
    { ...account(OTHER), Region: "us-east-1", NonCompliantResources: 1 },
  ])
  expect(await summary({ GroupBy: ["RESOURCE_TYPE"] })).toEqual([
    { ResourceType: "sqs:queue", NonCompliantResources: 3 },
  ])
  const counted = async (input: GetComplianceSummaryCommandInput) =>
    (await summary(input))[0]?.NonCompliantResources
  expect(await counted({ TargetIdFilters: [OTHER] })).toBe(2)
  expect(await counted({ RegionFilters: ["eu-west-1"] })).toBe(1)
  expect(await counted({ TagKeyFilters: ["team"] })).toBe(1)
  expect(await counted({ ResourceTypeFilters: ["s3"] })).toBe(0)
  expect(await refusalOf(summary({ TargetIdFilters: ["333333333333"] }))).toMatch(
    "InvalidParameterException",
  )
  expect(organization.MasterAccountId).toBe(MANAGEMENT)
})

test("only who administers may sum up, in us-east-1 and with trusted access", async () => {
  const { of, trust, summary, client } = await openAudit()
  const refused = /^ConstraintViolationException/
  expect(await refusalOf(summary())).toMatch(refused)
  await trust()
  expect(await summary()).toHaveLength(1)
  const elsewhere = of({ account: MANAGEMENT, region: "eu-west-1" }).tagging
  expect(await refusalOf(summary({}, elsewhere))).toMatch(refused)
  const member = of({ account: OTHER }).tagging
  expect(await refusalOf(summary({}, member))).toMatch(refused)
  await client.send(
    new RegisterDelegatedAdministratorCommand({ AccountId: OTHER, ServicePrincipal }),
  )
  expect(await summary({}, member)).toHaveLength(1)
})

test("the tags that the account's policy requires are listed by type, with all types where it says so", async () => {
  const { of, impose, root, cloud } = await openAudit()
  const more = {
    tags: {
      team: {
        tag_key: { "@@assign": "Team" },
        report_required_tag_for: { "@@assign": ["sqs:queue", "s3:bucket", "ec2:vpc"] },
      },
    },
  }
  await impose(root, more, "TAG_POLICY")
  const { tagging } = of({ account: OTHER, region: "eu-west-1" })
  const list = (input = {}) => tagging.send(new ListRequiredTagsCommand(input))
  const { RequiredTags, NextToken } = await list()
  expect(NextToken).toBeUndefined()
  const s3 = (type: string, name: string, ...ReportingTagKeys: string[]) => ({
    ...{ ResourceType: `s3:${type}`, CloudFormationResourceTypes: [`AWS::S3::${name}`] },
    ReportingTagKeys,
  })
  expect(RequiredTags).toEqual([
    { ResourceType: "ec2:vpc", ReportingTagKeys: ["Team"] },
    s3("accesspoint", "AccessPoint", "owner"),
    s3("bucket", "Bucket", "owner", "Team"),
    s3("storage-lens", "StorageLens", "owner"),
    s3("storage-lens-group", "StorageLensGroup", "owner"),
    {
      ...{ ResourceType: "sqs:queue", CloudFormationResourceTypes: ["AWS::SQS::Queue"] },
      ReportingTagKeys: ["Team"],
    },
  ])
  const first = await list({ MaxResults: 4 })
  const second = await list({ MaxResults: 4, NextToken: first.NextToken })
  expect([...(first.RequiredTags ?? []), ...(second.RequiredTags ?? [])]).toEqual(RequiredTags)
  expect(second.NextToken).toBeUndefined()
  expect(await refusalOf(list({ NextToken: "x" }))).toMatch(/^InvalidParameterException/)
  expect(await refusalOf(list({ MaxResults: 201 }))).toMatch(/MaxResults|maxResults/)
  await cloud.advance("16m")
  expect(await refusalOf(list({ NextToken: first.NextToken }))).toMatch(
    /^PaginationTokenExpiredException/,
  )
  const outside = of({ account: "333333333333" }).tagging
  expect(await outside.send(new ListRequiredTagsCommand({}))).toMatchObject({ RequiredTags: [] })
})
