import { SQSClient, CreateQueueCommand } from "@aws-sdk/client-sqs"
import { AssumeRoleCommand, type Credentials } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { openCloud } from "./testing/open-cloud.ts"
import { openSts, refusalOf, ROLE, whoIs } from "./testing/open-sts.ts"

const INVALID = /^403 InvalidClientTokenId: The security token included in the request is invalid/
const EXPIRED = "403 ExpiredToken: The security token included in the request is expired"

test("STS-8 temporary keys without their session token are refused", async () => {
  const { assume, as } = await openSts()
  const keys = await assume()
  expect(await refusalOf(whoIs(as(keys, { SessionToken: undefined })))).toMatch(INVALID)
  expect(await refusalOf(whoIs(as(keys)))).toBe("no refusal")
})

test("a session token must be the one of its keys", async () => {
  const { assume, as } = await openSts()
  const [keys, others] = [await assume(), await assume()]
  const token = keys.SessionToken ?? ""
  for (const SessionToken of [others.SessionToken, token.slice(0, -4), `${token}AAAA`, "", "x"])
    expect(await refusalOf(whoIs(as(keys, { SessionToken })))).toMatch(INVALID)
})

test("a signature with another secret is refused", async () => {
  const { assume, as } = await openSts()
  const [keys, others] = [await assume(), await assume()]
  const { SecretAccessKey } = others
  expect(await refusalOf(whoIs(as(keys, { SecretAccessKey })))).toMatch(
    /^403 SignatureDoesNotMatch: The request signature we calculated does not match/,
  )
})

test("keys that nobody made are refused", async () => {
  const { assume, as } = await openSts()
  const keys = await assume()
  const AccessKeyId = `${keys.AccessKeyId?.slice(0, -2)}AA`
  expect(await refusalOf(whoIs(as(keys, { AccessKeyId })))).toMatch(INVALID)
})

test("STS-2 expired credentials are refused with ExpiredToken; one must assume again", async () => {
  const { cloud, assume, as } = await openSts()
  const keys = await assume({ DurationSeconds: 900 })
  await cloud.advance("899s")
  expect(await refusalOf(whoIs(as(keys)))).toBe("no refusal")
  await cloud.advance("1s")
  expect(await refusalOf(whoIs(as(keys)))).toBe(EXPIRED)
  expect(await refusalOf(whoIs(as(await assume())))).toBe("no refusal")
})

test("STS-2 keys are expired ones for ever, not unknown ones", async () => {
  const { cloud, assume, as } = await openSts()
  const [keys, others] = [await assume(), await assume()]
  await cloud.advance("400d")
  expect(await refusalOf(whoIs(as(keys)))).toBe(EXPIRED)
  expect(await refusalOf(whoIs(as(keys, { SessionToken: others.SessionToken })))).toMatch(INVALID)
  expect(await refusalOf(whoIs(as(keys, { SessionToken: undefined })))).toMatch(INVALID)
})

test("sessions act in the services of the role's account", async () => {
  const { cloud, assume } = await openSts()
  const keys = await assume({ RoleArn: "arn:aws:iam::210987654321:role/Reader" })
  const client = cloud.client(SQSClient, { credentials: sdkKeys(keys) })
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "jobs" }))
  expect(QueueUrl).toMatch(/\/210987654321\/jobs$/)
})

test("in a strict cloud root assumes no roles, as at AWS", async () => {
  const { cloud, client } = await openCloud({ strict: true })
  const { key } = await cloud.rootKey()
  const command = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "work" })
  expect(await whoIs(client(key))).toBe(`arn:aws:iam::${key.account}:root`)
  expect(await refusalOf(client(key).send(command))).toBe(
    "403 AccessDenied: Roles may not be assumed by root accounts.",
  )
})

const sdkKeys = ({ AccessKeyId, SecretAccessKey, SessionToken }: Credentials) => ({
  accessKeyId: AccessKeyId,
  secretAccessKey: SecretAccessKey,
  sessionToken: SessionToken,
})
