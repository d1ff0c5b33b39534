import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const here = hasProgram("aws") && hasProgram("openssl", ["version"])

describe.skipIf(!here)("KMS, the aws CLI and OpenSSL", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  let folder: string
  beforeAll(async () => {
    cloud = await startCloud(["--ephemeral"])
    folder = mkdtempSync(join(tmpdir(), "cloudarium-kms-"))
  })
  afterAll(async () => {
    await cloud.stop()
    removeFolder(folder)
  })

  const at = (name: string): string => join(folder, name)
  const aws = async (...args: readonly string[]): Promise<Record<string, string>> => {
    const env = clientEnvironment(cloud.url)
    const { code, stdout, stderr } = await run("aws", ["--endpoint-url", cloud.url, ...args], {
      env,
    })
    expect([code, stderr]).toEqual([0, ""])
    return stdout.trim() === "" ? {} : (JSON.parse(stdout) as Record<string, string>)
  }
  const openssl = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run("openssl", args, {
      env: { PATH: process.env["PATH"] },
    })
    expect([code, stderr]).toEqual([0, expect.any(String)])
    return stdout
  }
  const createKey = async (...more: readonly string[]): Promise<string> => {
    const { KeyMetadata } = await aws("kms", "create-key", ...more)
    return (KeyMetadata as unknown as { KeyId: string }).KeyId
  }
  const save = (name: string, base64: string | undefined): void =>
    writeFileSync(at(name), Buffer.from(base64 ?? "", "base64"))

  test("KMS-8 ENC-7 what KMS signs OpenSSL verifies with the public key", async () => {
    const spec = ["--key-spec", "ECC_NIST_P256", "--key-usage", "SIGN_VERIFY"]
    const key = await createKey(...spec)
    writeFileSync(at("message"), "signed by KMS")
    const { PublicKey } = await aws("kms", "get-public-key", "--key-id", key)
    save("public.der", PublicKey)
    const signing = ["--signing-algorithm", "ECDSA_SHA_256", "--message-type", "RAW"]
    const message = ["--message", `fileb://${at("message")}`]
    const { Signature } = await aws("kms", "sign", "--key-id", key, ...signing, ...message)
    save("signature", Signature)
    const verify = ["-keyform", "DER", "-verify", at("public.der"), "-signature", at("signature")]
    expect(await openssl("dgst", "-sha256", ...verify, at("message"))).toBe("Verified OK\n")
  })

  test("ENC-5 what OpenSSL encrypts with the public key KMS decrypts", async () => {
    const key = await createKey("--key-spec", "RSA_2048", "--key-usage", "ENCRYPT_DECRYPT")
    const { PublicKey } = await aws("kms", "get-public-key", "--key-id", key)
    save("rsa.der", PublicKey)
    writeFileSync(at("plain"), "for KMS only")
    const padding = [
      ...["-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256"],
      ...["-pkeyopt", "rsa_mgf1_md:sha256"],
    ]
    const files = ["-in", at("plain"), "-out", at("sealed")]
    await openssl(
      "pkeyutl",
      "-encrypt",
      "-pubin",
      "-keyform",
      "DER",
      "-inkey",
      at("rsa.der"),
      ...files,
      ...padding,
    )
    const sealed = ["--ciphertext-blob", `fileb://${at("sealed")}`]
    const algorithm = ["--encryption-algorithm", "RSAES_OAEP_SHA_256"]
    const { Plaintext } = await aws("kms", "decrypt", "--key-id", key, ...sealed, ...algorithm)
    expect(Buffer.from(Plaintext ?? "", "base64").toString()).toBe("for KMS only")
  })

  test("KMS-30 material that OpenSSL has wrapped is imported, and works", async () => {
    const key = await createKey("--origin", "EXTERNAL")
    const wrapping = [
      "--wrapping-algorithm",
      "RSAES_OAEP_SHA_256",
      "--wrapping-key-spec",
      "RSA_2048",
    ]
    const parameters = await aws("kms", "get-parameters-for-import", "--key-id", key, ...wrapping)
    save("wrapping.der", parameters["PublicKey"])
    save("token", parameters["ImportToken"])
    await openssl("rand", "-out", at("material"), "32")
    const padding = [
      ...["-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256"],
      ...["-pkeyopt", "rsa_mgf1_md:sha256"],
    ]
    const files = ["-in", at("material"), "-out", at("wrapped")]
    await openssl(
      "pkeyutl",
      "-encrypt",
      "-pubin",
      "-keyform",
      "DER",
      "-inkey",
      at("wrapping.der"),
      ...files,
      ...padding,
    )
    await aws(
      ...["kms", "import-key-material", "--key-id", key],
      ...["--encrypted-key-material", `fileb://${at("wrapped")}`],
      ...["--import-token", `fileb://${at("token")}`],
      ...["--expiration-model", "KEY_MATERIAL_DOES_NOT_EXPIRE"],
    )
    const plain = ["--plaintext", `fileb://${at("material")}`]
    const { CiphertextBlob } = await aws("kms", "encrypt", "--key-id", key, ...plain)
    save("blob", CiphertextBlob)
    const { Plaintext } = await aws("kms", "decrypt", "--ciphertext-blob", `fileb://${at("blob")}`)
    expect(Buffer.from(Plaintext ?? "", "base64")).toEqual(readFileSync(at("material")))
  })
})
