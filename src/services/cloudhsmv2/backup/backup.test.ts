import { expect, test } from "vitest"
import {
  ACCOUNT,
  activeCluster,
  ADMIN,
  describe,
  hsmClient,
  openHsm,
  OTHER,
  refusalOf,
  SUBNETS,
  type HsmClient,
} from "../testing/open-hsm.ts"

const backupsOf = async (hsm: HsmClient, clusterId: string) =>
  (await hsm("DescribeBackups", { Filters: { clusterIds: [clusterId] } })).Backups ?? []

test("a cluster that is made from a backup has the users of the one that was backed up", async () => {
  const opened = await openHsm()
  const { cloud, hsm } = opened
  const { id, hsms } = await activeCluster(opened, 1)
  await hsm("DeleteHsm", { ClusterId: id, HsmId: hsms[0] })
  await cloud.settle()
  const [backup] = await backupsOf(hsm, id)
  expect(backup).toMatchObject({ BackupState: "READY", ClusterId: id, NeverExpires: false })
  const SourceBackupId = backup?.BackupId
  const { Cluster } = await hsm("CreateCluster", {
    ...{ HsmType: "hsm2m.medium", SubnetIds: SUBNETS, SourceBackupId },
  })
  const restored = Cluster?.ClusterId ?? ""
  await cloud.settle()
  const made = await describe(hsm, restored)
  expect(made).toMatchObject({ State: "ACTIVE", SourceBackupId, Mode: "FIPS" })
  expect(made?.Certificates).toEqual((await describe(hsm, id))?.Certificates)
  const AvailabilityZone = Object.keys(made?.SubnetMapping ?? {})[1] ?? ""
  await hsm("CreateHsm", { ClusterId: restored, AvailabilityZone })
  await cloud.settle()
  const { users } = await cloud.commandHsm({ cluster: restored, as: ADMIN })
  expect(users.map(({ name }) => name)).toEqual(["admin", "kmsuser"])
})

test("backups are made every day and go with their time, but never the last", async () => {
  const opened = await openHsm()
  const { cloud, hsm } = opened
  const { id } = await activeCluster(opened, 1)
  await hsm("ModifyCluster", {
    ...{ ClusterId: id, BackupRetentionPolicy: { Type: "DAYS", Value: "7" } },
  })
  await cloud.advance("3d")
  const early = await backupsOf(hsm, id)
  expect(early).toHaveLength(3)
  const kept = early[0]?.BackupId ?? ""
  await hsm("ModifyBackupAttributes", { BackupId: kept, NeverExpires: true })
  await cloud.advance("20d")
  const later = await backupsOf(hsm, id)
  expect(later.map(({ BackupId }) => BackupId)).toContain(kept)
  expect(later.length).toBeLessThanOrEqual(9)
})

test("a deleted backup can be had back for a week", async () => {
  const opened = await openHsm()
  const { cloud, hsm } = opened
  const { id } = await activeCluster(opened, 2)
  const [backup] = await backupsOf(hsm, id)
  const BackupId = backup?.BackupId ?? ""
  const { Backup } = await hsm("DeleteBackup", { BackupId })
  expect(Backup).toMatchObject({ BackupState: "PENDING_DELETION" })
  expect(await refusalOf(hsm("DeleteBackup", { BackupId }))).toMatch(/PENDING_DELETION/)
  await cloud.advance("6d")
  await hsm("RestoreBackup", { BackupId })
  await cloud.advance("2d")
  await hsm("DeleteBackup", { BackupId })
  await cloud.advance("7d")
  expect(await refusalOf(hsm("RestoreBackup", { BackupId }))).toMatch(
    /^CloudHsmResourceNotFoundException: /,
  )
})

test("backups are copied to other Regions and shared with other accounts by a policy", async () => {
  const opened = await openHsm()
  const { cloud, hsm } = opened
  const { id } = await activeCluster(opened, 2)
  const BackupId = (await backupsOf(hsm, id))[0]?.BackupId ?? ""
  const ResourceArn = (await backupsOf(hsm, id))[0]?.BackupArn ?? ""
  expect(ResourceArn).toBe(`arn:aws:cloudhsm:us-east-1:${ACCOUNT}:backup/${BackupId}`)
  const copy = (DestinationRegion: string) =>
    hsm("CopyBackupToRegion", { BackupId, DestinationRegion })
  expect(await refusalOf(copy("us-east-1"))).toMatch(/^CloudHsmInvalidRequestException: /)
  expect((await copy("eu-west-1")).DestinationBackup).toMatchObject({
    ...{ SourceBackup: BackupId, SourceCluster: id, SourceRegion: "us-east-1" },
  })
  const abroad = hsmClient(cloud, { region: "eu-west-1" })
  const filters = { Filters: { sourceBackupIds: [BackupId] } }
  const { Backups } = await abroad("DescribeBackups", filters)
  expect(Backups).toMatchObject([{ BackupState: "READY", SourceBackup: BackupId }])
  const from = { HsmType: "hsm2m.medium", SubnetIds: SUBNETS }
  await abroad("CreateCluster", { ...from, SourceBackupId: Backups?.[0]?.BackupId })

  const other = hsmClient(cloud, { account: OTHER })
  const take = () => other("CreateCluster", { ...from, SourceBackupId: ResourceArn })
  expect(await refusalOf(take())).toMatch(/^AccessDenied/)
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      ...{ Effect: "Allow", Principal: { AWS: OTHER }, Resource: ResourceArn },
      Action: ["cloudhsm:CreateCluster", "cloudhsm:DescribeBackups"],
    },
  })
  await hsm("PutResourcePolicy", { ResourceArn, Policy })
  expect(await hsm("GetResourcePolicy", { ResourceArn })).toEqual({ Policy })
  expect((await take()).Cluster?.SourceBackupId).toBe(BackupId)
  await hsm("DeleteResourcePolicy", { ResourceArn })
  expect(await refusalOf(hsm("GetResourcePolicy", { ResourceArn }))).toMatch(
    /^CloudHsmResourceNotFoundException: /,
  )
  expect((await other("DescribeBackups", { Shared: true })).Backups).toEqual([])
})
