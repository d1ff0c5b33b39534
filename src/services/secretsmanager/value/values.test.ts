import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager"
import { expect, test } from "vitest"
import { openSecret, refusalOf, type TestSecret } from "../testing/open-secrets.ts"

const put = async ({ client }: TestSecret, SecretString: string, ...VersionStages: string[]) => {
  const input = { SecretId: "db", SecretString, ...(VersionStages.length && { VersionStages }) }
  const { VersionId = "" } = await client.send(new PutSecretValueCommand(input))
  return VersionId
}

const move = ({ client }: TestSecret, VersionStage: string, from?: string, to?: string) =>
  client.send(
    new UpdateSecretVersionStageCommand({
      ...{ SecretId: "db", VersionStage, RemoveFromVersionId: from, MoveToVersionId: to },
    }),
  )

test("SEC-8 a new value is current, the one before it previous, and the one before that has no label", async () => {
  const secret = await openSecret()
  const second = await put(secret, "s2")
  expect(await secret.labels()).toEqual({ AWSCURRENT: second, AWSPREVIOUS: secret.version })
  const third = await put(secret, "s3")
  expect(await secret.labels()).toEqual({ AWSCURRENT: third, AWSPREVIOUS: second })
  expect(await secret.value()).toBe("s3")
  expect(await secret.value({ VersionStage: "AWSPREVIOUS" })).toBe("s2")
  expect(await secret.value({ VersionId: secret.version })).toBe("s1")
})

test("SEC-8 a pending value becomes the current one when its label moves", async () => {
  const secret = await openSecret()
  const second = await put(secret, "s2", "AWSPENDING")
  expect(await secret.value()).toBe("s1")
  expect(await secret.value({ VersionStage: "AWSPENDING" })).toBe("s2")
  expect(await refusalOf(move(secret, "AWSCURRENT", undefined, second))).toBe(
    `InvalidParameterException: The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${secret.version}, so you must explicitly reference that version in RemoveFromVersionId.`,
  )
  await move(secret, "AWSCURRENT", secret.version, second)
  expect(await secret.labels()).toEqual({
    ...{ AWSCURRENT: second, AWSPENDING: second, AWSPREVIOUS: secret.version },
  })
  const third = await put(secret, "s3")
  expect(await secret.labels()).toEqual({ AWSCURRENT: third, AWSPREVIOUS: second })
})

test("labels of one's own are each on one version", async () => {
  const secret = await openSecret()
  const second = await put(secret, "s2", "one", "two", "three")
  const third = await put(secret, "s3", "one", "two", "four")
  const first = secret.version
  expect(await secret.labels()).toEqual({
    ...{ AWSCURRENT: first, three: second, four: third, one: third, two: third },
  })
  await move(secret, "three", second)
  expect(await secret.labels()).not.toHaveProperty("three")
  expect(await refusalOf(move(secret, "AWSCURRENT", first))).toMatch(/completely removed\.$/)
})

test("versions without a label are listed only when asked for", async () => {
  const secret = await openSecret()
  await put(secret, "s2")
  await put(secret, "s3")
  const list = async (IncludeDeprecated: boolean) =>
    (
      await secret.client.send(
        new ListSecretVersionIdsCommand({ SecretId: "db", IncludeDeprecated }),
      )
    ).Versions ?? []
  expect(await list(false)).toHaveLength(2)
  const [first] = await list(true)
  expect(first).toMatchObject({
    ...{ VersionId: secret.version, KmsKeyIds: ["DefaultEncryptionKey"] },
  })
  expect(first).not.toHaveProperty("VersionStages")
})

test("old versions without labels go when there are more than a hundred, but not fresh ones", async () => {
  const secret = await openSecret()
  for (let version = 0; version < 110; version += 1) await put(secret, `v${version}`)
  const count = async () => {
    let NextToken: string | undefined
    let found = 0
    do {
      const input = { SecretId: "db", IncludeDeprecated: true, NextToken }
      const page = await secret.client.send(new ListSecretVersionIdsCommand(input))
      found += page.Versions?.length ?? 0
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    return found
  }
  expect(await count()).toBe(111)
  await secret.cloud.advance("25h")
  await put(secret, "last")
  expect(await count()).toBe(100)
})

test("a token and a value again change nothing; another value is refused", async () => {
  const secret = await openSecret()
  const token = "b".repeat(36)
  const send = (SecretString: string) =>
    secret.client.send(
      new PutSecretValueCommand({ SecretId: "db", SecretString, ClientRequestToken: token }),
    )
  await send("s2")
  await put(secret, "s3")
  expect((await send("s2")).VersionStages).toEqual(["AWSPREVIOUS"])
  expect(await secret.value()).toBe("s3")
  expect(await refusalOf(send("s4"))).toBe(
    `ResourceExistsException: You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
  )
})

test("what is not there is told in AWS's words", async () => {
  const { value, version } = await openSecret()
  const missing = "ResourceNotFoundException: Secrets Manager can't find the specified secret value"
  expect(await refusalOf(value({ VersionStage: "AWSPREVIOUS" }))).toBe(
    `${missing} for staging label: AWSPREVIOUS`,
  )
  const id = "c".repeat(32)
  expect(await refusalOf(value({ VersionId: id }))).toBe(`${missing} for VersionId: ${id}`)
  expect(await refusalOf(value({ VersionId: version, VersionStage: "AWSPENDING" }))).toBe(
    "InvalidRequestException: You provided a VersionStage that is not associated to the provided VersionId.",
  )
})

test("a value may be bytes", async () => {
  const SecretBinary = Uint8Array.from([0, 1, 2, 255])
  const { client } = await openSecret({ SecretString: undefined, SecretBinary })
  const read = await client.send(new GetSecretValueCommand({ SecretId: "db" }))
  expect(read.SecretBinary).toEqual(SecretBinary)
  expect(read).not.toHaveProperty("SecretString")
})

test("several values are read at once, and each refusal is told of its own secret", async () => {
  const { client } = await openSecret()
  await client.send(new CreateSecretCommand({ Name: "other", SecretString: "o1" }))
  const SecretIdList = ["db", "missing", "other"]
  const read = await client.send(new BatchGetSecretValueCommand({ SecretIdList }))
  expect(read.SecretValues?.map(({ SecretString }) => SecretString)).toEqual(["s1", "o1"])
  expect(read.Errors).toEqual([
    {
      ...{ SecretId: "missing", ErrorCode: "ResourceNotFoundException" },
      Message: "Secrets Manager can't find the specified secret.",
    },
  ])
  const Filters = [{ Key: "name" as const, Values: ["oth"] }]
  const found = await client.send(new BatchGetSecretValueCommand({ Filters }))
  expect(found.SecretValues?.map(({ Name }) => Name)).toEqual(["other"])
})
