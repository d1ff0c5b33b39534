import {
  CreateAliasCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  EncryptCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { ACCOUNT, bytes, openKms, refusalOf } from "../testing/open-kms.ts"

const AliasName = "alias/orders"
const ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:${AliasName}`

test("KMS-25 an alias stands for a key, in its Region, and can be moved", async () => {
  const kms = await openKms()
  const { client } = kms
  const [one, other] = [await kms.key(), await kms.key()]
  await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: one.KeyId }))
  const encrypt = async (KeyId: string) =>
    client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
  const sealed = await encrypt(AliasName)
  expect(sealed.KeyId).toBe(one.Arn)
  expect((await encrypt(ARN)).KeyId).toBe(one.Arn)
  await client.send(new UpdateAliasCommand({ AliasName, TargetKeyId: other.Arn }))
  expect((await encrypt(AliasName)).KeyId).toBe(other.Arn)
  const { CiphertextBlob } = sealed
  expect((await client.send(new DecryptCommand({ CiphertextBlob }))).KeyId).toBe(one.Arn)
  const elsewhere = kms.of({ region: "eu-west-1" })
  expect(await refusalOf(elsewhere.send(new DescribeKeyCommand({ KeyId: AliasName })))).toMatch(
    /^NotFoundException: Alias .* is not found\.$/,
  )
  expect((await client.send(new ListAliasesCommand({}))).Aliases).toMatchObject([
    { AliasName, AliasArn: ARN, TargetKeyId: other.KeyId },
  ])
  expect((await client.send(new ListAliasesCommand({ KeyId: one.KeyId }))).Aliases).toEqual([])
  await client.send(new DeleteAliasCommand({ AliasName }))
  expect(await refusalOf(encrypt(AliasName))).toBe(`NotFoundException: Alias ${ARN} is not found.`)
})

test("names of aliases have a form, are taken once, and aws/ is not for everybody", async () => {
  const { client, key } = await openKms()
  const { KeyId: TargetKeyId } = await key()
  const create = (name: string, target = TargetKeyId) =>
    refusalOf(client.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: target })))
  expect(await create("orders")).toBe(
    'ValidationException: Alias must start with the prefix "alias/". Please see ' +
      "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
  )
  expect(await create("alias/aws/s3")).toMatch(/^NotAuthorizedException: /)
  expect(await create(AliasName)).toBe("no refusal")
  expect(await create(AliasName)).toBe(
    `AlreadyExistsException: An alias with the name ${ARN} already exists`,
  )
  expect(await create("alias/two", AliasName)).toBe(
    "ValidationException: Aliases must refer to keys. Not aliases",
  )
})

test("an alias does not change from one kind of key to another", async () => {
  const { client, key } = await openKms()
  const { KeyId: TargetKeyId } = await key()
  await client.send(new CreateAliasCommand({ AliasName, TargetKeyId }))
  const mac = await key({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" })
  const update = new UpdateAliasCommand({ AliasName, TargetKeyId: mac.KeyId })
  expect(await refusalOf(client.send(update))).toMatch(/^ValidationException: /)
})
