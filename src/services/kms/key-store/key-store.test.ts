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
} from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import {
  activeCluster,
  ADMIN,
  hsmClient,
  KMS_USER,
  openCa,
  SUBNETS,
} from "../../cloudhsmv2/testing/open-hsm.ts"
import { bytes, openKms, refusalOf, text } from "../testing/open-kms.ts"

async function openStore(zones = 2) {
  const kms = await openKms()
  const { client, cloud } = kms
  const hsm = hsmClient(cloud)
  const cluster = await activeCluster({ cloud, hsm }, zones)
  const input = {
    ...{ CustomKeyStoreName: "hsm", CloudHsmClusterId: cluster.id },
    ...{ TrustAnchorCertificate: cluster.trustAnchor, KeyStorePassword: KMS_USER.password },
  }
  const create = (more = {}) => client.send(new CreateCustomKeyStoreCommand({ ...input, ...more }))
  const { CustomKeyStoreId = "" } = await create()
  const id = { CustomKeyStoreId }
  return {
    ...{ ...kms, hsm, cluster, CustomKeyStoreId, create },
    inStore: { Origin: "AWS_CLOUDHSM", CustomKeyStoreId } as const,
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

test("KMS-32 HSM-8 keys of a CloudHSM key store live in its cluster and work while it is connected", async () => {
  const opened = await openStore()
  const { client, cloud, key, connect, disconnect, inStore, cluster, CustomKeyStoreId } = opened
  expect(await opened.store()).toMatchObject({
    ...{ ConnectionState: "DISCONNECTED", CustomKeyStoreType: "AWS_CLOUDHSM" },
    CloudHsmClusterId: cluster.id,
  })
  expect(await refusalOf(key(inStore))).toMatch(/^CustomKeyStoreInvalidStateException: /)
  await connect()
  expect(await opened.store()).toMatchObject({ ConnectionState: "CONNECTED" })
  const { KeyId, Arn } = await key(inStore)
  const { keys } = await cloud.commandHsm({ cluster: cluster.id, as: ADMIN })
  expect(keys).toMatchObject([{ label: KeyId, owner: "kmsuser" }])
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
  const decrypt = () => client.send(new DecryptCommand({ CiphertextBlob }))
  expect(text((await decrypt()).Plaintext)).toBe("x")
  await disconnect()
  const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }))
  expect(KeyMetadata).toMatchObject({
    ...{ KeyState: "Unavailable", Origin: "AWS_CLOUDHSM", CustomKeyStoreId },
    CloudHsmClusterId: cluster.id,
  })
  expect(await refusalOf(decrypt())).toBe(`KMSInvalidStateException: ${Arn} is unavailable.`)
  await connect()
  expect(text((await decrypt()).Plaintext)).toBe("x")
})

