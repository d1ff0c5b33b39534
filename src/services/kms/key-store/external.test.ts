import {
  ConnectCustomKeyStoreCommand,
  CreateCustomKeyStoreCommand,
  DecryptCommand,
  DescribeCustomKeyStoresCommand,
  DescribeKeyCommand,
  DisconnectCustomKeyStoreCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  ReEncryptCommand,
  UpdateCustomKeyStoreCommand,
  type CreateCustomKeyStoreCommandInput,
} from "@aws-sdk/client-kms"
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { expect, test } from "vitest"
import { bytes, openKms, refusalOf, text } from "../testing/open-kms.ts"
import { CREDENTIAL, METADATA, openXksProxy, type XksProxy } from "./testing/xks-proxy.ts"

const XksKeyId = "bb8562717f809024"

const storeInput = (endpoint: string): CreateCustomKeyStoreCommandInput => ({
  CustomKeyStoreName: "outside",
  CustomKeyStoreType: "EXTERNAL_KEY_STORE",
  ...{ XksProxyUriEndpoint: endpoint, XksProxyUriPath: "/kms/xks/v1" },
  ...{ XksProxyConnectivity: "PUBLIC_ENDPOINT", XksProxyAuthenticationCredential: CREDENTIAL },
})

async function openExternal() {
  const kms = await openKms()
  const proxy = await openXksProxy()
  proxy.keys.set(XksKeyId, Buffer.alloc(32, 7))
  const { client, cloud } = kms
  const made = await client.send(new CreateCustomKeyStoreCommand(storeInput(proxy.endpoint)))
  const id = { CustomKeyStoreId: made.CustomKeyStoreId ?? "" }
  const connect = async () => {
    await client.send(new ConnectCustomKeyStoreCommand(id))
    await cloud.settle()
  }
  const disconnect = () => client.send(new DisconnectCustomKeyStoreCommand(id))
  const store = async () =>
    (await client.send(new DescribeCustomKeyStoresCommand(id))).CustomKeyStores?.[0]
  const input = { Origin: "EXTERNAL_KEY_STORE", XksKeyId, ...id } as const
  return { ...kms, proxy, id, connect, disconnect, store, input }
}

async function openKey() {
  const opened = await openExternal()
  await opened.connect()
  const { KeyId, Arn } = await opened.key(opened.input)
  return { ...opened, KeyId, Arn }
}

const lastAsked = ({ asked }: XksProxy) => asked.at(-1)

test("a key store outside is made and connected when its proxy answers", async () => {
  const { proxy, client, connect, disconnect, store, id } = await openExternal()
  expect(lastAsked(proxy)).toMatchObject({
    path: "/kms/xks/v1/health",
    body: { requestMetadata: { kmsOperation: "CreateCustomKeyStore" } },
  })
  expect(await store()).toMatchObject({
    ...{ ConnectionState: "DISCONNECTED", CustomKeyStoreType: "EXTERNAL_KEY_STORE" },
    XksProxyConfiguration: { Connectivity: "PUBLIC_ENDPOINT", UriEndpoint: proxy.endpoint },
  })
  const again = { ...storeInput(proxy.endpoint), CustomKeyStoreName: "two" }
  expect(await refusalOf(client.send(new CreateCustomKeyStoreCommand(again)))).toMatch(
    /^XksProxyUriInUseException: /,
  )
  await connect()
  expect(await store()).toMatchObject({ ConnectionState: "CONNECTED" })
  await disconnect()
  proxy.secret = "another secret"
  await connect()
  const failed = { ConnectionState: "FAILED", ConnectionErrorCode: "INVALID_CREDENTIALS" }
  expect(await store()).toMatchObject(failed)
  await disconnect()
  const update = (XksProxyAuthenticationCredential: typeof CREDENTIAL) =>
    client.send(new UpdateCustomKeyStoreCommand({ ...id, XksProxyAuthenticationCredential }))
  expect(await refusalOf(update(CREDENTIAL))).toMatch(
    /^XksProxyIncorrectAuthenticationCredentialException: /,
  )
  proxy.secret = CREDENTIAL.RawSecretAccessKey.replace("DX", "XD")
  await update({ ...CREDENTIAL, RawSecretAccessKey: proxy.secret })
  await connect()
  expect(await store()).toMatchObject({ ConnectionState: "CONNECTED" })
})

test("a proxy that cannot be had, or nobody vouches for, makes no key store", async () => {
  const { client } = await openKms()
  const create = (endpoint: string, more = {}) =>
    refusalOf(client.send(new CreateCustomKeyStoreCommand({ ...storeInput(endpoint), ...more })))
  expect(await create("https://localhost:1")).toMatch(/^XksProxyUriUnreachableException: /)
  const stranger = await openXksProxy({ trusted: false })
  expect(await create(stranger.endpoint)).toMatch(/^XksProxyInvalidConfigurationException: /)
  expect(stranger.asked).toEqual([])
  const inVpc = {
    XksProxyConnectivity: "VPC_ENDPOINT_SERVICE",
    XksProxyVpcEndpointServiceName: "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
  }
  expect(await create(stranger.endpoint, inVpc)).toMatch(
    /^XksProxyVpcEndpointServiceNotFoundException: /,
  )
})

