import {
  ConnectCustomKeyStoreCommand,
  CreateCustomKeyStoreCommand,
  DecryptCommand,
  DeleteCustomKeyStoreCommand,
  DescribeCustomKeyStoresCommand,
  DescribeKeyCommand,
  DisconnectCustomKeyStoreCommand,
  EncryptCommand,
  GenerateRandomCommand,
  ScheduleKeyDeletionCommand,
  UpdateCustomKeyStoreCommand,
  type CreateCustomKeyStoreCommandInput,
} from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { ROOT_CERTIFICATE } from "../../iam/testing/certificate.ts"
import { bytes, openKms, refusalOf, text } from "../testing/open-kms.ts"

const CLUSTER = {
  CustomKeyStoreName: "hsm",
  CloudHsmClusterId: "cluster-2a23b4cdefg",
  TrustAnchorCertificate: ROOT_CERTIFICATE,
  KeyStorePassword: "kmsPswd1",
}
const PROXY: CreateCustomKeyStoreCommandInput = {
  CustomKeyStoreName: "outside",
  CustomKeyStoreType: "EXTERNAL_KEY_STORE",
  XksProxyUriEndpoint: "https://xks.example.com",
  XksProxyUriPath: "/kms/xks/v1",
  XksProxyConnectivity: "PUBLIC_ENDPOINT",
  XksProxyAuthenticationCredential: {
    AccessKeyId: "ABCDE12345670EXAMPLE".replace(/[0189]/g, "A"),
    RawSecretAccessKey: "DXjSUawnel2fr6SKC7G25CNxTyWKE5PF9XX6H/u9pSo=",
  },
}

async function openStore(input: CreateCustomKeyStoreCommandInput = CLUSTER) {
  const kms = await openKms()
  const { client, cloud } = kms
  const create = (more = {}) => client.send(new CreateCustomKeyStoreCommand({ ...input, ...more }))
  const { CustomKeyStoreId = "" } = await create()
  const id = { CustomKeyStoreId }
  return {
    ...{ ...kms, CustomKeyStoreId, create },
    connect: async () => {
      await client.send(new ConnectCustomKeyStoreCommand(id))
      await cloud.settle()
    },
    disconnect: () => client.send(new DisconnectCustomKeyStoreCommand(id)),
    remove: () => client.send(new DeleteCustomKeyStoreCommand(id)),
    update: (more: object) => client.send(new UpdateCustomKeyStoreCommand({ ...id, ...more })),
    store: async () =>
      (await client.send(new DescribeCustomKeyStoresCommand(id))).CustomKeyStores?.[0],
  }
}

test("KMS-6 keys of a CloudHSM key store work while it is connected", async () => {
  const opened = await openStore()
  const { client, key, connect, disconnect, CustomKeyStoreId } = opened
  const inStore = { Origin: "AWS_CLOUDHSM", CustomKeyStoreId } as const
  expect(await opened.store()).toMatchObject({
    ...{ ConnectionState: "DISCONNECTED", CustomKeyStoreType: "AWS_CLOUDHSM" },
    CloudHsmClusterId: CLUSTER.CloudHsmClusterId,
  })
  expect(await refusalOf(key(inStore))).toMatch(/^CustomKeyStoreInvalidStateException: /)
  await connect()
  expect(await opened.store()).toMatchObject({ ConnectionState: "CONNECTED" })
  const { KeyId, Arn } = await key(inStore)
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
  const decrypt = () => client.send(new DecryptCommand({ CiphertextBlob }))
  expect(text((await decrypt()).Plaintext)).toBe("x")
  await disconnect()
  const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }))
  expect(KeyMetadata).toMatchObject({
    ...{ KeyState: "Unavailable", Origin: "AWS_CLOUDHSM", CustomKeyStoreId },
    CloudHsmClusterId: CLUSTER.CloudHsmClusterId,
  })
  expect(await refusalOf(decrypt())).toBe(`KMSInvalidStateException: ${Arn} is unavailable.`)
  await connect()
  await decrypt()
})

test("a key store goes when it is empty and disconnected", async () => {
  const { client, cloud, key, connect, disconnect, remove, store, CustomKeyStoreId } =
    await openStore()
  await connect()
  expect(await refusalOf(remove())).toMatch(/^CustomKeyStoreInvalidStateException: /)
  const { KeyId } = await key({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId })
  await disconnect()
  expect(await refusalOf(remove())).toMatch(/^CustomKeyStoreHasCMKsException: /)
  await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
  await cloud.advance("7d")
  await remove()
  expect(await refusalOf(store())).toMatch(/^CustomKeyStoreNotFoundException: /)
})

test("names, clusters and states of key stores", async () => {
  const { client, create, connect, disconnect, update, store, CustomKeyStoreId } = await openStore()
  expect(await refusalOf(create())).toMatch(/^CustomKeyStoreNameInUseException: /)
  const other = { CustomKeyStoreName: "other" }
  expect(await refusalOf(create(other))).toMatch(/^CloudHsmClusterInUseException: /)
  const next = { ...other, CloudHsmClusterId: "cluster-3a23b4cdefg" }
  expect(await refusalOf(create({ ...next, TrustAnchorCertificate: "none" }))).toMatch(
    /^IncorrectTrustAnchorException: /,
  )
  expect(await refusalOf(disconnect())).toMatch(/^CustomKeyStoreInvalidStateException: /)
  const random = () =>
    client.send(new GenerateRandomCommand({ NumberOfBytes: 16, CustomKeyStoreId }))
  expect(await refusalOf(random())).toMatch(/^CustomKeyStoreInvalidStateException: /)
  await connect()
  expect((await random()).Plaintext).toHaveLength(16)
  await update({ NewCustomKeyStoreName: "renamed" })
  expect(await store()).toMatchObject({ CustomKeyStoreName: "renamed" })
  expect(await refusalOf(update({ KeyStorePassword: "another1" }))).toMatch(
    /^CustomKeyStoreInvalidStateException: /,
  )
  expect(await refusalOf(update({ CloudHsmClusterId: "cluster-3a23b4cdefg" }))).toMatch(
    /^CustomKeyStoreInvalidStateException: /,
  )
  await disconnect()
  expect(await refusalOf(update({ CloudHsmClusterId: "cluster-3a23b4cdefg" }))).toMatch(
    /^CloudHsmClusterNotRelatedException: /,
  )
})

test("KMS-6 keys whose other half is outside AWS have an id there", async () => {
  const { client, key, create, connect, store, CustomKeyStoreId } = await openStore(PROXY)
  expect(await refusalOf(create({ CustomKeyStoreName: "two" }))).toMatch(
    /^XksProxyUriInUseException: /,
  )
  await connect()
  expect((await store())?.XksProxyConfiguration).toMatchObject({
    ...{ Connectivity: "PUBLIC_ENDPOINT", UriEndpoint: "https://xks.example.com" },
    UriPath: "/kms/xks/v1",
  })
  const inStore = { Origin: "EXTERNAL_KEY_STORE", CustomKeyStoreId } as const
  expect(await refusalOf(key(inStore))).toMatch(/^ValidationException: /)
  const { KeyId } = await key({ ...inStore, XksKeyId: "bb8562717f809024" })
  const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }))
  expect(KeyMetadata).toMatchObject({
    ...{ Origin: "EXTERNAL_KEY_STORE", XksKeyConfiguration: { Id: "bb8562717f809024" } },
  })
  expect(await refusalOf(key({ ...inStore, XksKeyId: "bb8562717f809024" }))).toMatch(
    /^XksKeyAlreadyInUseException: /,
  )
  await client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
})
