import {
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type AlgorithmSpec,
  type CreateKeyCommandInput,
  type ImportKeyMaterialCommandInput,
  type WrappingKeySpec,
} from "@aws-sdk/client-kms"
import {
  constants,
  createCipheriv,
  createPublicKey,
  publicEncrypt,
  randomBytes,
  type KeyObject,
} from "node:crypto"
import { bytes, openKms, text } from "./open-kms.ts"

export const FOREVER = { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" } as const

export function wrap(material: Uint8Array, publicKey: KeyObject, algorithm: AlgorithmSpec): Buffer {
  const oaepHash = algorithm.endsWith("SHA_1") ? "sha1" : "sha256"
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const rsa = (plain: Uint8Array) => publicEncrypt({ key: publicKey, padding, oaepHash }, plain)
  if (!algorithm.startsWith("RSA_AES_KEY_WRAP")) return rsa(material)
  const aes = randomBytes(32)
  const cipher = createCipheriv("id-aes256-wrap-pad", aes, Buffer.from("a65959a6", "hex"))
  return Buffer.concat([rsa(aes), cipher.update(material), cipher.final()])
}

/** A key that waits for its material, and what brings it. */
export async function openImport(input: CreateKeyCommandInput = {}) {
  const kms = await openKms()
  const { client } = kms
  const { KeyId, Arn } = await kms.key({ Origin: "EXTERNAL", ...input })
  const parameters = async (
    WrappingAlgorithm: AlgorithmSpec = "RSAES_OAEP_SHA_256",
    spec: WrappingKeySpec = "RSA_2048",
  ) => {
    const asked = { KeyId, WrappingAlgorithm, WrappingKeySpec: spec }
    return client.send(new GetParametersForImportCommand(asked))
  }
  const importMaterial = async (
    material: Uint8Array,
    more: Partial<ImportKeyMaterialCommandInput> = {},
    algorithm: AlgorithmSpec = "RSAES_OAEP_SHA_256",
  ) => {
    const { ImportToken, PublicKey = new Uint8Array() } = await parameters(algorithm)
    const der = Buffer.from(PublicKey)
    const publicKey = createPublicKey({ key: der, format: "der", type: "spki" })
    const EncryptedKeyMaterial = wrap(material, publicKey, algorithm)
    const asked = { KeyId, ImportToken, EncryptedKeyMaterial, ...FOREVER, ...more }
    return client.send(new ImportKeyMaterialCommand(asked))
  }
  return {
    ...{ ...kms, KeyId, Arn, parameters, importMaterial },
    state: async () => (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata,
    encrypt: () => client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") })),
    decrypt: async (CiphertextBlob: Uint8Array | undefined) =>
      text((await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext),
    forget: (KeyMaterialId?: string) =>
      client.send(new DeleteImportedKeyMaterialCommand({ KeyId, KeyMaterialId })),
  }
}
