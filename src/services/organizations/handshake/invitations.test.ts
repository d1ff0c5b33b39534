import {
  AcceptHandshakeCommand,
  CancelHandshakeCommand,
  CreateOrganizationCommand,
  DeclineHandshakeCommand,
  DescribeAccountCommand,
  DescribeHandshakeCommand,
  InviteAccountToOrganizationCommand,
  ListAccountsCommand,
  ListHandshakesForAccountCommand,
  ListHandshakesForOrganizationCommand,
  ListTagsForResourceCommand,
  type HandshakePartyType,
  type OrganizationsClient,
} from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { refusalOf } from "../../iam/testing/open-iam.ts"
import { inviteAccount } from "../testing/accounts.ts"
import { MANAGEMENT, openOrganization, OTHER } from "../testing/open-organization.ts"

const invite = async (
  client: OrganizationsClient,
  Id = OTHER,
  Type: HandshakePartyType = "ACCOUNT",
) => {
  const input = { Target: { Id, Type }, Notes: "please", Tags: [{ Key: "a", Value: "1" }] }
  return (await client.send(new InviteAccountToOrganizationCommand(input))).Handshake
}

test("ORG-2 an account that is there is invited, and joins when it accepts", async () => {
  const { client, of, organization } = await openOrganization()
  const sent = await invite(client)
  expect(sent).toEqual({
    Id: expect.stringMatching(/^h-[a-z0-9]{32}$/),
    Arn: `arn:aws:organizations::${MANAGEMENT}:handshake/${organization.Id}/invite/${sent?.Id}`,
    Parties: [
      { Id: organization.Id, Type: "ORGANIZATION" },
      { Id: OTHER, Type: "ACCOUNT" },
    ],
    State: "OPEN",
    RequestedTimestamp: expect.any(Date),
    ExpirationTimestamp: expect.any(Date),
    Action: "INVITE",
    Resources: [
      {
        Type: "ORGANIZATION",
        Value: organization.Id,
        Resources: [
          { Type: "MASTER_EMAIL", Value: organization.MasterAccountEmail },
          { Type: "MASTER_NAME", Value: `Account ${MANAGEMENT}` },
          { Type: "ORGANIZATION_FEATURE_SET", Value: "ALL" },
        ],
      },
      { Type: "ACCOUNT", Value: OTHER },
      { Type: "NOTES", Value: "please" },
    ],
  })
  const days = (Number(sent?.ExpirationTimestamp) - Number(sent?.RequestedTimestamp)) / 86_400_000
  expect(days).toBe(15)
  const received = await of(OTHER).send(new ListHandshakesForAccountCommand({}))
  expect(received.Handshakes).toEqual([sent])
  const accept = () => of(OTHER).send(new AcceptHandshakeCommand({ HandshakeId: sent?.Id }))
  expect((await accept()).Handshake?.State).toBe("ACCEPTED")
  const { Account } = await client.send(new DescribeAccountCommand({ AccountId: OTHER }))
  expect(Account).toMatchObject({ Id: OTHER, JoinedMethod: "INVITED" })
  const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceId: OTHER }))
  expect(Tags).toEqual([{ Key: "a", Value: "1" }])
  expect(await refusalOf(accept())).toMatch(/^400 HandshakeAlreadyInStateException/)
})

test("an invitation goes to an address, too", async () => {
  const { client, of } = await openOrganization()
  const other = of(OTHER)
  const { Organization } = await other.send(new CreateOrganizationCommand({}))
  const third = of("333333333333")
  const address = Organization?.MasterAccountEmail?.replace(OTHER, "333333333333")
  const sent = await invite(client, address, "EMAIL")
  const received = await third.send(new ListHandshakesForAccountCommand({}))
  expect(received.Handshakes?.map(({ Id }) => Id)).toEqual([sent?.Id])
  await third.send(new AcceptHandshakeCommand({ HandshakeId: sent?.Id }))
  const { Account } = await client.send(new DescribeAccountCommand({ AccountId: "333333333333" }))
  expect(Account?.Email).toBe(address)
})

