import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager"
import { expect, test } from "vitest"
import { NOW, openCloud, openSecret, refusalOf } from "../testing/open-secrets.ts"
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager"

const DAY_MS = 86_400_000

test("SEC-1 a secret is made, described and read, by name, ARN and part of an ARN", async () => {
  const { client, arn, version, value } = await openSecret({ Description: "of the database" })
  expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:db-[A-Za-z0-9]{6}$/)
  const { $metadata: _, ...fresh } = await client.send(
    new DescribeSecretCommand({ SecretId: "db" }),
  )
  expect(fresh).toEqual({
    ...{ ARN: arn, Name: "db", Description: "of the database" },
    ...{ CreatedDate: new Date(NOW), LastChangedDate: new Date(NOW) },
    VersionIdsToStages: { [version]: ["AWSCURRENT"] },
  })
  for (const SecretId of ["db", arn, arn.slice(0, -7)]) expect(await value({ SecretId })).toBe("s1")
  const { $metadata: __, ...read } = await client.send(
    new GetSecretValueCommand({ SecretId: "db" }),
  )
  expect(read).toEqual({
    ...{ ARN: arn, Name: "db", VersionId: version, SecretString: "s1" },
    ...{ VersionStages: ["AWSCURRENT"], CreatedDate: new Date(NOW) },
  })
  const seen = await client.send(new DescribeSecretCommand({ SecretId: "db" }))
  expect(seen.LastAccessedDate).toEqual(new Date(NOW - (NOW % DAY_MS)))
})

