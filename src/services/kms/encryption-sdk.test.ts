import { buildClient, CommitmentPolicy, KmsKeyringNode } from "@aws-crypto/client-node"
import { DisableKeyCommand, KMS } from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { openKms, refusalOf } from "./testing/open-kms.ts"

const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)

test("KMS-17 the AWS Encryption SDK encrypts files by envelopes of several keys: any one opens them", async () => {
  const { cloud, client, key } = await openKms()
  // Its types are those of an older client.
  const clientProvider = (region: string) => cloud.client(KMS, { region }) as never
  const [one, two] = [await key(), await key()]
  const keyring = new KmsKeyringNode({
    ...{ clientProvider, generatorKeyId: one.Arn, keyIds: [two.Arn] },
  })
  const file = Buffer.alloc(100_000, "not for everybody ")
  const encryptionContext = { stage: "test", purpose: "files" }
  const { result } = await encrypt(keyring, file, { encryptionContext })
  expect(result.includes("not for everybody")).toBe(false)
  const open = (arn: string) =>
    decrypt(new KmsKeyringNode({ clientProvider, keyIds: [arn] }), result)
  const opened = await open(one.Arn)
  expect(opened.plaintext.equals(file)).toBe(true)
  expect(opened.messageHeader.encryptionContext).toMatchObject(encryptionContext)
  await client.send(new DisableKeyCommand({ KeyId: one.KeyId }))
  expect(await refusalOf(open(one.Arn))).toMatch(/disabled/)
  expect((await open(two.Arn)).plaintext.equals(file)).toBe(true)
  const damaged = Buffer.from(result)
  damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1
  const again = decrypt(new KmsKeyringNode({ clientProvider, keyIds: [two.Arn] }), damaged)
  expect(await refusalOf(again)).not.toBe("no refusal")
})
