import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GenerateOrganizationsAccessReportCommand,
  GetOrganizationsAccessReportCommand,
  IAMClient,
  PutUserPolicyCommand,
  type SortKeyType,
} from "@aws-sdk/client-iam"
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreatePolicyCommand,
  DescribeCreateAccountStatusCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations"
import { KMSClient, ListKeysCommand } from "@aws-sdk/client-kms"
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openOrganization, OTHER } from "../../organizations/testing/open-organization.ts"
import { refusalOf } from "../../s3/testing/open-bucket.ts"

const ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
})

/** An organization with a member, whose user has listed its queues. */
async function openUsed() {
  const { cloud, client, organization } = await openOrganization()
  const { Roots = [] } = await client.send(new ListRootsCommand({}))
  const root = Roots[0]?.Id
  await client.send(
    new EnablePolicyTypeCommand({ RootId: root, PolicyType: "SERVICE_CONTROL_POLICY" }),
  )
  const { CreateAccountStatus } = await client.send(
    new CreateAccountCommand({ AccountName: "member", Email: "member@example.com" }),
  )
  await cloud.advance("1m")
  const status = await client.send(
    new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: CreateAccountStatus?.Id }),
  )
  const member = status.CreateAccountStatus?.AccountId ?? ""
  const iam = cloud.client(IAMClient, {
    credentials: { accessKeyId: member, secretAccessKey: "test" },
  })
  const UserName = "worker"
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument: ALL }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {}
  const credentials = { accessKeyId, secretAccessKey }
  await cloud.client(SQSClient, { credentials }).send(new ListQueuesCommand({}))
  await cloud.settle()
  const management = cloud.client(IAMClient)
  const report = async (
    EntityPath: string,
    { policy, SortKey }: { policy?: string | undefined; SortKey?: SortKeyType } = {},
  ) => {
    const asked = { EntityPath, OrganizationsPolicyId: policy }
    const { JobId } = await management.send(new GenerateOrganizationsAccessReportCommand(asked))
    return management.send(new GetOrganizationsAccessReportCommand({ JobId, SortKey }))
  }
  return { cloud, client, member, root, report, path: `${organization.Id}/${root}` }
}

test("an organization's report tells what its members used, and where", async () => {
  const { report, path, member, cloud } = await openUsed()
  const whole = await report(path, { SortKey: "LAST_AUTHENTICATED_TIME_DESCENDING" })
  expect(whole.JobStatus).toBe("COMPLETED")
  expect(whole.AccessDetails?.[0]).toMatchObject({
    ServiceNamespace: "sqs",
    Region: "us-east-1",
    EntityPath: `${path}/${member}/`,
    LastAuthenticatedTime: new Date(Math.floor(cloud.now().getTime() / 1000) * 1000),
    TotalAuthenticatedEntities: 1,
  })
  const { NumberOfServicesAccessible = 0, NumberOfServicesNotAccessed } = whole
  expect(NumberOfServicesAccessible).toBeGreaterThan(300)
  expect(NumberOfServicesNotAccessed).toBe(NumberOfServicesAccessible - 1)
  expect(whole.IsTruncated).toBe(true)
  const own = await report(`${path}/${member}`, { SortKey: "SERVICE_NAMESPACE_ASCENDING" })
  expect(own.AccessDetails?.[0]?.ServiceNamespace).toBe("a2c")
})

test("what the root user of a member did with a key of its own is in the report", async () => {
  const { cloud, report, path, member } = await openUsed()
  const root = { accessKeyId: member, secretAccessKey: "test" }
  const iam = cloud.client(IAMClient, { credentials: root })
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({}))
  const kms = cloud.client(KMSClient, {
    credentials: {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    },
  })
  await kms.send(new ListKeysCommand({}))
  await cloud.settle()
  const { AccessDetails = [] } = await report(path, {
    SortKey: "LAST_AUTHENTICATED_TIME_DESCENDING",
  })
  const used = AccessDetails.find(({ ServiceNamespace }) => ServiceNamespace === "kms")
  expect(used).toMatchObject({
    EntityPath: `${path}/${member}/`,
    TotalAuthenticatedEntities: 1,
  })
})

test("a policy's report is about the services that it allows", async () => {
  const { client, cloud, root, report, path } = await openUsed()
  const { Policy } = await client.send(
    new CreatePolicyCommand({
      ...{ Name: "queues", Description: "", Type: "SERVICE_CONTROL_POLICY" },
      Content: ALL.replace('"*"', '["sqs:*","sns:*"]'),
    }),
  )
  const policy = Policy?.PolicySummary?.Id
  await client.send(new AttachPolicyCommand({ PolicyId: policy, TargetId: root }))
  const { AccessDetails = [] } = await report(path, { policy })
  expect(AccessDetails.map(({ ServiceNamespace }) => ServiceNamespace)).toEqual(["sns", "sqs"])
  // Who asks may be held to a policy.
  const { credentials } = await newUser(cloud.client(IAMClient), "auditor", {
    ...{ Action: "iam:GenerateOrganizationsAccessReport", Resource: "*" },
    Condition: { StringEquals: { "iam:OrganizationsPolicyId": policy } },
  })
  const auditor = cloud.client(IAMClient, { credentials })
  const ask = (OrganizationsPolicyId?: string) => {
    const asked = { EntityPath: path, OrganizationsPolicyId }
    return refusalOf(auditor.send(new GenerateOrganizationsAccessReportCommand(asked)))
  }
  expect(await ask(policy)).toBe("no refusal")
  expect(await ask()).toMatch(/^AccessDenied/)
})

test("only the management account asks, and about its own organization", async () => {
  const { cloud, report, path, member } = await openUsed()
  expect(await refusalOf(report(`${path}/ou-none-nowhere1`))).toMatch(/^InvalidInput/)
  for (const accessKeyId of [member, OTHER]) {
    const other = cloud.client(IAMClient, { credentials: { accessKeyId, secretAccessKey: "test" } })
    const asked = new GenerateOrganizationsAccessReportCommand({ EntityPath: path })
    expect(await refusalOf(other.send(asked))).toMatch(/^InvalidInput/)
  }
})
