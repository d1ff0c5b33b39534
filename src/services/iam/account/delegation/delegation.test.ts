import {
  AcceptDelegationRequestCommand,
  AssociateDelegationRequestCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetDelegationRequestCommand,
  GetHumanReadableSummaryCommand,
  GetPolicyCommand,
  IAMClient,
  ListDelegationRequestsCommand,
  PutRolePolicyCommand,
  RejectDelegationRequestCommand,
  SendDelegationTokenCommand,
  UpdateDelegationRequestCommand,
} from "@aws-sdk/client-iam"
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs"
import { AssumeRoleCommand } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { durationMs } from "../../../../kernel/duration.ts"
import { registerIn } from "../../../../gateway/control/partners.ts"
import {
  BOUNDARY,
  CUSTOMER,
  keysOf,
  openApproved,
  openDelegation,
  PARTNER,
  TOPIC,
} from "../../testing/open-delegation.ts"
import { refusalOf } from "../../testing/open-iam.ts"

const ALL = { Effect: "Allow", Action: "*", Resource: "*" }
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { AWS: CUSTOMER }, Action: "sts:AssumeRole" },
})

test("a request goes from its owner to an administrator and back, and its partner hears of it", async () => {
  const { cloud, told, ask, of, user, stateOf } = await openDelegation()
  const owner = of(IAMClient, await user("dev"))
  const admin = of(IAMClient, await user("admin", [ALL]))
  const DelegationRequestId = await ask()
  const request = { DelegationRequestId }
  expect(await stateOf(DelegationRequestId, owner)).toBe("UNASSIGNED")
  await owner.send(new AssociateDelegationRequestCommand(request))
  expect(await refusalOf(owner.send(new AcceptDelegationRequestCommand(request)))).toMatch(
    /^403 AccessDenied: .* is not authorized to perform: iam:AcceptDelegationRequest on resource: arn:aws:iam::111122223333:delegation-request\/dr-/,
  )
  await owner.send(new UpdateDelegationRequestCommand({ ...request, Notes: "please" }))
  await admin.send(new AcceptDelegationRequestCommand(request))
  await owner.send(new SendDelegationTokenCommand(request))
  const { DelegationRequest } = await owner.send(new GetDelegationRequestCommand(request))
  expect(DelegationRequest).toMatchObject({
    ...{ State: "FINALIZED", Notes: "please", OwnerAccountId: CUSTOMER, RequestorId: PARTNER },
    OwnerId: `arn:aws:iam::${CUSTOMER}:user/dev`,
    ApproverId: `arn:aws:iam::${CUSTOMER}:user/admin`,
    RequestorName: "partner.com",
    RolePermissionRestrictionArns: [BOUNDARY],
  })
  expect(JSON.parse(DelegationRequest?.PermissionPolicy ?? "")).toMatchObject({
    Statement: [{ Resource: "arn:aws:sqs:*:*:app-*" }, { Action: ["iam:CreateRole"] }],
  })
  await cloud.settle()
  expect(told.map(({ Type, State }) => `${Type} ${State}`)).toEqual([
    ...["StateChange ASSIGNED", "StateChange PENDING_APPROVAL", "StateChange ACCEPTED"],
    ...["StateChange FINALIZED", "ExchangeToken FINALIZED"],
  ])
  expect(told.at(-1)).toMatchObject({
    ...{ RequestId: DelegationRequestId, RequestorWorkflowId: "workflow-1" },
    ...{ OwnerAccountId: CUSTOMER, ExpiresAt: "2026-01-15T14:00:00.000Z" },
  })
})

test("roles that the partner makes are held by its boundary", async () => {
  const { trade, of, customer, sts } = await openApproved()
  const partner = of(IAMClient, keysOf(await trade()))
  const role = { RoleName: "accessor", AssumeRolePolicyDocument: TRUST }
  expect(await refusalOf(partner.send(new CreateRoleCommand(role)))).toMatch(/^403 AccessDenied/)
  await partner.send(new CreateRoleCommand({ ...role, PermissionsBoundary: BOUNDARY }))
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [ALL] })
  const putting = { RoleName: "accessor", PolicyName: "all", PolicyDocument }
  await customer.send(new PutRolePolicyCommand(putting))
  const assuming = { RoleArn: `arn:aws:iam::${CUSTOMER}:role/accessor`, RoleSessionName: "session" }
  const session = keysOf(await sts(CUSTOMER).send(new AssumeRoleCommand(assuming)))
  await of(SQSClient, session).send(new CreateQueueCommand({ QueueName: "any" }))
  const creating = new CreateUserCommand({ UserName: "x" })
  expect(await refusalOf(of(IAMClient, session).send(creating))).toMatch(
    /because no permissions boundary allows/,
  )
  const { Policy } = await customer.send(new GetPolicyCommand({ PolicyArn: BOUNDARY }))
  expect(Policy).toMatchObject({ PolicyName: "Boundary_20260115", Path: "/partner.com/" })
})

