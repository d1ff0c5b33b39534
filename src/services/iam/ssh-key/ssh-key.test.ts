import {
  CreateUserCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserCommand,
  GetSSHPublicKeyCommand,
  ListSSHPublicKeysCommand,
  UpdateSSHPublicKeyCommand,
  UploadSSHPublicKeyCommand,
} from "@aws-sdk/client-iam"
import { createPublicKey, generateKeyPairSync } from "node:crypto"
import { expect, test } from "vitest"
import { openIam, refusalOf } from "../testing/open-iam.ts"
import { fingerprintOf, parseRsaKey, sshForm } from "./rsa-key.ts"

const UserName = "alice"

const newPem = (modulusLength = 2_048): string =>
  generateKeyPairSync("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  }).publicKey

async function withUser() {
  const { client } = await openIam()
  await client.send(new CreateUserCommand({ UserName }))
  const upload = async (SSHPublicKeyBody: string) =>
    (await client.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody }))).SSHPublicKey
  const get = async (SSHPublicKeyId = "", Encoding: "SSH" | "PEM" = "SSH") =>
    (await client.send(new GetSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Encoding })))
      .SSHPublicKey
  return { client, upload, get }
}

test("a key comes back in either form", async () => {
  const { upload, get } = await withUser()
  const pem = newPem()
  const key = await upload(pem)
  expect(key).toMatchObject({
    ...{ UserName, Status: "Active", SSHPublicKeyBody: pem },
    SSHPublicKeyId: expect.stringMatching(/^APKA[A-Z2-7]{17}$/),
    Fingerprint: expect.stringMatching(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/),
  })
  const ssh = (await get(key?.SSHPublicKeyId))?.SSHPublicKeyBody ?? ""
  expect(ssh).toMatch(/^ssh-rsa AAAAB3NzaC1yc2E/)
  const back = (await get(key?.SSHPublicKeyId, "PEM"))?.SSHPublicKeyBody ?? ""
  expect(createPublicKey(back).equals(createPublicKey(pem))).toBe(true)
  expect(await refusalOf(upload(`${ssh} alice@laptop`))).toMatch(/^400 DuplicateSSHPublicKey: /)
})

test("the fingerprint is the MD5 of the key's binary form", () => {
  const blob = parseRsaKey(newPem()) ?? Buffer.alloc(0)
  expect(parseRsaKey(sshForm(blob))?.equals(blob)).toBe(true)
  expect(fingerprintOf(Buffer.from("abc"))).toBe("90:01:50:98:3c:d2:4f:b0:d6:96:3f:7d:28:e1:7f:72")
})

test("what is no RSA key of 2048 bits is refused", async () => {
  const { upload } = await withUser()
  const wrong = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB"
  for (const body of ["x", wrong, newPem(1_024)])
    expect(await refusalOf(upload(body))).toMatch(/^400 InvalidPublicKey: /)
})

test("keys are listed, switched off and deleted", async () => {
  const { client, upload, get } = await withUser()
  const { SSHPublicKeyId = "" } = (await upload(newPem())) ?? {}
  const one = { UserName, SSHPublicKeyId }
  await client.send(new UpdateSSHPublicKeyCommand({ ...one, Status: "Inactive" }))
  const list = async () =>
    (await client.send(new ListSSHPublicKeysCommand({ UserName }))).SSHPublicKeys
  expect(await list()).toEqual([{ ...one, Status: "Inactive", UploadDate: expect.any(Date) }])
  expect(await refusalOf(client.send(new DeleteUserCommand({ UserName })))).toMatch(
    /^409 DeleteConflict/,
  )
  await client.send(new DeleteSSHPublicKeyCommand(one))
  expect(await list()).toEqual([])
  expect(await refusalOf(get(SSHPublicKeyId))).toBe(
    `404 NoSuchEntity: The Public Key with id ${SSHPublicKeyId} cannot be found.`,
  )
})