test("of keys whose other half is outside AWS each use asks there, and neither half opens alone", async () => {
  const { proxy, client, KeyId, Arn, key } = await openKey()
  const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }))
  expect(KeyMetadata).toMatchObject({
    ...{ Origin: "EXTERNAL_KEY_STORE", XksKeyConfiguration: { Id: XksKeyId } },
  })
  const EncryptionContext = { tenant: "a" }
  const { CiphertextBlob } = await client.send(
    new EncryptCommand({ KeyId, Plaintext: bytes("secret"), EncryptionContext }),
  )
  const { path, body } = lastAsked(proxy) ?? {}
  expect(path).toBe(`/kms/xks/v1/keys/${XksKeyId}/encrypt`)
  expect(body?.["requestMetadata"]).toMatchObject({
    ...{
      kmsOperation: "Encrypt",
      kmsKeyArn: Arn,
      awsPrincipalArn: "arn:aws:iam::111122223333:root",
    },
  })
  // What leaves KMS is sealed already.
  expect(Buffer.from(String(body?.["plaintext"]), "base64").toString()).not.toContain("secret")
  const decrypt = (more: object = { EncryptionContext }) =>
    client.send(new DecryptCommand({ CiphertextBlob, ...more }))
  expect(text((await decrypt()).Plaintext)).toBe("secret")
  expect(await refusalOf(decrypt({}))).toMatch(/^KMSInvalidStateException: .*corrupted/)
  const { KeyId: other } = await key()
  const moved = await client.send(
    new ReEncryptCommand({
      ...{ CiphertextBlob, SourceEncryptionContext: EncryptionContext, DestinationKeyId: other },
    }),
  )
  expect(text((await client.send(new DecryptCommand(moved))).Plaintext)).toBe("secret")
  const back = await client.send(
    new ReEncryptCommand({
      ...{ CiphertextBlob: moved.CiphertextBlob, DestinationKeyId: KeyId },
      DestinationEncryptionContext: EncryptionContext,
    }),
  )
  expect(
    text((await decrypt({ CiphertextBlob: back.CiphertextBlob, EncryptionContext })).Plaintext),
  ).toBe("secret")
  proxy.keys.set(XksKeyId, Buffer.alloc(32, 8))
  expect(await refusalOf(decrypt())).toMatch(/^KMSInvalidStateException: .*corrupted/)
  proxy.keys.delete(XksKeyId)
  expect(await refusalOf(decrypt())).toMatch(/^KMSInvalidStateException: .*could not find/)
})

test("data keys of an external key store open there only", async () => {
  const { client, KeyId } = await openKey()
  const made = await client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }))
  const open = async (CiphertextBlob: Uint8Array | undefined) =>
    (await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext
  expect(await open(made.CiphertextBlob)).toEqual(made.Plaintext)
  const hidden = await client.send(
    new GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 24 }),
  )
  expect(await open(hidden.CiphertextBlob)).toHaveLength(24)
  const pair = await client.send(
    new GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: "ECC_NIST_P256" }),
  )
  expect((await open(pair.PrivateKeyCiphertextBlob))?.length).toBeGreaterThan(100)
})

test("another service that encrypts within a commit cannot wait for a proxy, and does not get a key", async () => {
  const { cloud, KeyId, proxy } = await openKey()
  const secrets = cloud.client(SecretsManagerClient)
  const before = proxy.asked.length
  const create = new CreateSecretCommand({ Name: "db", SecretString: "x", KmsKeyId: KeyId })
  expect(await refusalOf(secrets.send(create))).toMatch(/^EncryptionFailure: /)
  expect(proxy.asked).toHaveLength(before)
})

test("keys outside must be there, be AES-256, and belong to one KMS key", async () => {
  const { proxy, key, connect, input, client, id } = await openExternal()
  expect(await refusalOf(key(input))).toMatch(/^CustomKeyStoreInvalidStateException: /)
  await connect()
  const { XksKeyId: _, ...nameless } = input
  expect(await refusalOf(key(nameless))).toMatch(/^ValidationException: /)
  expect(await refusalOf(key({ ...input, XksKeyId: "none" }))).toMatch(/^XksKeyNotFoundException: /)
  proxy.instead = () => ({ status: 200, body: { ...METADATA, keyStatus: "DISABLED" } })
  expect(await refusalOf(key(input))).toMatch(/^XksKeyInvalidConfigurationException: /)
  proxy.instead = undefined
  await key(input)
  expect(await refusalOf(key(input))).toMatch(/^XksKeyAlreadyInUseException: /)
  const random = new GenerateRandomCommand({ NumberOfBytes: 8, ...id })
  expect(await refusalOf(client.send(random))).toMatch(/^UnsupportedOperationException: /)
})

test.each([
  ["nothing", /in the time allotted/],
  [{ status: 429, body: { errorName: "ThrottlingException" } }, /very high request rate/],
  [{ status: 403, body: { errorName: "AccessDeniedException" } }, /denied access/],
  [{ status: 400, body: { errorName: "InvalidStateException" } }, /not enabled/],
  [{ status: 200, body: "no JSON" }, /cannot interpret/],
  [{ status: 200, body: { ciphertext: "AAAA" } }, /cannot interpret/],
] as const)("a proxy that answers %j makes a use of its keys fail", async (answer, words) => {
  const { proxy, client, KeyId } = await openKey()
  proxy.instead = () => answer
  const use = client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
  const refusal = await refusalOf(use)
  expect(refusal).toMatch(/^KMSInvalidStateException: /)
  expect(refusal).toMatch(words)
})
