import { DecryptCommand, EncryptCommand, GenerateRandomCommand } from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { bytes, openKms, refusalOf } from "../testing/open-kms.ts"

test("an enclave must attest itself: what is no attestation is refused", async () => {
  const { client, key } = await openKms()
  const { KeyId } = await key()
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
  const KeyEncryptionAlgorithm = "RSAES_OAEP_SHA_256" as const
  const ask = (AttestationDocument: Uint8Array) => {
    const Recipient = { AttestationDocument, KeyEncryptionAlgorithm }
    return refusalOf(client.send(new DecryptCommand({ CiphertextBlob, Recipient })))
  }
  expect(await ask(bytes("no attestation"))).toMatch(/^ValidationException: /)
  // One that has the form is not judged, and not answered as if it had been.
  expect(await ask(Uint8Array.of(0x84, 0x44))).toMatch(/^NotImplemented: /)
  const random = new GenerateRandomCommand({
    ...{ NumberOfBytes: 8, Recipient: { KeyEncryptionAlgorithm } },
  })
  expect(await refusalOf(client.send(random))).toMatch(/^ValidationException: /)
})
