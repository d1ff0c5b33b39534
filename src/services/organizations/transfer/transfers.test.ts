import {
  AcceptHandshakeCommand,
  CreateOrganizationCommand,
  DeclineHandshakeCommand,
  DeleteOrganizationCommand,
  DescribeResponsibilityTransferCommand,
  InviteOrganizationToTransferResponsibilityCommand,
  ListInboundResponsibilityTransfersCommand,
  ListOutboundResponsibilityTransfersCommand,
  ListTagsForResourceCommand,
  TerminateResponsibilityTransferCommand,
  UpdateResponsibilityTransferCommand,
  type HandshakePartyType,
  type OrganizationsClient,
} from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { MANAGEMENT, openOrganization, OTHER } from "../testing/open-organization.ts"

const DAY_MS = 86_400_000

/** Its reason, or its name where it has none. */
const reason = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => "none",
    ({ Reason, name }: { readonly Reason?: string; readonly name: string }) => Reason ?? name,
  )

/** The organization of MANAGEMENT, and another of OTHER; months by the cloud's clock. */
async function openTwo() {
  const opened = await openOrganization()
  const source = opened.of(OTHER)
  const { Organization: sourceOrganization } = await source.send(new CreateOrganizationCommand())
  const now = new Date(opened.cloud.now())
  const month = (later: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + later))
  const invite = (
    client: OrganizationsClient,
    Id = OTHER,
    {
      start = month(1),
      type = "ACCOUNT",
    }: { readonly start?: Date; readonly type?: HandshakePartyType } = {},
  ) =>
    client.send(
      new InviteOrganizationToTransferResponsibilityCommand({
        ...{ Type: "BILLING", Target: { Id, Type: type }, Notes: "please" },
        ...{ StartTimestamp: start, SourceName: "theirs", Tags: [{ Key: "a", Value: "1" }] },
      }),
    )
  const accept = (client: OrganizationsClient, HandshakeId?: string) =>
    client.send(new AcceptHandshakeCommand({ HandshakeId }))
  const outbound = async (client: OrganizationsClient) =>
    (await client.send(new ListOutboundResponsibilityTransfersCommand({ Type: "BILLING" })))
      .ResponsibilityTransfers ?? []
  const inbound = async (client: OrganizationsClient) =>
    (await client.send(new ListInboundResponsibilityTransfersCommand({ Type: "BILLING" })))
      .ResponsibilityTransfers ?? []
  return { ...opened, source, sourceOrganization, month, invite, accept, inbound, outbound }
}

test("a transfer of billing is asked for, accepted, renamed and withdrawn at the end of a month", async () => {
  const { client, source, organization, sourceOrganization, ...two } = await openTwo()
  const { Handshake } = await two.invite(client)
  expect(Handshake?.Action).toBe("TRANSFER_RESPONSIBILITY")
  const [asked] = await two.inbound(client)
  expect(asked).toEqual({
    Arn: `arn:aws:organizations::${MANAGEMENT}:transfer/${organization.Id}/billing/inbound/${asked?.Id}`,
    ...{ Name: "theirs", Id: expect.stringMatching(/^rt-[0-9a-z]{8}$/), Type: "BILLING" },
    ...{ Status: "REQUESTED", StartTimestamp: two.month(1), ActiveHandshakeId: Handshake?.Id },
    Source: {
      ManagementAccountId: OTHER,
      ManagementAccountEmail: `${OTHER}@accounts.example.com`,
    },
    Target: {
      ManagementAccountId: MANAGEMENT,
      ManagementAccountEmail: organization.MasterAccountEmail,
    },
  })
  const Id = asked?.Id
  await two.accept(source, Handshake?.Id)
  const [accepted] = await two.outbound(source)
  expect(accepted).toEqual({
    ...asked,
    Status: "ACCEPTED",
    Arn: `arn:aws:organizations::${OTHER}:transfer/${sourceOrganization?.Id}/billing/outbound/${Id}`,
  })
  await source.send(new UpdateResponsibilityTransferCommand({ Id, Name: "ours" }))
  const described = await client.send(new DescribeResponsibilityTransferCommand({ Id }))
  expect(described.ResponsibilityTransfer?.Name).toBe("ours")
  const tags = await client.send(new ListTagsForResourceCommand({ ResourceId: Id }))
  expect(tags.Tags).toEqual([{ Key: "a", Value: "1" }])
  const EndTimestamp = new Date(Number(two.month(3)) - 1)
  const ended = await source.send(new TerminateResponsibilityTransferCommand({ Id, EndTimestamp }))
  expect(ended.ResponsibilityTransfer).toMatchObject({ Status: "WITHDRAWN", EndTimestamp })
  const again = await reason(client.send(new TerminateResponsibilityTransferCommand({ Id })))
  expect(again).toBe("ResponsibilityTransferAlreadyInStatusException")
})