test("HSM-4 HSMs in several AZs keep keys in step: with two, one may fail; with all down keys cannot be used", async () => {
  const { client, cloud, hsm, key, connect, inStore, cluster } = await openStore()
  const [first = "", second = "", third = ""] = cluster.zones
  await connect()
  const { KeyId } = await key(inStore)
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
  const decrypt = async () =>
    text((await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext)
  await cloud.fail({ az: first })
  expect(await decrypt()).toBe("x")
  expect(await refusalOf(key(inStore))).toMatch(/^CloudHsmClusterInvalidConfigurationException: /)
  await cloud.fail({ az: second })
  expect(await refusalOf(decrypt())).toMatch(/^KMSInvalidStateException: .*cannot communicate/)
  await cloud.heal({ az: first })
  await cloud.heal({ az: second })
  // A new member has what the others have, when those are gone.
  await cluster.addHsm(third)
  for (const HsmId of cluster.hsms) await hsm("DeleteHsm", { ClusterId: cluster.id, HsmId })
  await cloud.settle()
  expect(await decrypt()).toBe("x")
})

test("a store is made on an active cluster with HSMs in two AZs, by its own trust anchor", async () => {
  const { create, hsm, cloud, cluster } = await openStore()
  expect(await refusalOf(create())).toMatch(/^CustomKeyStoreNameInUseException: /)
  const other = { CustomKeyStoreName: "other" }
  expect(await refusalOf(create(other))).toMatch(/^CloudHsmClusterInUseException: /)
  const unknown = { ...other, CloudHsmClusterId: "cluster-2a23b4cdefg" }
  expect(await refusalOf(create(unknown))).toMatch(/^CloudHsmClusterNotFoundException: /)
  const { Cluster } = await hsm("CreateCluster", {
    ...{ HsmType: "hsm2m.medium", Mode: "FIPS", SubnetIds: SUBNETS },
  })
  await cloud.settle()
  const idle = { ...other, CloudHsmClusterId: Cluster?.ClusterId }
  expect(await refusalOf(create(idle))).toMatch(/^CloudHsmClusterNotActiveException: /)
  const small = await activeCluster({ cloud, hsm }, 1)
  const onSmall = { ...other, CloudHsmClusterId: small.id }
  expect(await refusalOf(create(onSmall))).toMatch(
    /^CloudHsmClusterInvalidConfigurationException: /,
  )
  await small.addHsm(small.zones[1] ?? "")
  expect(await refusalOf(create(onSmall))).toMatch(/^IncorrectTrustAnchorException: /)
  const { certificate } = await openCa()
  expect(await refusalOf(create({ ...onSmall, TrustAnchorCertificate: certificate }))).toMatch(
    /^IncorrectTrustAnchorException: /,
  )
  await create({ ...onSmall, TrustAnchorCertificate: small.trustAnchor })
  expect(cluster.id).not.toBe(small.id)
})

test("connecting needs kmsuser with the password that KMS knows, and changes it", async () => {
  const { client, cloud, connect, disconnect, update, store, cluster } = await openStore()
  const run = (more: object) => cloud.commandHsm({ cluster: cluster.id, as: ADMIN, ...more })
  const code = async () => (await store())?.ConnectionErrorCode
  await connect()
  // KMS has another password since then.
  await expect(cloud.commandHsm({ cluster: cluster.id, as: KMS_USER })).rejects.toThrow(/password/)
  await disconnect()
  await connect()
  expect((await store())?.ConnectionState).toBe("CONNECTED")
  await disconnect()
  await run({ changePassword: { name: "kmsuser", password: "anotherPassword" } })
  await connect()
  expect(await code()).toBe("INVALID_CREDENTIALS")
  const again = client.send(
    new ConnectCustomKeyStoreCommand({ CustomKeyStoreId: (await store())?.CustomKeyStoreId }),
  )
  expect(await refusalOf(again)).toMatch(/^CustomKeyStoreInvalidStateException: /)
  await disconnect()
  expect(await code()).toBeUndefined()
  await update({ KeyStorePassword: "anotherPassword" })
  await connect()
  expect((await store())?.ConnectionState).toBe("CONNECTED")
  await disconnect()
  await run({ deleteUser: "kmsuser" })
  await connect()
  expect(await code()).toBe("USER_NOT_FOUND")
  await disconnect()
  for (const az of cluster.zones) await cloud.fail({ az })
  expect(await refusalOf(connect())).toMatch(/^CloudHsmClusterInvalidConfigurationException: /)
})

test("a store moves to a cluster of the same backups, with its keys", async () => {
  const { client, cloud, hsm, key, connect, disconnect, update, inStore, cluster } =
    await openStore()
  await connect()
  const { KeyId } = await key(inStore)
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
  await cluster.addHsm(cluster.zones[2] ?? "")
  await disconnect()
  const { Backups } = await hsm("DescribeBackups", { Filters: { clusterIds: [cluster.id] } })
  const { Cluster } = await hsm("CreateCluster", {
    ...{ HsmType: "hsm2m.medium", SubnetIds: SUBNETS, SourceBackupId: Backups?.[0]?.BackupId },
  })
  const ClusterId = Cluster?.ClusterId ?? ""
  await cloud.settle()
  const add = async (AvailabilityZone: string) => {
    await hsm("CreateHsm", { ClusterId, AvailabilityZone })
    await cloud.settle()
  }
  await add(cluster.zones[0] ?? "")
  const move = () => update({ CloudHsmClusterId: ClusterId })
  expect(await refusalOf(move())).toMatch(/^CloudHsmClusterInvalidConfigurationException: /)
  await cloud.setQuota({ service: "cloudhsmv2", quota: "HSMs", value: 20 })
  await add(cluster.zones[1] ?? "")
  await move()
  await connect()
  expect(text((await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext)).toBe("x")
  await disconnect()
  const stranger = await activeCluster({ cloud, hsm })
  expect(await refusalOf(update({ CloudHsmClusterId: stranger.id }))).toMatch(
    /^CloudHsmClusterNotRelatedException: /,
  )
})

test("a key that was deleted in the cluster opens nothing any more", async () => {
  const { client, cloud, key, connect, disconnect, inStore, cluster } = await openStore()
  await connect()
  const { KeyId } = await key(inStore)
  await disconnect()
  const at = { cluster: cluster.id }
  const changePassword = { name: "kmsuser", password: "mine for now" }
  const { keys } = await cloud.commandHsm({ ...at, as: ADMIN, changePassword })
  await cloud.commandHsm({ ...at, as: changePassword, deleteKey: keys[0]?.handle })
  await client.send(
    new UpdateCustomKeyStoreCommand({
      ...{ CustomKeyStoreId: inStore.CustomKeyStoreId, KeyStorePassword: "mine for now" },
    }),
  )
  await connect()
  const use = client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
  expect(await refusalOf(use)).toMatch(/^KMSInvalidStateException: .*cannot find the key material/)
})

test("a key store goes when it is empty and disconnected", async () => {
  const { client, cloud, key, connect, disconnect, remove, store, inStore, cluster } =
    await openStore()
  await connect()
  expect(await refusalOf(remove())).toMatch(/^CustomKeyStoreInvalidStateException: /)
  const { KeyId } = await key(inStore)
  expect(await refusalOf(remove())).toMatch(/^CustomKeyStoreHasCMKsException: /)
  await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
  await cloud.advance("7d")
  // Its material goes from the cluster with it.
  expect((await cloud.commandHsm({ cluster: cluster.id, as: ADMIN })).keys).toEqual([])
  await disconnect()
  await remove()
  expect(await refusalOf(store())).toMatch(/^CustomKeyStoreNotFoundException: /)
})

test("names and states of key stores", async () => {
  const { client, connect, disconnect, update, store, CustomKeyStoreId } = await openStore()
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
})
