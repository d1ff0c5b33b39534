import {
  CreateOrganizationalUnitCommand,
  LeaveOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
} from "@aws-sdk/client-organizations"
import { IAMClient } from "@aws-sdk/client-iam"
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { refusalOf } from "../../iam/testing/open-iam.ts"
import { inviteAccount } from "../testing/accounts.ts"
import { openOrganization, OTHER, type TestOrganization } from "../testing/open-organization.ts"

const keysOf = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: "test" })

/** A queue of the management account that lets in whom the condition describes. */
async function queueFor(
  { cloud }: Pick<TestOrganization, "cloud">,
  Condition: object,
): Promise<string> {
  const Statement = { Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: "*", Condition }
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
  const input = { QueueName: "q", Attributes: { Policy } }
  return (await cloud.client(SQSClient).send(new CreateQueueCommand(input))).QueueUrl ?? ""
}

test("aws:PrincipalOrgID lets in all accounts of an organization, and no others", async () => {
  const { client, of, cloud, organization } = await openOrganization()
  const QueueUrl = await queueFor(
    { cloud },
    { StringEquals: { "aws:PrincipalOrgID": organization.Id } },
  )
  const sqs = cloud.client(SQSClient, { credentials: keysOf(OTHER) })
  const send = () => refusalOf(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" })))
  expect(await send()).toMatch(/AccessDenied/)
  await inviteAccount({ client, of }, OTHER)
  expect(await send()).toBe("no refusal")
  await of(OTHER).send(new LeaveOrganizationCommand({}))
  expect(await send()).toMatch(/AccessDenied/)
})

test("aws:PrincipalOrgPaths lets in the accounts under a unit", async () => {
  const { client, of, cloud, organization } = await openOrganization()
  await inviteAccount({ client, of }, OTHER)
  const root = (await client.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? ""
  const unit = { ParentId: root, Name: "u" }
  const made = await client.send(new CreateOrganizationalUnitCommand(unit))
  const unitId = made.OrganizationalUnit?.Id
  const path = `${organization.Id}/${root}/${unitId}/*`
  const QueueUrl = await queueFor(
    { cloud },
    { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": path } },
  )
  const sqs = cloud.client(SQSClient, { credentials: keysOf(OTHER) })
  const send = () => refusalOf(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" })))
  expect(await send()).toMatch(/AccessDenied/)
  const places = { SourceParentId: root, DestinationParentId: unitId }
  await client.send(new MoveAccountCommand({ AccountId: OTHER, ...places }))
  expect(await send()).toBe("no refusal")
})

test("aws:ResourceOrgID and aws:ResourceOrgPaths keep a user inside its organization", async () => {
  const { client, of, cloud, organization } = await openOrganization()
  const QueueUrl = await queueFor({ cloud }, { StringEquals: { "aws:PrincipalAccount": OTHER } })
  const iam = cloud.client(IAMClient, { credentials: keysOf(OTHER) })
  const { credentials } = await newUser(iam, "u", {
    ...{ Action: "sqs:*", Resource: "*" },
    Condition: {
      StringEquals: { "aws:ResourceOrgID": organization.Id },
      "ForAnyValue:StringLike": { "aws:ResourceOrgPaths": `${organization.Id}/r-*` },
    },
  })
  const sqs = cloud.client(SQSClient, { credentials })
  const send = () => refusalOf(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" })))
  expect(await send()).toBe("no refusal")
  // Its own account is in no organization: there it may nothing.
  const own = new CreateQueueCommand({ QueueName: "own" })
  expect(await refusalOf(sqs.send(own))).toMatch(/AccessDenied/)
  await inviteAccount({ client, of }, OTHER)
  expect(await refusalOf(sqs.send(own))).toBe("no refusal")
})
