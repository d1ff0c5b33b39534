import {
  AccessAnalyzerClient,
  CreateAnalyzerCommand,
  DeleteAnalyzerCommand,
  GetAnalyzerCommand,
  GetAnalyzedResourceCommand,
  GetFindingsStatisticsCommand,
  GetFindingV2Command,
  ListFindingsCommand,
  ListFindingsV2Command,
  UpdateAnalyzerCommand,
  type Type,
} from "@aws-sdk/client-accessanalyzer"
import {
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import { EnableAWSServiceAccessCommand } from "@aws-sdk/client-organizations"
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { inviteAccount } from "../../organizations/testing/accounts.ts"
import { MANAGEMENT, OTHER } from "../../organizations/testing/open-organization.ts"
import { openPolicies, statement } from "../../organizations/testing/open-policies.ts"

const analyzerName = "inside"
const ARN = "arn:aws:s3:::critical"
const text = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement })
const allow = (Action: string) => text({ Effect: "Allow", Action, Resource: [ARN, `${ARN}/*`] })
const TRUST = text({ Effect: "Allow", Principal: { AWS: OTHER }, Action: "sts:AssumeRole" })

/** An organization with a member whose bucket is looked at. */
async function openInside() {
  const opened = await openPolicies()
  await inviteAccount(opened, OTHER)
  const as = (account: string) => ({
    credentials: { accessKeyId: account, secretAccessKey: "test" },
  })
  const { cloud } = opened
  const iam = cloud.client(IAMClient, as(OTHER))
  const s3 = cloud.client(S3Client, { ...as(OTHER), forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: "critical" }))
  return {
    ...{ ...opened, as, iam, s3 },
    async user(UserName: string, PolicyDocument: string, client = iam) {
      await client.send(new CreateUserCommand({ UserName }))
      await client.send(new PutUserPolicyCommand({ UserName, PolicyName: "own", PolicyDocument }))
    },
    async watch(account: string, type: Type, inclusions: object[] = [{ resourceArns: [ARN] }]) {
      const client = cloud.client(AccessAnalyzerClient, as(account))
      const configuration = { internalAccess: { analysisRule: { inclusions } } }
      const { arn } = await client.send(
        new CreateAnalyzerCommand({ analyzerName, type, configuration }),
      )
      const analyzerArn = arn ?? ""
      return {
        ...{ client, analyzerArn },
        async found(status = "ACTIVE") {
          await cloud.advance("1m")
          const filter = { status: { eq: [status] } }
          const listed = await client.send(new ListFindingsV2Command({ analyzerArn, filter }))
          const details = []
          for (const { id } of listed.findings ?? []) {
            const got = await client.send(new GetFindingV2Command({ analyzerArn, id }))
            details.push(got.findingDetails?.[0]?.internalAccessDetails)
          }
          return details.toSorted((a, b) =>
            (a?.principal?.["AWS"] ?? "") < (b?.principal?.["AWS"] ?? "") ? -1 : 1,
          )
        },
      }
    },
  }
}

test("users and roles that can reach a resource of their account are found, with what they may do", async () => {
  const { user, iam, watch, cloud } = await openInside()
  await user("reader", allow("s3:GetObject"))
  await user("stranger", allow("sqs:SendMessage"))
  const role = { RoleName: "lister", AssumeRolePolicyDocument: TRUST }
  await iam.send(new CreateRoleCommand(role))
  const PolicyDocument = allow("s3:ListBucket")
  await iam.send(new PutRolePolicyCommand({ RoleName: "lister", PolicyName: "p", PolicyDocument }))
  const { client, analyzerArn, found } = await watch(OTHER, "ACCOUNT_INTERNAL_ACCESS")
  const inside = {
    ...{ principalOwnerAccount: OTHER, accessType: "INTRA_ACCOUNT", condition: {} },
    ...{ resourceControlPolicyRestriction: "NOT_APPLICABLE", sources: [{ type: "POLICY" }] },
  }
  // The role that a member of an organization has from its invitation on is service-linked.
  expect(await found()).toMatchObject([
    {
      ...{ ...inside, principal: { AWS: `arn:aws:iam::${OTHER}:role/lister` } },
      ...{ principalType: "IAM_ROLE", action: ["s3:ListBucket"] },
    },
    {
      ...{ ...inside, principal: { AWS: `arn:aws:iam::${OTHER}:user/reader` } },
      ...{ principalType: "IAM_USER", action: ["s3:GetObject"] },
    },
  ])
  const { findings } = await client.send(new ListFindingsV2Command({ analyzerArn }))
  expect(findings?.[0]).toMatchObject({ findingType: "InternalAccess", resource: ARN })
  const { findingsStatistics } = await client.send(
    new GetFindingsStatisticsCommand({ analyzerArn }),
  )
  const counts = { totalActiveFindings: 2, totalArchivedFindings: 0, totalResolvedFindings: 0 }
  expect(findingsStatistics).toEqual([
    {
      internalAccessFindingsStatistics: {
        ...{ resourceTypeStatistics: { "AWS::S3::Bucket": counts }, ...counts },
      },
    },
  ])
  await iam.send(new DeleteUserPolicyCommand({ UserName: "reader", PolicyName: "own" }))
  await cloud.advance("24h")
  expect(await found()).toHaveLength(1)
  expect(await found("RESOLVED")).toMatchObject([
    { principal: { AWS: `arn:aws:iam::${OTHER}:user/reader` } },
  ])
})

