import {
  CreateAnalyzerCommand,
  ListFindingsCommand,
  AccessAnalyzerClient,
} from "@aws-sdk/client-accessanalyzer"
import { IAMClient } from "@aws-sdk/client-iam"
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms"
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
  ListSecretVersionIdsCommand,
  ValidateResourcePolicyCommand,
} from "@aws-sdk/client-secrets-manager"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import type { InProcessCloud } from "../../../index.ts"
import { openCloud, openSecret, refusalOf, STRANGER } from "../testing/open-secrets.ts"

const policy = (...Statement: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement })

const allow = (Principal: unknown, Action: string, more: object = {}) => ({
  ...{ Effect: "Allow", Principal, Action, Resource: "*" },
  ...more,
})

const everyUse = allow({ AWS: `arn:aws:iam::${STRANGER}:root` }, "secretsmanager:*")

/** A client of a user who may do this, and a way to change that. */
async function openReader(cloud: InProcessCloud, ...statements: object[]) {
  const { credentials, may } = await newUser(cloud.client(IAMClient), "reader", ...statements)
  return { reader: cloud.client(SecretsManagerClient, { credentials }), may }
}

test("SEC-6 a resource policy lets another account in, and takes it out again", async () => {
  const { client, stranger, arn } = await openSecret()
  const describe = () => stranger.send(new DescribeSecretCommand({ SecretId: arn }))
  expect(await refusalOf(describe())).toMatch(
    /^AccessDeniedException: .* because no resource-based policy allows the secretsmanager:DescribeSecret action$/,
  )
  const ResourcePolicy = policy(everyUse)
  await client.send(new PutResourcePolicyCommand({ SecretId: arn, ResourcePolicy }))
  expect((await describe()).ARN).toBe(arn)
  const got = await stranger.send(new GetResourcePolicyCommand({ SecretId: arn }))
  expect(got.ResourcePolicy).toBe(ResourcePolicy)
  await client.send(new DeleteResourcePolicyCommand({ SecretId: arn }))
  expect(await refusalOf(describe())).toMatch(/^AccessDeniedException/)
})

test("SEC-2 SEC-6 the service's own key keeps other accounts from the value", async () => {
  const { client, stranger, arn } = await openSecret()
  const ResourcePolicy = policy(everyUse)
  await client.send(new PutResourcePolicyCommand({ SecretId: arn, ResourcePolicy }))
  const refusal =
    "InvalidRequestException: You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key."
  const read = stranger.send(new GetSecretValueCommand({ SecretId: arn }))
  expect(await refusalOf(read)).toBe(refusal)
  const put = stranger.send(new PutSecretValueCommand({ SecretId: arn, SecretString: "s2" }))
  expect(await refusalOf(put)).toBe(refusal)
})

test("SEC-2 SEC-6 with a key of one's own another account reads and writes what both policies give it", async () => {
  const cloud = await openCloud()
  const kms = cloud.client(KMSClient)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const KeyId = KeyMetadata?.Arn ?? ""
  const client = cloud.client(SecretsManagerClient)
  const made = await client.send(
    new CreateSecretCommand({ Name: "db", SecretString: "s1", KmsKeyId: KeyId }),
  )
  const SecretId = made.ARN ?? ""
  const ResourcePolicy = policy(everyUse)
  await client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }))
  const stranger = cloud.client(SecretsManagerClient, {
    credentials: { accessKeyId: STRANGER, secretAccessKey: "test" },
  })
  const read = () => stranger.send(new GetSecretValueCommand({ SecretId }))
  expect(await refusalOf(read())).toBe("AccessDeniedException: Access to KMS is not allowed")
  const through = { StringEquals: { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" } }
  const Policy = policy(
    allow({ AWS: "arn:aws:iam::000000000000:root" }, "kms:*"),
    allow({ AWS: `arn:aws:iam::${STRANGER}:root` }, "kms:*", { Condition: through }),
  )
  await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
  expect((await read()).SecretString).toBe("s1")
  await stranger.send(new PutSecretValueCommand({ SecretId, SecretString: "s2" }))
  expect((await read()).SecretString).toBe("s2")
  await kms.send(new DisableKeyCommand({ KeyId }))
  expect(await refusalOf(read())).toMatch(/^DecryptionFailure/)
})

