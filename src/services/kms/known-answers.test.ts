import {
  DeriveSharedSecretCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
  type KeySpec,
  type KeyUsageType,
  type MacAlgorithmSpec,
} from "@aws-sdk/client-kms"
import { createPrivateKey, type JsonWebKeyInput } from "node:crypto"
import { expect, test } from "vitest"
import { openImport } from "./testing/open-import.ts"
import { bytes, refusalOf } from "./testing/open-kms.ts"

/** Known answers of published vectors, for keys whose material they tell. */

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"))
const hexOf = (value: Uint8Array | undefined): string => Buffer.from(value ?? []).toString("hex")
const base64url = (hex: string): string => Buffer.from(hex, "hex").toString("base64url")

const privateKey = (key: JsonWebKeyInput["key"]): Buffer =>
  createPrivateKey({ key, format: "jwk" }).export({ type: "pkcs8", format: "der" })

async function keyOf(KeySpec: KeySpec, KeyUsage: KeyUsageType, material: Uint8Array) {
  const key = await openImport({ KeySpec, KeyUsage })
  await key.importMaterial(material, {}, "RSA_AES_KEY_WRAP_SHA_256")
  return key
}

// RFC 4868, 2.7.2: AUTH256-1, AUTH384-1, AUTH512-1, the whole outputs.
test.each([
  ["HMAC_256", 32, "198a607eb44bfbc69903a0f1cf2bbdc5ba0aa3f3d9ae3c1c7a3b1696a0b68cf7"],
  [
    "HMAC_384",
    48,
    "b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee9737a959796489bddbc4c5df61d5b3297b4fb68dab9f1b582c2",
  ],
  [
    "HMAC_512",
    64,
    "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8ac2878ebd5803f6f0b61dbce5e251ff8789a4722c1be65aea45fd464e89f8f5b",
  ],
] as const)("%s of RFC 4868", async (spec, size, mac) => {
  const key = await openImport({ KeySpec: spec, KeyUsage: "GENERATE_VERIFY_MAC" })
  await key.importMaterial(new Uint8Array(size).fill(0x0b))
  const MacAlgorithm = spec.replace("HMAC_", "HMAC_SHA_") as MacAlgorithmSpec
  const asked = { KeyId: key.KeyId, Message: bytes("Hi There"), MacAlgorithm }
  expect(hexOf((await key.client.send(new GenerateMacCommand(asked))).Mac)).toBe(mac)
  const verified = await key.client.send(new VerifyMacCommand({ ...asked, Mac: fromHex(mac) }))
  expect(verified.MacValid).toBe(true)
})

// RFC 6979, A.2.5: P-256, message "sample" with SHA-256; in DER, as KMS gives signatures.
test("a signature of RFC 6979 is good for its key, and for no other message", async () => {
  const jwk = {
    ...{ kty: "EC", crv: "P-256" },
    d: base64url("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"),
    x: base64url("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"),
    y: base64url("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"),
  }
  const { client, KeyId } = await keyOf("ECC_NIST_P256", "SIGN_VERIFY", privateKey(jwk))
  const Signature = fromHex(
    "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" +
      "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  )
  const asked = { KeyId, SigningAlgorithm: "ECDSA_SHA_256", Signature } as const
  const verified = new VerifyCommand({ ...asked, Message: bytes("sample") })
  expect((await client.send(verified)).SignatureValid).toBe(true)
  const other = new VerifyCommand({ ...asked, Message: bytes("Sample") })
  expect(await refusalOf(client.send(other))).toMatch(/^KMSInvalidSignatureException: /)
})

// RFC 8032, 7.1: test 2.
test("Ed25519 signs as in RFC 8032", async () => {
  const x = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
  const jwk = {
    ...{ kty: "OKP", crv: "Ed25519", x: base64url(x) },
    d: base64url("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"),
  }
  const key = await keyOf("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", privateKey(jwk))
  const { client, KeyId } = key
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }))
  expect(hexOf(PublicKey).endsWith(x)).toBe(true)
  const asked = { KeyId, Message: fromHex("72"), SigningAlgorithm: "ED25519_SHA_512" } as const
  expect(hexOf((await client.send(new SignCommand(asked))).Signature)).toBe(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  )
})

// RFC 5903, 8.1: the 256-bit random ECP group.
test("a shared secret of RFC 5903 is derived on both sides", async () => {
  const i = {
    d: base64url("c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433"),
    x: base64url("dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180"),
    y: base64url("5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3"),
  }
  const r = {
    d: base64url("c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53"),
    x: base64url("d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63"),
    y: base64url("56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab"),
  }
  const derOf = (side: object): Buffer => privateKey({ kty: "EC", crv: "P-256", ...side })
  const keys = [
    await keyOf("ECC_NIST_P256", "KEY_AGREEMENT", derOf(i)),
    await keyOf("ECC_NIST_P256", "KEY_AGREEMENT", derOf(r)),
  ] as const
  for (const [own, other] of [keys, keys.toReversed()] as (typeof keys)[]) {
    const { PublicKey } = await other.client.send(new GetPublicKeyCommand({ KeyId: other.KeyId }))
    const asked = { KeyId: own.KeyId, PublicKey, KeyAgreementAlgorithm: "ECDH" } as const
    const { SharedSecret } = await own.client.send(new DeriveSharedSecretCommand(asked))
    expect(hexOf(SharedSecret)).toBe(
      "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de",
    )
  }
})
