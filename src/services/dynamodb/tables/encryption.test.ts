import {
  DescribeTableCommand,
  UpdateTableCommand,
  type SSESpecification,
} from "@aws-sdk/client-dynamodb"
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
  type CreateKeyCommandInput,
} from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { openTable, refusalOf } from "../testing/open-table.ts"

async function open(more: Parameters<typeof openTable>[0] = {}) {
  const { cloud, client, TableName } = await openTable(more)
  const kms = cloud.client(KMSClient)
  const newKey = async (input: CreateKeyCommandInput = {}) => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand(input))
    return { KeyId: KeyMetadata?.KeyId as string, Arn: KeyMetadata?.Arn as string }
  }
  const change = async (given: SSESpecification) => {
    const input = { TableName, SSESpecification: given }
    const refusal = await refusalOf(client.send(new UpdateTableCommand(input)))
    await cloud.settle()
    return refusal
  }
  const told = async () =>
    (await client.send(new DescribeTableCommand({ TableName }))).Table?.SSEDescription
  return { cloud, client, kms, newKey, change, told }
}

const withKey = (KMSMasterKeyId: string): SSESpecification => ({
  ...{ Enabled: true, SSEType: "KMS", KMSMasterKeyId },
})
const invalid = "ValidationException: One or more parameter values were invalid: "

// Recorded.
test("a kind of encryption alone enables it; what is contrary is refused", async () => {
  const { change, told } = await open({ SSESpecification: { SSEType: "KMS" } })
  expect(await told()).toMatchObject({ Status: "ENABLED", SSEType: "KMS" })
  expect(await change({ Enabled: false, SSEType: "KMS" })).toBe(
    `${invalid}SSEType can not be specified if Enabled is false`,
  )
  expect(await change({ Enabled: false, KMSMasterKeyId: "alias/mine" })).toBe(
    `${invalid}KMSMasterKeyId can not be specified if Enabled is false`,
  )
  expect(await change({ Enabled: true, KMSMasterKeyId: "alias/mine" })).toBe(
    `${invalid}SSEType KMS is required if KMSMasterKeyId is specified`,
  )
  expect(await change({ Enabled: true, SSEType: "AES256" })).toBe(
    `${invalid}SSEType AES256 is not supported`,
  )
  expect(await change({ Enabled: false })).toBe("no refusal")
  expect(await told()).toBeUndefined()
  expect(await change({ Enabled: false })).toBe(`${invalid}Table is already encrypted by default`)
})

// Recorded; the id of the request to KMS is chance.
test("keys that cannot be used are refused in the words that KMS's are passed on with", async () => {
  const { kms, newKey, change } = await open()
  const suffix = (code: string) =>
    new RegExp(
      `\\(Service: AWSKMS; Status Code: 400; Error Code: ${code}; Request ID: [0-9a-f-]{36}; Proxy: null\\)$`,
    )
  const thrown = "com.amazonaws.services.kms.model."
  const missing = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000"
  const notFound = await change(withKey(missing))
  expect(notFound).toContain(
    `ValidationException: KMS validation error: ${thrown}NotFoundException: Key '${missing}' does not exist`,
  )
  expect(notFound).toMatch(suffix("NotFoundException"))
  const { KeyId, Arn } = await newKey()
  await kms.send(new DisableKeyCommand({ KeyId }))
  const disabled = await change(withKey(KeyId))
  expect(disabled).toContain(
    `ValidationException: KMS key disabled error: ${thrown}DisabledException: ${Arn} is disabled. `,
  )
  expect(disabled).toMatch(suffix("DisabledException"))
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId }))
  expect(await change(withKey(KeyId))).toContain(
    `ValidationException: KMS validation error: ${thrown}KMSInvalidStateException: ${Arn} is pending deletion. `,
  )
  const hmac = await newKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" })
  expect(await change(withKey(hmac.KeyId))).toContain(
    `InternalServerError: KMS internal error: ${thrown}AWSKMSException: EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key. `,
  )
})

// Recorded.
test("encryption changes four times in a day, then once in six hours; a key again by its ARN is none", async () => {
  const { cloud, kms, newKey, change, told } = await open()
  const { KeyId, Arn } = await newKey()
  await kms.send(new CreateAliasCommand({ AliasName: "alias/mine", TargetKeyId: KeyId }))
  expect(await change(withKey("alias/mine"))).toBe("no refusal")
  expect((await told())?.KMSMasterKeyArn).toBe(Arn)
  expect(await change(withKey(Arn))).toBe(
    `${invalid}Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key`,
  )
  const first = cloud.now()
  for (const name of ["alias/mine", KeyId]) expect(await change(withKey(name))).toBe("no refusal")
  await cloud.advance("1h")
  const last = cloud.now()
  expect(await change({ Enabled: false })).toBe("no refusal")
  const iso = (ms: number) => new Date(ms).toISOString()
  const hour = 3_600_000
  expect(await change(withKey("nonsense"))).toBe(
    `LimitExceededException: Subscriber limit exceeded: Encryption mode changes are limited in the 24h window ending at ${iso(Number(first) + 24 * hour)}. After the first 4 change, each subsequent change in the same window can be performed at most once every 21600 seconds. Number of updates today: 4. Last change at ${iso(Number(last))}. Next changes can be made at ${iso(Number(last) + 6 * hour)}.`,
  )
  await cloud.advance("6h")
  expect(await change({ Enabled: true })).toBe("no refusal")
  expect(await change({ Enabled: false })).toMatch(/^LimitExceededException/)
  await cloud.advance("18h")
  expect(await change({ Enabled: false })).toBe("no refusal")
})