test("SEC-3 reading needs the right to the secret and the right to its key", async () => {
  const cloud = await openCloud()
  const { KeyMetadata } = await cloud.client(KMSClient).send(new CreateKeyCommand({}))
  const key = KeyMetadata?.Arn ?? ""
  const owner = cloud.client(SecretsManagerClient)
  const made = await owner.send(
    new CreateSecretCommand({ Name: "db", SecretString: "s1", KmsKeyId: key }),
  )
  const get = { Action: "secretsmanager:GetSecretValue", Resource: made.ARN }
  const { reader, may } = await openReader(cloud, get)
  const read = () => reader.send(new GetSecretValueCommand({ SecretId: "db" }))
  expect(await refusalOf(read())).toBe("AccessDeniedException: Access to KMS is not allowed")
  const context = { StringEquals: { "kms:EncryptionContext:SecretARN": made.ARN } }
  const decrypt = { Action: "kms:Decrypt", Resource: key, Condition: context }
  await may(get, decrypt)
  expect((await read()).SecretString).toBe("s1")
  await may(decrypt)
  expect(await refusalOf(read())).toMatch(
    /^AccessDeniedException: User: .*user\/reader is not authorized to perform: secretsmanager:GetSecretValue/,
  )
})

test("SEC-2 whoever may read a secret of the service's own key needs no right to that key", async () => {
  const { cloud, arn } = await openSecret()
  const { reader } = await openReader(cloud, {
    ...{ Action: "secretsmanager:GetSecretValue", Resource: arn },
    Condition: { StringEquals: { "secretsmanager:VersionStage": "AWSCURRENT" } },
  })
  const read = (VersionStage?: string) =>
    reader.send(new GetSecretValueCommand({ SecretId: "db", VersionStage }))
  expect((await read("AWSCURRENT")).SecretString).toBe("s1")
  expect(await refusalOf(read())).toMatch(/^AccessDeniedException/)
})

test("of several values a caller gets those that it may read", async () => {
  const { cloud, client, arn } = await openSecret()
  await client.send(new CreateSecretCommand({ Name: "other", SecretString: "o1" }))
  const batch = { Action: "secretsmanager:BatchGetSecretValue", Resource: "*" }
  const get = { Action: "secretsmanager:GetSecretValue", Resource: arn }
  const { reader } = await openReader(cloud, batch, get)
  const read = (input: object) => reader.send(new BatchGetSecretValueCommand(input))
  const found = await read({ SecretIdList: ["db", "other"] })
  expect(found.SecretValues?.map(({ SecretString }) => SecretString)).toEqual(["s1"])
  expect(found.Errors?.map(({ SecretId, ErrorCode }) => [SecretId, ErrorCode])).toEqual([
    ["other", "AccessDeniedException"],
  ])
  const Filters = [{ Key: "name", Values: ["d"] }]
  expect(await refusalOf(read({ Filters }))).toMatch(/perform: secretsmanager:ListSecrets/)
})

test("SEC-2 another key encrypts the labelled versions anew", async () => {
  const { cloud, client, value } = await openSecret()
  const { KeyMetadata } = await cloud.client(KMSClient).send(new CreateKeyCommand({}))
  const KmsKeyId = KeyMetadata?.KeyId ?? ""
  await client.send(new UpdateSecretCommand({ SecretId: "db", KmsKeyId }))
  const { Versions } = await client.send(new ListSecretVersionIdsCommand({ SecretId: "db" }))
  expect(Versions?.map(({ KmsKeyIds }) => KmsKeyIds)).toEqual([[KeyMetadata?.Arn]])
  expect(await value()).toBe("s1")
})

