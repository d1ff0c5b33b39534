import {
  CreateAliasCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  type KMSClient,
} from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { ACCOUNT, bytes, openKms, OTHER, refusalOf } from "../testing/open-kms.ts"

const Plaintext = bytes("x")
const root = (account: string): string => `arn:aws:iam::${account}:root`
const allow = (Action: string | string[], more: object = {}) => ({
  ...{ Effect: "Allow", Action, Resource: "*" },
  ...more,
})
const encrypt = (client: KMSClient, KeyId: string, EncryptionContext?: Record<string, string>) =>
  client.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }))

/** A key with these statements beside the one of its administrator, root. */
async function openKey(...statements: readonly object[]) {
  const kms = await openKms()
  const admin = allow("kms:*", {
    Principal: { AWS: "*" },
    Condition: { ArnEquals: { "aws:PrincipalArn": root(ACCOUNT) } },
  })
  const policy = (more: readonly object[]) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [admin, ...more] })
  const { KeyId, Arn } = await kms.key({ Policy: policy(statements) })
  /** Statements in the place of those. */
  const allowing = (...others: readonly object[]) =>
    kms.client.send(new PutKeyPolicyCommand({ KeyId, Policy: policy(others) }))
  return { ...kms, KeyId, Arn, allowing }
}

test("KMS-27 IAM policies count only where the key's policy passes the key on to the account", async () => {
  const { user, Arn, client } = await openKey()
  const ann = await user("ann", allow("kms:*"))
  expect(await refusalOf(encrypt(ann, Arn))).toBe(
    `AccessDeniedException: User: arn:aws:iam::${ACCOUNT}:user/ann is not authorized to perform: ` +
      `kms:Encrypt on resource: ${Arn} because no resource-based policy allows the kms:Encrypt action`,
  )
  const passedOn = allow("kms:*", { Principal: { AWS: root(ACCOUNT) } })
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [passedOn] })
  await client.send(new PutKeyPolicyCommand({ KeyId: Arn, Policy }))
  await encrypt(ann, Arn)
  const bob = await user("bob")
  expect(await refusalOf(encrypt(bob, Arn))).toMatch(/because no identity-based policy allows/)
})

test("KMS-11 each action is allowed for itself, to each caller for itself", async () => {
  const { user, client, Arn, allowing } = await openKey()
  const [writer, reader] = [await user("writer"), await user("reader")]
  await allowing(
    allow("kms:Encrypt", { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/writer` } }),
    allow("kms:Decrypt", { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/reader` } }),
  )
  const { CiphertextBlob } = await encrypt(writer, Arn)
  const decrypt = new DecryptCommand({ CiphertextBlob })
  expect(await refusalOf(writer.send(decrypt))).toMatch(/kms:Decrypt/)
  expect(Buffer.from((await reader.send(decrypt)).Plaintext ?? [])).toEqual(Buffer.from("x"))
  expect(await refusalOf(encrypt(reader, Arn))).toMatch(/kms:Encrypt/)
  expect(await refusalOf(reader.send(new DescribeKeyCommand({ KeyId: Arn })))).toMatch(/Describe/)
  await client.send(decrypt)
})

test("KMS-28 a key's policy admits another account, whose policies must allow too", async () => {
  const { user, of, Arn } = await openKey(allow("kms:Encrypt", { Principal: { AWS: OTHER } }))
  await encrypt(of({ account: OTHER }), Arn)
  const eve = await user("eve", allow("kms:Encrypt"), OTHER)
  await encrypt(eve, Arn)
  const guest = await user("guest", undefined, OTHER)
  expect(await refusalOf(encrypt(guest, Arn))).toMatch(/because no identity-based policy allows/)
  const third = of({ account: "777788889999" })
  expect(await refusalOf(encrypt(third, Arn))).toBe(
    "AccessDeniedException: User: arn:aws:iam::777788889999:root is not authorized to perform: " +
      `kms:Encrypt on resource: ${Arn} because the resource does not exist in this Region, no ` +
      "resource-based policies allow access, or a resource-based policy explicitly denies access",
  )
})

test("whoever asks for a key of another account that is not there learns nothing", async () => {
  const { of, Arn } = await openKey()
  const stranger = of({ account: OTHER })
  const absent = Arn.replace(/[0-9a-f]{12}$/, "000000000000")
  const there = await refusalOf(encrypt(stranger, Arn))
  expect(await refusalOf(encrypt(stranger, absent))).toBe(there.replace(Arn, absent))
})

test("conditions look at the context, the alias, the key and its tags", async () => {
  const when = (Condition: object) =>
    allow("kms:Encrypt", { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/ann` }, Condition })
  const { user, client, KeyId, Arn, allowing } = await openKey()
  const ann = await user("ann", allow("kms:DescribeKey"))
  await allowing(
    when({ StringEquals: { "kms:EncryptionContext:tenant": "a" } }),
    when({ "ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": "open" } }),
    when({ StringEquals: { "kms:RequestAlias": "alias/named" } }),
    when({ StringEquals: { "aws:ResourceTag/free": "yes", "kms:KeySpec": "SYMMETRIC_DEFAULT" } }),
  )
  await client.send(new CreateAliasCommand({ AliasName: "alias/named", TargetKeyId: KeyId }))
  expect(await refusalOf(encrypt(ann, Arn))).toMatch(/^AccessDenied/)
  expect(await refusalOf(encrypt(ann, Arn, { tenant: "b" }))).toMatch(/^AccessDenied/)
  await encrypt(ann, Arn, { tenant: "a" })
  await encrypt(ann, Arn, { open: "" })
  await encrypt(ann, "alias/named")
  await client.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: "free", TagValue: "yes" }] }))
  await encrypt(ann, Arn)
})

test("a Deny on the aliases of a key, or on a short wait, holds root too", async () => {
  const deny = (Action: string, Condition: object) => ({
    ...{ Effect: "Deny", Principal: "*", Action, Resource: "*", Condition },
  })
  const { client, KeyId, Arn } = await openKey(
    deny("kms:Encrypt", { "ForAnyValue:StringLike": { "kms:ResourceAliases": "alias/frozen*" } }),
    deny("kms:ScheduleKeyDeletion", {
      NumericLessThan: { "kms:ScheduleKeyDeletionPendingWindowInDays": "30" },
    }),
  )
  await encrypt(client, Arn)
  await client.send(new CreateAliasCommand({ AliasName: "alias/frozen-1", TargetKeyId: KeyId }))
  expect(await refusalOf(encrypt(client, Arn))).toMatch(/with an explicit deny in a resource-based/)
  const schedule = (PendingWindowInDays: number) =>
    client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }))
  expect(await refusalOf(schedule(7))).toMatch(/^AccessDenied/)
  await schedule(30)
})
