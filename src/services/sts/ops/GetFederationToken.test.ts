import {
  AssumeRoleCommand,
  GetFederationTokenCommand,
  STSClient,
  type GetFederationTokenCommandInput,
} from "@aws-sdk/client-sts"
import { IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { OBEYED, outcomesBy } from "../../../gateway/testing/condition.ts"
import { newUser } from "../../../gateway/testing/identity.ts"
import {
  ACCOUNT,
  ALLOW_ALL,
  openSts,
  refusalOf,
  ROLE,
  secondsLeft,
  whoIs,
} from "../testing/open-sts.ts"

const federate = (input: Partial<GetFederationTokenCommandInput> = {}) =>
  new GetFederationTokenCommand({ Name: "bob", ...input })

test("it gives keys of a federated user", async () => {
  const { client, as } = await openSts()
  const answer = await client.send(federate())
  expect(answer.FederatedUser).toEqual({
    FederatedUserId: `${ACCOUNT}:bob`,
    Arn: `arn:aws:sts::${ACCOUNT}:federated-user/bob`,
  })
  // Recorded.
  expect(answer.PackedPolicySize).toBe(0)
  expect(await whoIs(as(answer.Credentials))).toBe(answer.FederatedUser?.Arn)
})

test("what is passed along is packed", async () => {
  const { client } = await openSts()
  const Tags = [{ Key: "Team", Value: "Blue" }]
  const { PackedPolicySize } = await client.send(federate({ Policy: ALLOW_ALL, Tags }))
  expect(PackedPolicySize).toBeGreaterThan(0)
})

test("root gets an hour at most", async () => {
  const { cloud, client } = await openSts()
  for (const [DurationSeconds, seconds] of [
    [undefined, 3_600],
    [900, 900],
    [129_600, 3_600],
  ] as const) {
    const { Credentials } = await client.send(federate({ DurationSeconds }))
    expect(secondsLeft(cloud, Credentials)).toBe(seconds)
  }
})

test.each(["b", "b".repeat(33), "bob/alice", "bob alice"])("%j is no name", async (Name) => {
  const { client } = await openSts()
  expect(await refusalOf(client.send(federate({ Name })))).toMatch(
    /^400 ValidationError: 1 validation error detected: Value '[^']+' at 'name'/,
  )
})

test("no session federates", async () => {
  const { assume, as } = await openSts()
  expect(await refusalOf(as(await assume()).send(federate()))).toBe(
    "403 AccessDenied: Cannot call GetFederationToken with session credentials",
  )
})

test("a federated user assumes no roles", async () => {
  const { client, as } = await openSts()
  const user = as((await client.send(federate())).Credentials)
  const assume = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "work" })
  expect(await refusalOf(user.send(assume))).toBe(
    "403 AccessDenied: Cannot call AssumeRole with session credentials",
  )
})

test("policies look at the tags that a token is asked for with", async () => {
  const { cloud } = await openSts()
  const user = await newUser(cloud.client(IAMClient), "ann")
  const sts = cloud.client(STSClient, { credentials: user.credentials })
  const Tags = [{ Key: "Team", Value: "Blue" }]
  for (const action of ["sts:GetFederationToken", "sts:TagSession"]) {
    const condition = { action, key: "aws:RequestTag/Team", value: "Blue" }
    const outcomes = await outcomesBy(user, condition, () => sts.send(federate({ Tags })))
    expect(outcomes).toEqual(OBEYED)
  }
})