test("an invitation expires after fifteen days, and is forgotten after thirty more", async () => {
  const { client, of, cloud } = await openOrganization()
  const HandshakeId = (await invite(client))?.Id
  await cloud.advance("15d")
  const described = await client.send(new DescribeHandshakeCommand({ HandshakeId }))
  expect(described.Handshake?.State).toBe("EXPIRED")
  expect(await refusalOf(of(OTHER).send(new AcceptHandshakeCommand({ HandshakeId })))).toMatch(
    /^400 InvalidHandshakeTransitionException/,
  )
  await cloud.advance("30d")
  expect(await refusalOf(client.send(new DescribeHandshakeCommand({ HandshakeId })))).toBe(
    "400 HandshakeNotFoundException: You specified a handshake that doesn't exist.",
  )
})

test("who is asked declines, who asked cancels, and nobody else looks", async () => {
  const { client, of } = await openOrganization()
  const first = (await invite(client))?.Id
  const stranger = of("333333333333")
  const denied = /^400 AccessDeniedException: You don't have permissions/
  const describe = new DescribeHandshakeCommand({ HandshakeId: first })
  expect(await refusalOf(stranger.send(describe))).toMatch(denied)
  const accept = new AcceptHandshakeCommand({ HandshakeId: first })
  expect(await refusalOf(stranger.send(accept))).toMatch(denied)
  const cancel = new CancelHandshakeCommand({ HandshakeId: first })
  expect(await refusalOf(of(OTHER).send(cancel))).toMatch(denied)
  const decline = new DeclineHandshakeCommand({ HandshakeId: first })
  expect((await of(OTHER).send(decline)).Handshake?.State).toBe("DECLINED")
  expect(await refusalOf(client.send(cancel))).toMatch(/^400 InvalidHandshakeTransitionException/)
  const HandshakeId = (await invite(client))?.Id
  const canceled = await client.send(new CancelHandshakeCommand({ HandshakeId }))
  expect(canceled.Handshake?.State).toBe("CANCELED")
  const sent = await client.send(new ListHandshakesForOrganizationCommand({}))
  expect(sent.Handshakes?.map(({ State }) => State).toSorted()).toEqual(["CANCELED", "DECLINED"])
})

test("an account is invited once at a time, and not when it is in already", async () => {
  const { client, of } = await openOrganization()
  await invite(client)
  expect(await refusalOf(invite(client))).toMatch(/^400 DuplicateHandshakeException/)
  await inviteAccount({ client, of }, "333333333333")
  expect(await refusalOf(invite(client, "333333333333"))).toMatch(
    /^400 HandshakeConstraintViolationException: .*already a member of an organization/,
  )
  expect(await refusalOf(invite(client, "not an id"))).toMatch(/^400 InvalidInputException/)
})

test("ORG-3 who accepts another organization's invitation leaves its own", async () => {
  const { client, of } = await openOrganization()
  const rival = of("333333333333")
  await rival.send(new CreateOrganizationCommand({}))
  await inviteAccount({ client: rival, of }, OTHER)
  const accounts = async (from: OrganizationsClient) =>
    (await from.send(new ListAccountsCommand({}))).Accounts?.map(({ Id }) => Id)
  expect(await accounts(rival)).toEqual([OTHER, "333333333333"])
  await inviteAccount({ client, of }, OTHER)
  expect(await accounts(rival)).toEqual(["333333333333"])
  expect(await accounts(client)).toEqual([MANAGEMENT, OTHER])
  // "You can't remove a management account from an organization."
  expect(await refusalOf(inviteAccount({ client, of }, "333333333333"))).toMatch(
    /^400 MasterCannotLeaveOrganizationException/,
  )
})

test("ORG-13 open invitations count as accounts", async () => {
  const { client } = await openOrganization()
  for (let n = 1; n < 10; n += 1) await invite(client, String(500_000_000_000 + n))
  const more = invite(client, "600000000000")
  expect(await more.catch((error: Error) => error)).toMatchObject({
    name: "HandshakeConstraintViolationException",
    Reason: "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
  })
})