test("an organization's analyzer sees who comes from other accounts, and what SCPs leave", async () => {
  const { client, cloud, as, user, s3, watch, enable, impose } = await openInside()
  await client.send(
    new EnableAWSServiceAccessCommand({ ServicePrincipal: "access-analyzer.amazonaws.com" }),
  )
  const manager = cloud.client(IAMClient, as(MANAGEMENT))
  await user("auditor", allow("s3:*"), manager)
  const Policy = text({
    ...{ Effect: "Allow", Principal: { AWS: MANAGEMENT }, Resource: `${ARN}/*` },
    Action: ["s3:GetObject", "s3:PutObject"],
  })
  await s3.send(new PutBucketPolicyCommand({ Bucket: "critical", Policy }))
  await user("own", allow("s3:GetObject"))
  const inclusions = [{ accountIds: [OTHER], resourceTypes: ["AWS::S3::Bucket"] }]
  const { found } = await watch(MANAGEMENT, "ORGANIZATION_INTERNAL_ACCESS", inclusions)
  expect(await found()).toMatchObject([
    {
      ...{ principal: { AWS: `arn:aws:iam::${MANAGEMENT}:user/auditor` }, accessType: "INTRA_ORG" },
      ...{ principalOwnerAccount: MANAGEMENT, action: ["s3:GetObject", "s3:PutObject"] },
    },
    { principal: { AWS: `arn:aws:iam::${OTHER}:user/own` }, accessType: "INTRA_ACCOUNT" },
  ])
  await enable("SERVICE_CONTROL_POLICY")
  await impose(OTHER, statement({ Effect: "Deny", Action: "s3:*" }))
  await cloud.advance("24h")
  expect(await found()).toMatchObject([
    {
      principal: { AWS: `arn:aws:iam::${MANAGEMENT}:user/auditor` },
      serviceControlPolicyRestriction: "NOT_APPLICABLE",
    },
  ])
})

test("only what a rule includes is looked at, and a changed rule is followed at once", async () => {
  const { user, watch } = await openInside()
  await user("reader", allow("s3:GetObject"))
  const { client, found } = await watch(OTHER, "ACCOUNT_INTERNAL_ACCESS", [])
  expect(await found()).toEqual([])
  const inclusions = [{ resourceTypes: ["AWS::S3::Bucket" as const] }]
  const configuration = { internalAccess: { analysisRule: { inclusions } } }
  await client.send(new UpdateAnalyzerCommand({ analyzerName, configuration }))
  expect(await found()).toHaveLength(1)
  const { analyzer } = await client.send(new GetAnalyzerCommand({ analyzerName }))
  expect(analyzer).toMatchObject({ configuration, lastResourceAnalyzed: ARN, status: "ACTIVE" })
  await client.send(new DeleteAnalyzerCommand({ analyzerName }))
})

test("what analyzers of internal access do not have is refused", async () => {
  const { watch } = await openInside()
  const type = "ACCOUNT_INTERNAL_ACCESS"
  const refused = (inclusion: object, watching: Type = type) =>
    expect(watch(OTHER, watching, [inclusion])).rejects.toMatchObject({
      name: "ValidationException",
    })
  await refused({ accountIds: [OTHER] })
  await refused({ resourceTypes: ["AWS::SQS::Queue"] })
  await refused({ resourceArns: ["arn:aws:s3:::*"] })
  await refused({}, "ACCOUNT")
  const { client, analyzerArn } = await watch(OTHER, type)
  const only = { message: "This operation is supported only for external access analyzers." }
  await expect(client.send(new ListFindingsCommand({ analyzerArn }))).rejects.toMatchObject(only)
  const asking = new GetAnalyzedResourceCommand({ analyzerArn, resourceArn: ARN })
  await expect(client.send(asking)).rejects.toMatchObject(only)
  await expect(watch(OTHER, type)).rejects.toMatchObject({ name: "ConflictException" })
})