test("a part of an ARN that ends like a whole one finds nothing", async () => {
  const { arn, value } = await openSecret({ Name: "db-a1b2c3" })
  expect(await value({ SecretId: "db-a1b2c3" })).toBe("s1")
  expect(await refusalOf(value({ SecretId: arn.slice(0, -7) }))).toBe(
    "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  )
})

test("names are AWS's", async () => {
  const { client } = await openSecret()
  const refusal =
    "ValidationException: Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
  for (const Name of ["Inv Name", " Inv*Name? "]) {
    expect(await refusalOf(client.send(new CreateSecretCommand({ Name })))).toBe(refusal)
    const described = client.send(new DescribeSecretCommand({ SecretId: Name }))
    expect(await refusalOf(described)).toBe(refusal)
  }
})

test("the same call again makes nothing new, another finds the name or the token taken", async () => {
  const token = "a".repeat(32)
  const { client, arn } = await openSecret({ ClientRequestToken: token })
  const create = (more: object) =>
    client.send(new CreateSecretCommand({ Name: "db", SecretString: "s1", ...more }))
  const again = await create({ ClientRequestToken: token })
  expect([again.ARN, again.VersionId]).toEqual([arn, token])
  expect(await refusalOf(create({ ClientRequestToken: token, SecretString: "s2" }))).toBe(
    `ResourceExistsException: You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
  )
  expect(await refusalOf(create({}))).toBe(
    "ResourceExistsException: The operation failed because the secret db already exists.",
  )
})

test("SEC-9 a deleted secret is kept for its window, cannot be read meanwhile, and can be restored", async () => {
  const { cloud, client, value, arn } = await openSecret()
  const remove = (more: object) => client.send(new DeleteSecretCommand({ SecretId: arn, ...more }))
  for (const RecoveryWindowInDays of [6, 31])
    expect(await refusalOf(remove({ RecoveryWindowInDays }))).toBe(
      "InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    )
  const { DeletionDate } = await remove({ RecoveryWindowInDays: 7 })
  expect(DeletionDate).toEqual(new Date(NOW + 7 * DAY_MS))
  expect(await refusalOf(value())).toBe(
    "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.",
  )
  const create = () => client.send(new CreateSecretCommand({ Name: "db", SecretString: "s2" }))
  expect(await refusalOf(create())).toBe(
    "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
  )
  await cloud.advance("6d")
  await client.send(new RestoreSecretCommand({ SecretId: "db" }))
  expect(await value()).toBe("s1")
  await cloud.advance("2d")
  expect(await value()).toBe("s1")
  await remove({})
  await cloud.advance("30d")
  expect(await refusalOf(value())).toMatch(/^ResourceNotFoundException/)
  expect((await create()).ARN).not.toBe(arn)
})

test("SEC-9 a forced deletion takes the secret at once, or nothing at all", async () => {
  const { client, value, arn } = await openSecret()
  const input = { SecretId: "db", ForceDeleteWithoutRecovery: true }
  expect((await client.send(new DeleteSecretCommand(input))).ARN).toBe(arn)
  expect(await refusalOf(value())).toMatch(/^ResourceNotFoundException/)
  expect((await client.send(new DeleteSecretCommand(input))).Name).toBe("db")
  const both = { ...input, RecoveryWindowInDays: 7 }
  expect(await refusalOf(client.send(new DeleteSecretCommand(both)))).toBe(
    "InvalidParameterException: You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
  )
})

test("an update changes description, value, or both", async () => {
  const { client, value, version } = await openSecret()
  const update = (more: object) => client.send(new UpdateSecretCommand({ SecretId: "db", ...more }))
  expect(await update({ Description: "new" })).not.toHaveProperty("VersionId")
  const { VersionId = "" } = await update({ SecretString: "s2" })
  expect(await value()).toBe("s2")
  const seen = await client.send(new DescribeSecretCommand({ SecretId: "db" }))
  expect(seen.Description).toBe("new")
  expect(seen.VersionIdsToStages).toEqual({
    [VersionId]: ["AWSCURRENT"],
    [version]: ["AWSPREVIOUS"],
  })
})

test("tags come and go, and leave an empty list", async () => {
  const { client } = await openSecret()
  const tags = async () => (await client.send(new DescribeSecretCommand({ SecretId: "db" }))).Tags
  expect(await tags()).toBeUndefined()
  const Tags = [{ Key: "team", Value: "a" }]
  await client.send(new TagResourceCommand({ SecretId: "db", Tags }))
  expect(await tags()).toEqual(Tags)
  await client.send(new UntagResourceCommand({ SecretId: "db", TagKeys: ["team"] }))
  expect(await tags()).toEqual([])
  const keyless = client.send(new TagResourceCommand({ SecretId: "db", Tags: [{ Value: "a" }] }))
  expect(await refusalOf(keyless)).toMatch(/^InvalidParameterException/)
  await client.send(new DeleteSecretCommand({ SecretId: "db" }))
  const tag = client.send(new TagResourceCommand({ SecretId: "db", Tags }))
  expect(await refusalOf(tag)).toMatch(/because it was marked for deletion\.$/)
})

test("a secret may be made without a value", async () => {
  const { client, value } = await openSecret({ SecretString: undefined })
  expect(await refusalOf(value())).toBe(
    "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  )
  const put = { SecretId: "db", SecretString: "s1", VersionStages: ["OTHER"] }
  const { VersionStages } = await client.send(new PutSecretValueCommand(put))
  expect(VersionStages).toEqual(["AWSCURRENT", "OTHER"])
})

test("lists are filtered, sorted and paged", async () => {
  const cloud = await openCloud()
  const client = cloud.client(SecretsManagerClient)
  const made = [
    ["testing1/one", "a secret"],
    ["/testing2/two", "an secret"],
    ["testing3/three", "asecret"],
    ["/testing4/four", "thesecret"],
  ] as const
  for (const [Name, Description] of made) {
    await client.send(new CreateSecretCommand({ Name, Description }))
    await cloud.advance("1s")
  }
  const names = async (input: object) =>
    ((await client.send(new ListSecretsCommand(input))).SecretList ?? []).map(({ Name }) => Name)
  const by = (Key: string, ...Values: string[]) => names({ Filters: [{ Key, Values }] })
  expect(await by("name", "/")).toEqual(["/testing2/two", "/testing4/four"])
  expect(await by("name", "!/")).toEqual(["testing1/one", "testing3/three"])
  expect(await by("name", "testing1 one")).toEqual([])
  expect(await by("description", "a")).toEqual(["testing1/one", "/testing2/two", "testing3/three"])
  expect(await by("description", "!a")).toEqual(["/testing4/four"])
  expect(await by("description", "a secret")).toEqual(["testing1/one", "/testing2/two"])
  expect(await names({ SortBy: "name", SortOrder: "desc" })).toEqual([
    ...["testing3/three", "testing1/one", "/testing4/four", "/testing2/two"],
  ])
  const page = await client.send(new ListSecretsCommand({ MaxResults: 3 }))
  expect(page.SecretList).toHaveLength(3)
  expect(await names({ NextToken: page.NextToken })).toEqual(["/testing4/four"])
  expect(await refusalOf(names({ NextToken: "x" }))).toMatch(/^InvalidNextTokenException/)
})
