import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { ACCOUNT, openSts, refusalOf, ROLE, secondsLeft, whoIs } from "../testing/open-sts.ts"

test("it gives temporary keys of the same identity", async () => {
  const { client, as } = await openSts()
  const { Credentials } = await client.send(new GetSessionTokenCommand({}))
  expect(Credentials?.AccessKeyId).toMatch(/^ASIA/)
  expect(await whoIs(as(Credentials))).toBe(`arn:aws:iam::${ACCOUNT}:root`)
})

test("root gets an hour at most", async () => {
  const { cloud, client } = await openSts()
  const secondsFor = async (DurationSeconds?: number): Promise<number> => {
    const answer = await client.send(new GetSessionTokenCommand({ DurationSeconds }))
    return secondsLeft(cloud, answer.Credentials)
  }
  expect(await secondsFor()).toBe(3_600)
  expect(await secondsFor(900)).toBe(900)
  expect(await secondsFor(129_600)).toBe(3_600)
})

test.each([899, 129_601])("%i seconds are out of range", async (DurationSeconds) => {
  const { client } = await openSts()
  expect(await refusalOf(client.send(new GetSessionTokenCommand({ DurationSeconds })))).toMatch(
    /^400 ValidationError: 1 validation error detected: Value '\d+' at 'durationSeconds'/,
  )
})

test("its keys can assume roles, and call nothing else of STS", async () => {
  const { client, as } = await openSts()
  const own = as((await client.send(new GetSessionTokenCommand({}))).Credentials)
  const assume = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "work" })
  expect(await refusalOf(own.send(assume))).toBe("no refusal")
  const AccessKeyId = "ASIAY34FZKBOKMUTVV7A"
  expect(await refusalOf(own.send(new GetAccessKeyInfoCommand({ AccessKeyId })))).toBe(
    "403 AccessDenied: Cannot call GetAccessKeyInfo with session credentials",
  )
})

test("no session gets another session of itself", async () => {
  const { client, assume, as } = await openSts()
  const own = as((await client.send(new GetSessionTokenCommand({}))).Credentials)
  for (const session of [own, as(await assume())])
    expect(await refusalOf(session.send(new GetSessionTokenCommand({})))).toBe(
      "403 AccessDenied: Cannot call GetSessionToken with session credentials",
    )
})

test("an MFA code without its device is refused", async () => {
  const { client } = await openSts()
  const command = new GetSessionTokenCommand({ TokenCode: "123456" })
  expect(await refusalOf(client.send(command))).toBe(
    "403 AccessDenied: MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
  )
})
