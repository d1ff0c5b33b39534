import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  ReEncryptCommand,
} from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { bytes, openKms, refusalOf, text } from "../testing/open-kms.ts"

const PLAIN = bytes("my secret")

test("KMS-2 KMS-10 what a key encrypts it decrypts, without being named", async () => {
  const { client, key } = await openKms()
  const { KeyId, Arn } = await key()
  const sealed = await client.send(new EncryptCommand({ KeyId, Plaintext: PLAIN }))
  expect(sealed).toMatchObject({ KeyId: Arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" })
  expect(text(sealed.CiphertextBlob)).not.toContain("my secret")
  const opened = await client.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }))
  expect(text(opened.Plaintext)).toBe("my secret")
  expect(opened).toMatchObject({ KeyId: Arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" })
  expect(opened.KeyMaterialId).toMatch(/^[0-9a-f]{64}$/)
  // Each encryption is another one.
  const again = await client.send(new EncryptCommand({ KeyId, Plaintext: PLAIN }))
  expect(again.CiphertextBlob).not.toEqual(sealed.CiphertextBlob)
})

test("KMS-37 the encryption context must be the same, in any order", async () => {
  const { client, key } = await openKms()
  const { KeyId } = await key()
  const EncryptionContext = { tenant: "a", purpose: "b" }
  const { CiphertextBlob } = await client.send(
    new EncryptCommand({ KeyId, Plaintext: PLAIN, EncryptionContext }),
  )
  const decrypt = (context?: Record<string, string>) =>
    client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }))
  expect(text((await decrypt({ purpose: "b", tenant: "a" })).Plaintext)).toBe("my secret")
  for (const wrong of [undefined, {}, { tenant: "a" }, { tenant: "a", purpose: "B" }])
    expect(await refusalOf(decrypt(wrong))).toMatch(/^InvalidCiphertextException: /)
  expect(await refusalOf(decrypt({ tenant: "ap", urpose: "b" }))).toMatch(/^InvalidCiphertext/)
})

test("a ciphertext that was changed anywhere, cut or made up does not open", async () => {
  const { client, key } = await openKms()
  const { KeyId } = await key()
  const { CiphertextBlob = new Uint8Array() } = await client.send(
    new EncryptCommand({ KeyId, Plaintext: PLAIN }),
  )
  const decrypt = (blob: Uint8Array, id?: string) =>
    refusalOf(client.send(new DecryptCommand({ CiphertextBlob: blob, KeyId: id })))
  for (let at = 0; at < CiphertextBlob.length; at++) {
    const changed = Uint8Array.from(CiphertextBlob)
    changed[at] = (changed[at] as number) ^ 1
    // The header names another key: who asks does not learn whether there is one.
    expect(await decrypt(changed)).toMatch(/^(InvalidCiphertext|AccessDenied)Exception: /)
    expect(await decrypt(changed, KeyId)).toMatch(/^(InvalidCiphertext|IncorrectKey)Exception: /)
  }
  for (const length of [1, 40, 87, CiphertextBlob.length - 1])
    expect(await decrypt(CiphertextBlob.slice(0, length))).toMatch(/^InvalidCiphertextException: /)
  expect(await decrypt(bytes("hello"))).toMatch(/^InvalidCiphertextException: /)
})

test("a ciphertext of another key is refused when the key is named", async () => {
  const { client, key } = await openKms()
  const [one, other] = [await key(), await key()]
  const { CiphertextBlob } = await client.send(
    new EncryptCommand({ KeyId: one.KeyId, Plaintext: PLAIN }),
  )
  expect(
    await refusalOf(client.send(new DecryptCommand({ CiphertextBlob, KeyId: other.KeyId }))),
  ).toBe(
    "IncorrectKeyException: The key ID in the request does not identify a CMK that can perform " +
      "this operation.",
  )
})

test("KMS-9 Encrypt takes 4,096 bytes and no more", async () => {
  const { client, key } = await openKms()
  const { KeyId } = await key()
  const encrypt = (size: number) =>
    client.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(size) }))
  const { CiphertextBlob } = await encrypt(4_096)
  const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob }))
  expect(Plaintext).toHaveLength(4_096)
  expect(await refusalOf(encrypt(4_097))).toBe(
    "ValidationException: 1 validation error detected: Value at 'plaintext' failed to satisfy " +
      "constraint: Member must have length less than or equal to 4096",
  )
})

test("KMS-14 KMS-16 a data key comes plain and sealed, and the sealed one gives it back", async () => {
  const { client, key } = await openKms()
  const { KeyId, Arn } = await key()
  const EncryptionContext = { file: "a.txt" }
  const made = await client.send(
    new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext }),
  )
  expect(made.KeyId).toBe(Arn)
  expect(made.Plaintext).toHaveLength(32)
  const { CiphertextBlob } = made
  const opened = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))
  expect(opened.Plaintext).toEqual(made.Plaintext)
  const other = await client.send(new GenerateDataKeyCommand({ KeyId, NumberOfBytes: 1024 }))
  expect(other.Plaintext).toHaveLength(1024)
  const hidden = await client.send(
    new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: "AES_128" }),
  )
  expect(hidden).not.toHaveProperty("Plaintext")
  const later = await client.send(new DecryptCommand({ CiphertextBlob: hidden.CiphertextBlob }))
  expect(later.Plaintext).toHaveLength(16)
})

test("a data key has one size", async () => {
  const { client, key } = await openKms()
  const { KeyId } = await key()
  const refusal = "ValidationException: Please specify either number of bytes or key spec."
  expect(await refusalOf(client.send(new GenerateDataKeyCommand({ KeyId })))).toBe(refusal)
  const both = new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", NumberOfBytes: 32 })
  expect(await refusalOf(client.send(both))).toBe(refusal)
})

test("ReEncrypt moves a ciphertext to another key and context", async () => {
  const { client, key } = await openKms()
  const [one, other] = [await key(), await key()]
  const { CiphertextBlob } = await client.send(
    new EncryptCommand({ KeyId: one.KeyId, Plaintext: PLAIN, EncryptionContext: { a: "1" } }),
  )
  const moved = await client.send(
    new ReEncryptCommand({
      CiphertextBlob,
      SourceEncryptionContext: { a: "1" },
      DestinationKeyId: other.KeyId,
      DestinationEncryptionContext: { b: "2" },
    }),
  )
  expect(moved).toMatchObject({ SourceKeyId: one.Arn, KeyId: other.Arn })
  const opened = await client.send(
    new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { b: "2" } }),
  )
  expect(opened.KeyId).toBe(other.Arn)
  expect(text(opened.Plaintext)).toBe("my secret")
  const wrong = new ReEncryptCommand({
    CiphertextBlob,
    SourceKeyId: other.KeyId,
    SourceEncryptionContext: { a: "1" },
    DestinationKeyId: one.KeyId,
  })
  expect(await refusalOf(client.send(wrong))).toMatch(/^IncorrectKeyException: /)
})

test("a dry run says that all would have gone well, and does nothing", async () => {
  const { client, key } = await openKms()
  const { KeyId } = await key()
  const refusal =
    "DryRunOperationException: The request would have succeeded, but the DryRun option is set."
  const encrypt = new EncryptCommand({ KeyId, Plaintext: PLAIN, DryRun: true })
  expect(await refusalOf(client.send(encrypt))).toBe(refusal)
  const decrypt = new DecryptCommand({
    ...{ KeyId, DryRun: true },
    DryRunModifiers: ["IGNORE_CIPHERTEXT"],
  })
  expect(await refusalOf(client.send(decrypt))).toBe(refusal)
})