test("requests expire by the clock, a day after they were made and a week after each answer", async () => {
  const { cloud, ask, stateOf, customer, told } = await openDelegation()
  const unowned = await ask()
  const owned = { DelegationRequestId: await ask({ RequestorWorkflowId: "workflow-2" }) }
  await customer.send(new AssociateDelegationRequestCommand(owned))
  await cloud.advance(durationMs("1d"))
  expect(await stateOf(unowned)).toBe("EXPIRED")
  await cloud.advance(durationMs("5d"))
  await customer.send(new AcceptDelegationRequestCommand(owned))
  await cloud.advance(durationMs("6d"))
  expect(await stateOf(owned.DelegationRequestId)).toBe("ACCEPTED")
  await cloud.advance(durationMs("1d"))
  expect(await stateOf(owned.DelegationRequestId)).toBe("EXPIRED")
  await cloud.settle()
  expect(told.map(({ State }) => State)).toEqual(["ASSIGNED", "EXPIRED", "ACCEPTED", "EXPIRED"])
  await cloud.advance(durationMs("40d"))
  expect(await refusalOf(stateOf(unowned))).toBe(
    `404 NoSuchEntity: Delegation request ${unowned} cannot be found.`,
  )
})

test("what was accepted can be rejected until its token is sent, and nothing else after that", async () => {
  const { ask, customer, stateOf } = await openDelegation()
  const request = { DelegationRequestId: await ask() }
  const send = () => refusalOf(customer.send(new SendDelegationTokenCommand(request)))
  expect(await send()).toMatch(/^400 InvalidInput: .* is in state UNASSIGNED/)
  await customer.send(new AssociateDelegationRequestCommand(request))
  await customer.send(new AcceptDelegationRequestCommand(request))
  await customer.send(new RejectDelegationRequestCommand({ ...request, Notes: "no" }))
  expect(await stateOf(request.DelegationRequestId)).toBe("REJECTED")
  expect(await send()).toMatch(/^400 InvalidInput: .* is in state REJECTED/)
  const { DelegationRequest } = await customer.send(new GetDelegationRequestCommand(request))
  expect(DelegationRequest?.RejectionReason).toBe("no")
})

test("a token that only the owner may send is not sent by the administrator", async () => {
  const { ask, of, user, customer } = await openDelegation()
  const owner = of(IAMClient, await user("dev"))
  const request = { DelegationRequestId: await ask({ OnlySendByOwner: true }) }
  await owner.send(new AssociateDelegationRequestCommand(request))
  await customer.send(new AcceptDelegationRequestCommand(request))
  const sending = new SendDelegationTokenCommand(request)
  expect(await refusalOf(customer.send(sending))).toMatch(/^400 InvalidInput: Only the owner/)
  await owner.send(sending)
})

test("the root user accepts four hours and no more", async () => {
  const { ask, customer } = await openDelegation()
  const accept = async (SessionDuration: number, RequestorWorkflowId: string) => {
    const request = { DelegationRequestId: await ask({ SessionDuration, RequestorWorkflowId }) }
    await customer.send(new AssociateDelegationRequestCommand(request))
    return refusalOf(customer.send(new AcceptDelegationRequestCommand(request)))
  }
  expect(await accept(14_400, "four hours")).toBe("no refusal")
  expect(await accept(14_401, "and a second")).toMatch(/^400 InvalidInput: The root user/)
})

test("a request is for its account, and without one for whoever takes it", async () => {
  const { ask, of, stateOf } = await openDelegation()
  const stranger = of(IAMClient, "777788889999")
  const named = await ask()
  const associate = (DelegationRequestId: string) =>
    stranger.send(new AssociateDelegationRequestCommand({ DelegationRequestId }))
  expect(await refusalOf(stateOf(named, stranger))).toMatch(/^403 AccessDenied/)
  expect(await refusalOf(associate(named))).toMatch(/^403 AccessDenied/)
  const open = await ask({ OwnerAccountId: undefined, RequestorWorkflowId: "workflow-2" })
  expect(await stateOf(open)).toBe("UNASSIGNED")
  await associate(open)
  expect(await stateOf(open, stranger)).toBe("ASSIGNED")
  expect(await refusalOf(stateOf(open))).toMatch(/^403 AccessDenied/)
})

