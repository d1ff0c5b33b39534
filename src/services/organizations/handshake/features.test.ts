import {
  AcceptHandshakeCommand,
  DescribeOrganizationCommand,
  EnableAllFeaturesCommand,
  EnableAWSServiceAccessCommand,
  ListHandshakesForAccountCommand,
  ListHandshakesForOrganizationCommand,
  RemoveAccountFromOrganizationCommand,
  type ActionType,
  type OrganizationsClient,
} from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { refusalOf } from "../../iam/testing/open-iam.ts"
import { inviteAccount, newAccount } from "../testing/accounts.ts"
import { openOrganization, OTHER } from "../testing/open-organization.ts"

const asked = async (client: OrganizationsClient, ActionType: ActionType) => {
  const input = { Filter: { ActionType } }
  return (await client.send(new ListHandshakesForAccountCommand(input))).Handshakes ?? []
}

const featuresOf = async (client: OrganizationsClient) =>
  (await client.send(new DescribeOrganizationCommand({}))).Organization?.FeatureSet

test("ORG-5 ORG-6 all features come when every invited account has approved", async () => {
  const { client, of, cloud } = await openOrganization("CONSOLIDATED_BILLING")
  await inviteAccount({ client, of }, OTHER)
  await newAccount({ client, cloud }, "dev")
  const { Handshake } = await client.send(new EnableAllFeaturesCommand({}))
  expect(Handshake).toMatchObject({ Action: "ENABLE_ALL_FEATURES", State: "REQUESTED" })
  expect(await asked(client, "APPROVE_ALL_FEATURES")).toEqual([])
  const again = await client.send(new EnableAllFeaturesCommand({})).catch((error: Error) => error)
  expect(again).toMatchObject({
    Reason: "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION",
  })
  expect(await refusalOf(inviteAccount({ client, of }, "333333333333"))).toMatch(
    /^400 HandshakeConstraintViolationException: You can't issue new invitations/,
  )
  const [child] = await asked(of(OTHER), "ENABLE_ALL_FEATURES")
  await of(OTHER).send(new AcceptHandshakeCommand({ HandshakeId: child?.Id }))
  expect(await featuresOf(client)).toBe("CONSOLIDATED_BILLING")
  const [last] = await asked(client, "APPROVE_ALL_FEATURES")
  await client.send(new AcceptHandshakeCommand({ HandshakeId: last?.Id }))
  expect(await featuresOf(client)).toBe("ALL")
  const filter = { Filter: { ParentHandshakeId: Handshake?.Id } }
  const { Handshakes } = await client.send(new ListHandshakesForOrganizationCommand(filter))
  expect(Handshakes?.map(({ Action }) => Action).toSorted()).toEqual([
    "APPROVE_ALL_FEATURES",
    "ENABLE_ALL_FEATURES",
  ])
})

test("ORG-6 who leaves need not approve", async () => {
  const { client, of } = await openOrganization("CONSOLIDATED_BILLING")
  await inviteAccount({ client, of }, OTHER)
  await client.send(new EnableAllFeaturesCommand({}))
  await client.send(new RemoveAccountFromOrganizationCommand({ AccountId: OTHER }))
  expect(await asked(client, "APPROVE_ALL_FEATURES")).toHaveLength(1)
})

test("what needs all features", async () => {
  const { client } = await openOrganization("CONSOLIDATED_BILLING")
  const input = { ServicePrincipal: "config.amazonaws.com" }
  const refused = await client
    .send(new EnableAWSServiceAccessCommand(input))
    .catch((error: Error) => error)
  expect(refused).toMatchObject({ Reason: "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE" })
  const all = await openOrganization()
  const again = await all.client
    .send(new EnableAllFeaturesCommand({}))
    .catch((error: Error) => error)
  expect(again).toMatchObject({ Reason: "ORGANIZATION_ALREADY_HAS_ALL_FEATURES" })
})