test("a public policy is refused on demand, and told of", async () => {
  const { client } = await openSecret()
  const open = policy(allow("*", "secretsmanager:GetSecretValue"))
  const put = (ResourcePolicy: string, BlockPublicPolicy: boolean) =>
    client.send(new PutResourcePolicyCommand({ SecretId: "db", ResourcePolicy, BlockPublicPolicy }))
  expect(await refusalOf(put(open, true))).toMatch(/^PublicPolicyException/)
  await put(open, false)
  expect(await refusalOf(put("{", true))).toBe(
    "MalformedPolicyDocumentException: This resource policy contains a syntax error.",
  )
  const validate = (ResourcePolicy: string) =>
    client.send(new ValidateResourcePolicyCommand({ SecretId: "db", ResourcePolicy }))
  expect((await validate(open)).PolicyValidationPassed).toBe(false)
  expect((await validate(policy(everyUse))).PolicyValidationPassed).toBe(true)
  const ofNone = new ValidateResourcePolicyCommand({ ResourcePolicy: policy(everyUse) })
  expect((await client.send(ofNone)).ValidationErrors).toEqual([])
})

test("SEC-6 Access Analyzer finds what a secret gives to others", async () => {
  const { cloud, client, arn } = await openSecret()
  const ResourcePolicy = policy(allow({ AWS: STRANGER }, "secretsmanager:GetSecretValue"))
  await client.send(new PutResourcePolicyCommand({ SecretId: arn, ResourcePolicy }))
  const analyzer = cloud.client(AccessAnalyzerClient)
  const made = await analyzer.send(
    new CreateAnalyzerCommand({ analyzerName: "a", type: "ACCOUNT" }),
  )
  await cloud.settle()
  const input = { analyzerArn: made.arn }
  const { findings } = await analyzer.send(new ListFindingsCommand(input))
  expect(findings?.map(({ resource, principal }) => [resource, principal])).toEqual([
    [arn, { AWS: STRANGER }],
  ])
})

test("random passwords have what is asked for and nothing that is excluded", async () => {
  const { client } = await openSecret()
  const make = async (more: object) =>
    (await client.send(new GetRandomPasswordCommand(more))).RandomPassword ?? ""
  const password = await make({})
  expect(password).toHaveLength(32)
  for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9 ]/]) expect(password).toMatch(kind)
  expect(await make({ PasswordLength: 4, IncludeSpace: false })).toHaveLength(4)
  const digits = { ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true }
  expect(await make({ ...digits, ExcludeCharacters: "01234567" })).toMatch(/^[89]{32}$/)
  expect(await refusalOf(make({ PasswordLength: 3 }))).toMatch(/^InvalidParameterException/)
  expect(await refusalOf(make({ ...digits, ExcludeNumbers: true }))).toMatch(
    /^InvalidParameterException/,
  )
})

test("a policy says with which key secrets are made, however the key is named", async () => {
  const cloud = await openCloud()
  const kms = cloud.client(KMSClient)
  const made = await kms.send(new CreateKeyCommand({}))
  const { KeyId = "", Arn = "" } = made.KeyMetadata ?? {}
  await kms.send(new CreateAliasCommand({ AliasName: "alias/app", TargetKeyId: KeyId }))
  const { KeyMetadata: other } = await kms.send(new CreateKeyCommand({}))
  const { reader } = await openReader(
    cloud,
    {
      ...{ Action: ["secretsmanager:CreateSecret", "secretsmanager:UpdateSecret"], Resource: "*" },
      Condition: { ArnEquals: { "secretsmanager:KmsKeyArn": Arn } },
    },
    { Action: "kms:*", Resource: "*" },
  )
  const create = (Name: string, KmsKeyId?: string) =>
    refusalOf(reader.send(new CreateSecretCommand({ Name, SecretString: "x", KmsKeyId })))
  for (const [at, name] of [KeyId, Arn, "alias/app"].entries())
    expect(await create(`s${at}`, name)).toBe("no refusal")
  for (const name of [undefined, other?.KeyId, other?.Arn, "alias/none"])
    expect(await create("denied", name)).toMatch(/^AccessDeniedException/)
  const update = (KmsKeyId: string | undefined) =>
    refusalOf(reader.send(new UpdateSecretCommand({ SecretId: "s0", KmsKeyId })))
  expect(await update(other?.Arn)).toMatch(/^AccessDeniedException/)
  expect(await update("alias/app")).toBe("no refusal")
})
