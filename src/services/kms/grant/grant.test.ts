import {
  CreateAliasCommand,
  CreateGrantCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  type CreateGrantCommandInput,
} from "@aws-sdk/client-kms"
import {
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { ACCOUNT, bytes, openKms, OTHER, refusalOf } from "../testing/open-kms.ts"

const Plaintext = bytes("x")
const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`
const BOB = `arn:aws:iam::${ACCOUNT}:user/bob`

async function openGrants() {
  const kms = await openKms()
  const ann = await kms.user("ann")
  const { KeyId, Arn } = await kms.key()
  const encrypt = (client: KMSClient, EncryptionContext?: Record<string, string>) =>
    client.send(new EncryptCommand({ KeyId: Arn, Plaintext, EncryptionContext }))
  const grant = (more: Partial<CreateGrantCommandInput> = {}, client = kms.client) =>
    client.send(
      new CreateGrantCommand({
        ...{ KeyId: Arn, GranteePrincipal: ANN, Operations: ["Encrypt"] },
        ...more,
      }),
    )
  const list = async () =>
    (await kms.client.send(new ListGrantsCommand({ KeyId: Arn }))).Grants ?? []
  return { ...kms, ann, KeyId, Arn, encrypt, grant, list }
}

const DENIED = /^AccessDeniedException: .* is not authorized to perform: kms:/

test("KMS-38 a grant lets its grantee do what it names, without a change of policy", async () => {
  const { client, ann, encrypt, grant, list, Arn } = await openGrants()
  expect(await refusalOf(encrypt(ann))).toMatch(DENIED)
  const { GrantId = "", GrantToken } = await grant({ Name: "for-ann" })
  expect(GrantId).toMatch(/^[0-9a-f]{64}$/)
  expect(GrantToken).toBeTruthy()
  const { CiphertextBlob } = await encrypt(ann)
  expect(await refusalOf(ann.send(new DecryptCommand({ CiphertextBlob })))).toMatch(DENIED)
  expect(await list()).toMatchObject([
    {
      ...{ KeyId: Arn, GrantId, Name: "for-ann", GranteePrincipal: ANN },
      ...{ Operations: ["Encrypt"], IssuingAccount: `arn:aws:iam::${ACCOUNT}:root` },
    },
  ])
  await client.send(new RevokeGrantCommand({ KeyId: Arn, GrantId }))
  expect(await refusalOf(encrypt(ann))).toMatch(DENIED)
  expect(await list()).toEqual([])
  expect(await refusalOf(client.send(new RevokeGrantCommand({ KeyId: Arn, GrantId })))).toBe(
    `NotFoundException: Grant ID ${GrantId} not found`,
  )
})

test("a grant may want an encryption context, exactly or in part", async () => {
  const { ann, encrypt, grant } = await openGrants()
  await grant({ Constraints: { EncryptionContextEquals: { a: "1" } } })
  await grant({ Constraints: { EncryptionContextSubset: { b: "2" } } })
  await encrypt(ann, { a: "1" })
  await encrypt(ann, { b: "2", c: "3" })
  for (const wrong of [undefined, { a: "2" }, { a: "1", c: "3" }, { c: "3" }])
    expect(await refusalOf(encrypt(ann, wrong))).toMatch(DENIED)
})

test("a retry with the name of a grant makes no second one", async () => {
  const { grant, list } = await openGrants()
  const one = await grant({ Name: "n" })
  const same = await grant({ Name: "n" })
  expect(same.GrantId).toBe(one.GrantId)
  expect((await grant({ Name: "n", Operations: ["Decrypt"] })).GrantId).not.toBe(one.GrantId)
  expect((await grant()).GrantId).not.toBe((await grant()).GrantId)
  expect(await list()).toHaveLength(4)
})

test("the retiring principal ends a grant, by token or id; others do not", async () => {
  const { user, ann, encrypt, grant, list, Arn } = await openGrants()
  const bob = await user("bob")
  const { GrantToken, GrantId } = await grant({ RetiringPrincipal: BOB })
  expect(await refusalOf(ann.send(new RetireGrantCommand({ GrantToken })))).toMatch(DENIED)
  await encrypt(ann)
  await bob.send(new RetireGrantCommand({ GrantToken }))
  expect(await refusalOf(encrypt(ann))).toMatch(DENIED)
  const own = await grant({ Operations: ["Encrypt", "RetireGrant"] })
  await ann.send(new RetireGrantCommand({ KeyId: Arn, GrantId: own.GrantId }))
  expect(await list()).toEqual([])
  expect(await refusalOf(bob.send(new RetireGrantCommand({ KeyId: Arn, GrantId })))).toMatch(
    /^NotFoundException: /,
  )
  expect(await refusalOf(bob.send(new RetireGrantCommand({ GrantToken: "made-up" })))).toMatch(
    /^InvalidGrantTokenException: /,
  )
})

test("who retires grants finds them, those of other accounts too", async () => {
  const { client, of, grant } = await openGrants()
  const principal = `arn:aws:iam::${OTHER}:root`
  const { GrantId } = await grant({ RetiringPrincipal: principal })
  const asked = new ListRetirableGrantsCommand({ RetiringPrincipal: principal })
  const { Grants } = await of({ account: OTHER }).send(asked)
  expect(Grants).toMatchObject([{ GrantId }])
  expect(await refusalOf(client.send(asked))).toMatch(/^InvalidArnException: /)
})

test("a grantee passes on no more than it has", async () => {
  const { user, ann, encrypt, grant } = await openGrants()
  const bob = await user("bob")
  await grant({
    Operations: ["Encrypt", "CreateGrant"],
    Constraints: { EncryptionContextSubset: { a: "1" } },
  })
  const pass = (more: Partial<CreateGrantCommandInput>) =>
    grant({ GranteePrincipal: BOB, ...more }, ann)
  expect(await refusalOf(pass({}))).toMatch(DENIED)
  const Constraints = { EncryptionContextEquals: { a: "1", b: "2" } }
  expect(await refusalOf(pass({ Constraints, Operations: ["Decrypt"] }))).toMatch(DENIED)
  await pass({ Constraints })
  await encrypt(bob, { a: "1", b: "2" })
  expect(await refusalOf(encrypt(bob, { a: "1" }))).toMatch(DENIED)
})

test("a grant to another account still needs its own policies there", async () => {
  const { user, encrypt, grant } = await openGrants()
  const GranteePrincipal = `arn:aws:iam::${OTHER}:user/eve`
  const allow = { Effect: "Allow", Action: "kms:Encrypt", Resource: "*" }
  const eve = await user("eve", allow, OTHER)
  await grant({ GranteePrincipal })
  await encrypt(eve)
  const mallory = await user("mallory", allow, OTHER)
  expect(await refusalOf(encrypt(mallory))).toMatch(DENIED)
})

test("a grant is for who is there, and goes with the user whatever its name", async () => {
  const { cloud, client, ann, encrypt, grant, list, KeyId } = await openGrants()
  const iam = cloud.client(IAMClient)
  expect(await refusalOf(grant({ GranteePrincipal: BOB }))).toBe(
    `InvalidArnException: ARN does not refer to a valid principal: ${BOB}`,
  )
  expect(await refusalOf(grant({ RetiringPrincipal: BOB }))).toMatch(/^InvalidArnException: /)
  await grant({ RetiringPrincipal: ANN })
  await iam.send(new UpdateUserCommand({ UserName: "ann", NewUserName: "bob" }))
  const granted = { GranteePrincipal: BOB, RetiringPrincipal: BOB }
  expect(await list()).toMatchObject([granted])
  const toBob = new ListGrantsCommand({ KeyId, GranteePrincipal: BOB })
  expect((await client.send(toBob)).Grants).toMatchObject([granted])
  const toRetire = new ListRetirableGrantsCommand({ RetiringPrincipal: BOB })
  expect((await client.send(toRetire)).Grants).toMatchObject([granted])
  await encrypt(ann)
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: "bob" }))
  const AccessKeyId = AccessKeyMetadata?.[0]?.AccessKeyId
  await iam.send(new DeleteAccessKeyCommand({ UserName: "bob", AccessKeyId }))
  await iam.send(new DeleteUserCommand({ UserName: "bob" }))
  const { credentials } = await newUser(iam, "bob")
  expect(await refusalOf(encrypt(cloud.client(KMSClient, { credentials })))).toMatch(DENIED)
  const gone = expect.stringMatching(/^AIDA/) as string
  expect(await list()).toMatchObject([{ GranteePrincipal: gone, RetiringPrincipal: gone }])
  expect((await client.send(toBob)).Grants).toEqual([])
})

test("grants are for principals, and for what the key can do", async () => {
  const { grant, KeyId, client } = await openGrants()
  expect(await refusalOf(grant({ GranteePrincipal: "ann" }))).toBe(
    "InvalidArnException: ARN does not refer to a valid principal: ann",
  )
  expect(await refusalOf(grant({ Operations: ["Sign"] }))).toMatch(/^ValidationException: /)
  expect(await refusalOf(grant({ DryRun: true }))).toMatch(/^DryRunOperationException: /)
  await client.send(new CreateAliasCommand({ AliasName: "alias/a", TargetKeyId: KeyId }))
  expect(await refusalOf(grant({ KeyId: "alias/a" }))).toMatch(/^NotFoundException: Invalid keyId/)
  const wrongToken = new DescribeKeyCommand({ KeyId, GrantTokens: ["x"] })
  expect(await refusalOf(client.send(wrongToken))).toMatch(/^InvalidGrantTokenException: /)
})

test("policies say under which constraints grants are made and retired", async () => {
  const { grant, user, Arn, client } = await openGrants()
  const bob = await user("bob", {
    ...{ Effect: "Allow", Action: ["kms:CreateGrant", "kms:RetireGrant"], Resource: "*" },
    Condition: {
      StringEquals: {
        "kms:GrantConstraintType": "EncryptionContextSubset",
        "kms:EncryptionContext:team": "red",
      },
    },
  })
  const red = { EncryptionContextSubset: { team: "red" } }
  const blue = { EncryptionContextSubset: { team: "blue" } }
  const exactly = { EncryptionContextEquals: { team: "red" } }
  const { GrantId } = await grant({ Constraints: red }, bob)
  for (const Constraints of [undefined, blue, exactly])
    expect(await refusalOf(grant({ Constraints }, bob))).toMatch(DENIED)
  const retire = (id: string | undefined) =>
    refusalOf(bob.send(new RetireGrantCommand({ KeyId: Arn, GrantId: id })))
  const other = await grant({ Constraints: blue }, client)
  expect(await retire(other.GrantId)).toMatch(DENIED)
  expect(await retire(GrantId)).toBe("no refusal")
})
