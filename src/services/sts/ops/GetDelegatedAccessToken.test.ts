import {
  AcceptDelegationRequestCommand,
  AssociateDelegationRequestCommand,
  IAMClient,
  SendDelegationTokenCommand,
} from "@aws-sdk/client-iam"
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs"
import { GetCallerIdentityCommand, GetDelegatedAccessTokenCommand } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { durationMs } from "../../../kernel/duration.ts"
import {
  CUSTOMER,
  keysOf,
  openApproved,
  openDelegation,
  PARTNER,
} from "../../iam/testing/open-delegation.ts"
import { refusalOf } from "../../iam/testing/open-iam.ts"

test("the partner acts as who approved, within what was approved", async () => {
  const { trade, sts, of } = await openApproved()
  const traded = await trade()
  expect(traded.AssumedPrincipal).toBe(`arn:aws:iam::${CUSTOMER}:user/admin`)
  const keys = keysOf(traded)
  const { Arn } = await sts(keys).send(new GetCallerIdentityCommand({}))
  expect(Arn).toBe(traded.AssumedPrincipal)
  const sqs = of(SQSClient, keys)
  await sqs.send(new CreateQueueCommand({ QueueName: "app-jobs" }))
  expect(await refusalOf(sqs.send(new CreateQueueCommand({ QueueName: "jobs" })))).toMatch(
    /because no session policy allows the sqs:createqueue action/i,
  )
})

test("nobody gets more than the approver has", async () => {
  const { cloud, ask, of, user, told, sts } = await openDelegation()
  const approving = { Effect: "Allow", Action: "iam:AcceptDelegationRequest", Resource: "*" }
  const dev = of(IAMClient, await user("dev", [approving]))
  const request = { DelegationRequestId: await ask() }
  await dev.send(new AssociateDelegationRequestCommand(request))
  await dev.send(new AcceptDelegationRequestCommand(request))
  await dev.send(new SendDelegationTokenCommand(request))
  await cloud.settle()
  const trading = new GetDelegatedAccessTokenCommand({ TradeInToken: told.at(-1)?.ExchangeToken })
  const keys = keysOf(await sts(PARTNER).send(trading))
  const creating = new CreateQueueCommand({ QueueName: "app-jobs" })
  expect(await refusalOf(of(SQSClient, keys).send(creating))).toMatch(
    /because no identity-based policy allows/,
  )
})

test("all credentials of one token end when the time that was approved is over", async () => {
  const { cloud, trade, sts } = await openApproved()
  const first = await trade()
  await cloud.advance(durationMs("20m"))
  const second = await trade()
  const end = new Date("2026-01-15T14:00:00Z")
  expect([first, second].map(({ Credentials }) => Credentials?.Expiration)).toEqual([end, end])
  expect(first.Credentials?.AccessKeyId).not.toBe(second.Credentials?.AccessKeyId)
  await cloud.advance(durationMs("100m"))
  expect(await refusalOf(trade())).toMatch(/^400 ExpiredTradeInTokenException: /)
  expect(await refusalOf(sts(keysOf(second)).send(new GetCallerIdentityCommand({})))).toMatch(
    /ExpiredToken/,
  )
})

test("only the partner's account trades a token in", async () => {
  const { trade, sts } = await openApproved()
  expect(await refusalOf(trade(CUSTOMER))).toBe("400 ValidationError: Invalid trade-in token")
  const made = new GetDelegatedAccessTokenCommand({ TradeInToken: "made-up" })
  expect(await refusalOf(sts(PARTNER).send(made))).toBe(
    "400 ValidationError: Invalid trade-in token",
  )
})
