import {
  AccessAnalyzerClient,
  CreateAnalyzerCommand,
  GetAnalyzerCommand,
  ListFindingsCommand,
  ListFindingsV2Command,
  StartResourceScanCommand,
} from "@aws-sdk/client-accessanalyzer"
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam"
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  RegisterDelegatedAdministratorCommand,
} from "@aws-sdk/client-organizations"
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { inviteAccount } from "../../organizations/testing/accounts.ts"
import {
  MANAGEMENT,
  openOrganization,
  OTHER,
} from "../../organizations/testing/open-organization.ts"

const ServicePrincipal = "access-analyzer.amazonaws.com"
const STRANGER = "999999999999"
const analyzerName = "all"

async function openAll() {
  const opened = await openOrganization()
  await inviteAccount(opened, OTHER)
  const as = (account: string) => ({
    credentials: { accessKeyId: account, secretAccessKey: "test" },
  })
  const client = (account: string) => opened.cloud.client(AccessAnalyzerClient, as(account))
  const create = (account: string) =>
    client(account).send(new CreateAnalyzerCommand({ analyzerName, type: "ORGANIZATION" }))
  return {
    ...opened,
    analyzing: client,
    create,
    refusal: (account: string) =>
      create(account).then(
        () => "none",
        ({ name }: Error) => name,
      ),
    async queue(account: string, name: string, AWS: string, Condition?: object) {
      const Statement = {
        ...{ Effect: "Allow", Principal: { AWS }, Action: "sqs:SendMessage", Resource: "*" },
        ...(Condition && { Condition }),
      }
      const Attributes = { Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }
      const sqs = opened.cloud.client(SQSClient, as(account))
      await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))
      return `arn:aws:sqs:us-east-1:${account}:${name}`
    },
    async found(account: string) {
      const { arn: analyzerArn } = await status(client(account))
      const { findings = [] } = await client(account).send(new ListFindingsCommand({ analyzerArn }))
      return findings
        .filter((one) => one.status === "ACTIVE")
        .map(({ resource, resourceOwnerAccount, principal }) => ({
          ...{ resource, resourceOwnerAccount, principal },
        }))
    },
  }
}

const status = async (client: AccessAnalyzerClient) => {
  const { analyzer } = await client.send(new GetAnalyzerCommand({ analyzerName }))
  return { arn: analyzer?.arn, state: analyzer?.status, reason: analyzer?.statusReason?.code }
}

test("an analyzer of an organization sees all its accounts, which trust each other", async () => {
  const { client, create, queue, found, cloud, organization, ...opened } = await openAll()
  await client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
  await queue(OTHER, "within", MANAGEMENT)
  const inOrganization = { StringEquals: { "aws:PrincipalOrgID": organization.Id } }
  await queue(OTHER, "members", "*", inOrganization)
  const out = await queue(OTHER, "out", STRANGER)
  const own = await queue(MANAGEMENT, "own", STRANGER)
  await create(MANAGEMENT)
  await cloud.advance("1m")
  const finding = (resource: string, resourceOwnerAccount: string) => ({
    ...{ resource, resourceOwnerAccount, principal: { AWS: STRANGER } },
  })
  const seen = await found(MANAGEMENT)
  expect(seen).toHaveLength(2)
  expect(seen).toContainEqual(finding(own, MANAGEMENT))
  expect(seen).toContainEqual(finding(out, OTHER))
  const later = await queue(OTHER, "later", STRANGER)
  const { arn: analyzerArn } = await status(opened.analyzing(MANAGEMENT))
  const scan = new StartResourceScanCommand({ analyzerArn, resourceArn: later })
  await opened.analyzing(MANAGEMENT).send(scan)
  expect(await found(MANAGEMENT)).toContainEqual(finding(later, OTHER))
})

test("a finding tells whether the organization has RCPs about such resources", async () => {
  const { client, create, queue, cloud, organization, analyzing } = await openAll()
  await client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
  await queue(OTHER, "out", STRANGER)
  await create(MANAGEMENT)
  await cloud.advance("1m")
  const restriction = async () => {
    const { arn: analyzerArn } = await status(analyzing(MANAGEMENT))
    const { findings } = await analyzing(MANAGEMENT).send(new ListFindingsCommand({ analyzerArn }))
    return findings?.map((one) => one.resourceControlPolicyRestriction)
  }
  expect(await restriction()).toEqual(["NOT_APPLICABLE"])
  const Type = "RESOURCE_CONTROL_POLICY"
  const { Roots } = await client.send(new ListRootsCommand())
  const RootId = Roots?.[0]?.Id
  await client.send(new EnablePolicyTypeCommand({ RootId, PolicyType: Type }))
  const Content = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      ...{ Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: "*" },
      Condition: { StringNotEquals: { "aws:PrincipalOrgID": organization.Id } },
    },
  })
  const making = new CreatePolicyCommand({ Name: "held", Content, Type, Description: "d" })
  const PolicyId = (await client.send(making)).Policy?.PolicySummary?.Id
  await client.send(new AttachPolicyCommand({ PolicyId, TargetId: RootId }))
  await cloud.advance("25h")
  expect(await restriction()).toEqual(["APPLICABLE"])
})

test("only who administers Access Analyzer for an organization has such an analyzer", async () => {
  const { client, create, refusal, analyzing } = await openAll()
  expect(await refusal(STRANGER)).toBe("ValidationException")
  expect(await refusal(MANAGEMENT)).toBe("ValidationException")
  await client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
  expect(await refusal(OTHER)).toBe("ValidationException")
  const registering = { AccountId: OTHER, ServicePrincipal }
  await client.send(new RegisterDelegatedAdministratorCommand(registering))
  await create(OTHER)
  expect(await status(analyzing(OTHER))).toMatchObject({ state: "ACTIVE" })
  await create(MANAGEMENT)
  await client.send(new DisableAWSServiceAccessCommand({ ServicePrincipal }))
  expect(await status(analyzing(MANAGEMENT))).toMatchObject({
    ...{ state: "DISABLED", reason: "AWS_SERVICE_ACCESS_DISABLED" },
  })
})

test("an analyzer of unused access sees the roles of all accounts of an organization", async () => {
  const { client, cloud, analyzing } = await openAll()
  await client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
  const iam = cloud.client(IAMClient, {
    credentials: { accessKeyId: OTHER, secretAccessKey: "test" },
  })
  const Statement = { Effect: "Allow", Principal: { AWS: OTHER }, Action: "sts:AssumeRole" }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
  await iam.send(new CreateRoleCommand({ RoleName: "idle", AssumeRolePolicyDocument }))
  const type = "ORGANIZATION_UNUSED_ACCESS"
  const configuration = { unusedAccess: { unusedAccessAge: 1 } }
  const creating = new CreateAnalyzerCommand({ analyzerName, type, configuration })
  const { arn: analyzerArn } = await analyzing(MANAGEMENT).send(creating)
  await cloud.advance("2d")
  const listing = new ListFindingsV2Command({ analyzerArn })
  const { findings } = await analyzing(MANAGEMENT).send(listing)
  expect(findings).toMatchObject([
    {
      ...{ findingType: "UnusedIAMRole", resourceOwnerAccount: OTHER },
      resource: `arn:aws:iam::${OTHER}:role/idle`,
    },
  ])
})