test("an invitation to an address finds its account; declined it leaves no transfer behind", async () => {
  const { client, source, cloud, ...two } = await openTwo()
  const address = `${OTHER}@accounts.example.com`
  const { Handshake } = await two.invite(client, address, { type: "EMAIL" })
  expect(await two.outbound(source)).toMatchObject([{ Status: "REQUESTED" }])
  await source.send(new DeclineHandshakeCommand({ HandshakeId: Handshake?.Id }))
  expect(await two.inbound(client)).toMatchObject([{ Status: "DECLINED" }])
  const [{ Id } = {}] = await two.inbound(client)
  const ending = client.send(new TerminateResponsibilityTransferCommand({ Id }))
  expect(await reason(ending)).toBe("InvalidResponsibilityTransferTransitionException")
  const renaming = new UpdateResponsibilityTransferCommand({ Id, Name: "x" })
  expect(await reason(client.send(renaming))).toBe("TRANSFER_RESPONSIBILITY_UPDATE_NOT_ALLOWED")
  await cloud.advance("31d")
  expect(await two.inbound(client)).toEqual([])
})

test("transfers begin and end with months, join two organizations, and pass through one hand", async () => {
  const { client, source, of, ...two } = await openTwo()
  const starting = (start: Date) => reason(two.invite(client, OTHER, { start }))
  expect(await starting(new Date(Number(two.month(1)) + 1_000))).toBe(
    "START_DATE_NOT_BEGINNING_OF_DAY",
  )
  expect(await starting(new Date(Number(two.month(1)) + DAY_MS))).toBe(
    "START_DATE_NOT_BEGINNING_OF_MONTH",
  )
  expect(await starting(two.month(0))).toBe("START_DATE_TOO_EARLY")
  expect(await reason(two.invite(client, MANAGEMENT))).toBe("SOURCE_AND_TARGET_CANNOT_MATCH")
  const { Handshake } = await two.invite(client)
  expect(await reason(two.invite(client))).toBe("DuplicateHandshakeException")
  const deleting = () => reason(client.send(new DeleteOrganizationCommand({})))
  expect(await deleting()).toBe("ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS")
  await two.accept(source, Handshake?.Id)
  const [{ Id } = {}] = await two.inbound(client)
  const ending = (EndTimestamp: Date) =>
    reason(client.send(new TerminateResponsibilityTransferCommand({ Id, EndTimestamp })))
  expect(await ending(two.month(2))).toBe("END_DATE_NOT_END_OF_MONTH")
  expect(await ending(new Date(Number(two.month(0)) - 1))).toBe("END_DATE_TOO_EARLY")
  const third = of("333333333333")
  const outsider = new DescribeResponsibilityTransferCommand({ Id })
  expect(await reason(third.send(outsider))).toBe("AWSOrganizationsNotInUseException")
  await third.send(new CreateOrganizationCommand())
  expect(await reason(third.send(outsider))).toBe("ResponsibilityTransferNotFoundException")
  const second = await two.invite(third)
  expect(await reason(two.accept(source, second.Handshake?.Id))).toBe(
    "RESPONSIBILITY_TRANSFER_ALREADY_EXISTS",
  )
})
