import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Out } from "../define.ts"
import { hsmEntry, hsmsOf, hsmState } from "../hsm/hsm.ts"
import { tagList } from "../tags.ts"
import type { Cluster } from "./cluster.ts"

type Entry = NonNullable<Out<"CreateCluster">["Cluster"]>

/** The password of the first user before its owner gives it another; not verified. */
const PRE_CO_PASSWORD = "password"

/** A cluster as AWS tells it. */
export function clusterEntry(tx: ReadTx, cluster: Cluster): Entry {
  const { csr, certificate, rollback, sourceBackupId } = cluster
  const hsms = hsmsOf(tx, cluster)
  return {
    ClusterId: cluster.id,
    State: stateOf(tx, cluster),
    CreateTimestamp: cluster.createdMs,
    HsmType: cluster.hsmType,
    Mode: cluster.mode,
    NetworkType: cluster.networkType,
    SubnetMapping: cluster.subnets,
    VpcId: cluster.vpcId,
    SecurityGroup: cluster.securityGroup,
    BackupPolicy: "DEFAULT",
    BackupRetentionPolicy: { Type: "DAYS", Value: String(cluster.retentionDays) },
    Hsms: hsms.map((hsm) => hsmEntry(tx, hsm)),
    TagList: tagList(cluster.tags),
    Certificates: {
      ...(csr !== undefined && { ClusterCsr: csr }),
      ...(certificate !== undefined && { ClusterCertificate: certificate }),
    },
    ...(cluster.state === "INITIALIZED" && { PreCoPassword: PRE_CO_PASSWORD }),
    ...(sourceBackupId !== undefined && { SourceBackupId: sourceBackupId }),
    ...(rollback && { HsmTypeRollbackExpiration: rollback.untilMs }),
  }
}

/** A cluster suffers when one of its HSMs does. */
function stateOf(tx: ReadTx, cluster: Cluster): Entry["State"] {
  if (cluster.state !== "ACTIVE") return cluster.state
  const degraded = hsmsOf(tx, cluster).some((hsm) => hsmState(tx, hsm) === "DEGRADED")
  return degraded ? "DEGRADED" : "ACTIVE"
}
