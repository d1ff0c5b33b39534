import { job } from "../../../kernel/later/later.ts"
import { zonesOf } from "../../../kernel/places.ts"
import { quota } from "../../../kernel/quotas.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { backupOrArn, backupResource, restoreInto, type Backup } from "../backup/backup.ts"
import { backUpCluster } from "../backup/operations.ts"
import { asks, op, type In, type Out } from "../define.ts"
import { badRequest, limitExceeded, noBackup, wrongState } from "../errors.ts"
import { BACKUP_ROUND_MS, QUOTAS, RETENTION_DAYS } from "../limits.ts"
import { withTags } from "../tags.ts"
import {
  clusterOf,
  clusters,
  newId,
  refOf,
  type Cluster,
  type ClusterRef,
  type HsmType,
} from "./cluster.ts"
import { clusterEntry } from "./entry.ts"

type Input = In<"CreateCluster">

const fromBackup = asks.on<Backup, Input>(backupResource, (tx, { SourceBackupId = "" }, call) =>
  backupOrArn(tx, { BackupId: SourceBackupId }, call),
)

export const CreateCluster = op.write("CreateCluster", {
  authorize: (tx, input, call) =>
    (input.SourceBackupId === undefined ? asks.anything : fromBackup)(tx, input, call),
  run(tx, input, call): Out<"CreateCluster"> {
    const backup = sourceOf(tx, input, call)
    assertRoom(tx, call)
    const cluster = newCluster(tx, { input, call, backup })
    tx.insert(clusters, cluster)
    if (backup) restoreInto(tx, cluster, backup)
    tx.schedule(finishCluster, refOf(cluster), tx.now)
    return { Cluster: clusterEntry(tx, cluster) }
  },
})

/** Ready with the next turn: one that comes of a backup needs no initialization. */
export const finishCluster = job<ClusterRef>("cloudhsmv2/finishCluster", {
  run(tx, ref) {
    const cluster = clusterOf(tx, ref)
    if (cluster?.state !== "CREATE_IN_PROGRESS") return
    const restored = cluster.certificate !== undefined
    const state = restored ? restoredState(cluster) : "UNINITIALIZED"
    tx.replace(clusters, cluster, { ...cluster, state })
    if (restored) tx.schedule(backUpCluster, ref, tx.now + BACKUP_ROUND_MS)
  },
})

/** One whose users have been made is active; else its owner still has to activate it. */
const restoredState = ({ activated }: Cluster): Cluster["state"] =>
  activated ? "ACTIVE" : "INITIALIZED"

function sourceOf(tx: ReadTx, { SourceBackupId: id }: Input, call: Call): Backup | undefined {
  if (id === undefined) return undefined
  const found = backupOrArn(tx, { BackupId: id }, call)
  if (typeof found === "string" || found.region !== call.region) throw noBackup(id)
  if (found.state !== "READY") throw wrongState(id, found.state)
  return found
}

function assertRoom(tx: ReadTx, { account, region }: Call): void {
  const most = quota(tx, QUOTAS.clusters, { account, region })
  if (tx.count(clusters, { prefix: [account, region], limit: most + 1 }) >= most)
    throw limitExceeded(`You have reached the limit of ${most} clusters.`)
}

const TYPES: readonly string[] = ["hsm1.medium", "hsm2m.medium"]

/** Throws CloudHsmInvalidRequestException. */
export function hsmTypeOf(type: string): HsmType {
  if (!TYPES.includes(type)) throw badRequest(`${type} is not a valid HSM type.`)
  return type as HsmType
}

/** hsm1.medium runs in FIPS mode only; hsm2m.medium in either, and its mode must be said. */
function modeOf({ HsmType: type, Mode }: Input, backup: Backup | undefined): Cluster["mode"] {
  const mode = Mode ?? backup?.mode ?? (type === "hsm1.medium" ? "FIPS" : undefined)
  if (mode === undefined) throw badRequest("Mode is required for this HSM type.")
  if (type === "hsm1.medium" && mode !== "FIPS")
    throw badRequest("hsm1.medium clusters support FIPS mode only.")
  if (backup && mode !== backup.mode) throw badRequest("The mode must be that of the backup.")
  return mode as Cluster["mode"]
}

export function retentionOf(policy: Input["BackupRetentionPolicy"]): number {
  const days = policy?.Value === undefined ? RETENTION_DAYS.default : Number(policy.Value)
  if (days < RETENTION_DAYS.least || days > RETENTION_DAYS.most)
    throw badRequest(
      `The backup retention must be between ${RETENTION_DAYS.least} and ${RETENTION_DAYS.most} days.`,
    )
  return days
}

/** There are no VPCs here: the subnets are taken as one in each AZ, in the order of the AZs. */
function subnetsOf({ SubnetIds: ids }: Input, { account, region }: Call): Cluster["subnets"] {
  const zones = zonesOf(account, region)
  if (new Set(ids).size < ids.length || ids.length > zones.length)
    throw badRequest("You can specify only one subnet per Availability Zone.")
  return Object.fromEntries(ids.map((id, index) => [zones[index]?.name, id]))
}

interface Wanted {
  readonly input: Input
  readonly call: Call
  readonly backup: Backup | undefined
}

function newCluster(tx: WriteTx, { input, call, backup }: Wanted): Cluster {
  const { account, region } = call
  const random = tx.random("cloudhsmv2/cluster")
  const id = newId("cluster", random)
  return {
    ...{ account, region, id, state: "CREATE_IN_PROGRESS", createdMs: tx.now },
    hsmType: hsmTypeOf(input.HsmType),
    mode: modeOf(input, backup),
    networkType: (input.NetworkType ?? "IPV4") as Cluster["networkType"],
    subnets: subnetsOf(input, call),
    vpcId: `vpc-${random.hex(17)}`,
    securityGroup: `sg-${random.hex(17)}`,
    retentionDays: retentionOf(input.BackupRetentionPolicy),
    tags: withTags({}, input.TagList),
    lineage: backup?.lineage ?? id,
    activated: backup?.active ?? false,
    ...(backup && {
      sourceBackupId: backup.id,
      ...{ certificate: backup.certificate, trustAnchor: backup.trustAnchor },
    }),
  }
}