test("an account lists its requests that have an owner, an owner its own", async () => {
  const { ask, of, user, customer } = await openDelegation()
  const dev = of(IAMClient, await user("dev"))
  await ask()
  const own = { DelegationRequestId: await ask({ RequestorWorkflowId: "own workflow" }) }
  const other = { DelegationRequestId: await ask({ RequestorWorkflowId: "other workflow" }) }
  await dev.send(new AssociateDelegationRequestCommand(own))
  await customer.send(new AssociateDelegationRequestCommand(other))
  const list = async (client: IAMClient, OwnerId?: string) =>
    (await client.send(new ListDelegationRequestsCommand({ OwnerId }))).DelegationRequests?.map(
      ({ DelegationRequestId: id }) => id,
    )
  const ids = [own, other].map(({ DelegationRequestId }) => DelegationRequestId).toSorted()
  expect(await list(customer)).toEqual(ids)
  expect(await list(dev, `arn:aws:iam::${CUSTOMER}:user/dev`)).toEqual([own.DelegationRequestId])
  expect(await refusalOf(list(dev))).toMatch(/^403 AccessDenied/)
})

test("only registered partners ask, once for each workflow, with their own templates and topics", async () => {
  const { ask, customer, templates } = await openDelegation()
  await ask()
  expect(await refusalOf(ask())).toBe(
    "409 EntityAlreadyExists: A delegation request with requestor workflow id workflow-1 already exists.",
  )
  const other = { RequestorWorkflowId: "workflow-2" }
  const Permissions = { PolicyTemplateArn: templates["Setup"], Parameters: [] }
  expect(await refusalOf(ask({ ...other, Permissions }))).toMatch(/parameter prefix is missing/)
  const NotificationChannel = `arn:aws:sns:us-east-1:${CUSTOMER}:t`
  expect(await refusalOf(ask({ ...other, NotificationChannel }))).toMatch(/SNS topic/)
  const optIn = TOPIC.replace("us-east-1", "af-south-1")
  expect(await refusalOf(ask({ ...other, NotificationChannel: optIn }))).toMatch(/SNS topic/)
  const missing = { PolicyTemplateArn: "arn:aws:iam::partner:delegation-template/partner.com/No" }
  expect(await refusalOf(ask({ ...other, Permissions: missing }))).toMatch(/is not registered/)
  expect(await refusalOf(ask(other, customer))).toBe(
    `400 InvalidInput: Account ${CUSTOMER} is not registered for temporary delegation.`,
  )
})

test("a permission check tells whether the caller has what is asked for", async () => {
  const { ask, of, user } = await openDelegation()
  const DelegationRequestId = await ask()
  const check = async (name: string, statements: object[]) => {
    const reading = { Effect: "Allow", Action: "iam:Get*", Resource: "*" }
    const client = of(IAMClient, await user(name, [reading, ...statements]))
    const asked = { DelegationRequestId, DelegationPermissionCheck: true }
    const { PermissionCheckStatus, PermissionCheckResult } = await client.send(
      new GetDelegationRequestCommand(asked),
    )
    expect(PermissionCheckStatus).toBe("COMPLETE")
    return PermissionCheckResult
  }
  expect(await check("admin", [ALL])).toBe("ALLOWED")
  expect(await check("dev", [{ ...ALL, Action: "sqs:*" }])).toBe("DENIED")
  const Condition = { Bool: { "aws:MultiFactorAuthPresent": "true" } }
  expect(await check("mfa", [{ ...ALL, Condition }])).toBe("UNSURE")
})

test("a summary says what the policy says, in English", async () => {
  const { ask, customer } = await openDelegation()
  const EntityArn = `arn:aws:iam::${CUSTOMER}:delegation-request/${await ask()}`
  const summary = (Locale?: string) =>
    customer.send(new GetHumanReadableSummaryCommand({ EntityArn, Locale }))
  const { SummaryState, SummaryContent } = await summary()
  expect(SummaryState).toBe("AVAILABLE")
  expect(SummaryContent?.split("\n")).toEqual([
    "partner.com asks for temporary access for 2 hours, limited to what the approver may do:",
    "- Allows CreateQueue (write) of Amazon SQS on arn:aws:sqs:*:*:app-*.",
    `- Allows CreateRole (write) of AWS Identity and Access Management (IAM) on all resources, if iam:PermissionsBoundary StringEquals ${BOUNDARY}.`,
    `Roles that it creates stay after that, limited by ${BOUNDARY}.`,
  ])
  expect(await summary("de")).toMatchObject({ SummaryState: "NOT_SUPPORTED", Locale: "de" })
})

test("what a partner has registered stays as it is", async () => {
  const { cloud } = await openDelegation()
  const partner = { account: PARTNER, name: "partner.com" }
  const register = (boundaries: Record<string, object>) =>
    registerIn(cloud, { ...partner, boundaries })
  await expect(
    register({ Boundary_20260115: { Version: "2012-10-17", Statement: [] } }),
  ).rejects.toThrow("cannot be changed")
  await expect(register({ other: { Statement: "none" } })).rejects.toThrow(RangeError)
  await expect(registerIn(cloud, { ...partner, name: "else.com" })).rejects.toThrow(
    "belongs to partner partner.com",
  )
})
