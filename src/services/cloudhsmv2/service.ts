import { defineService } from "../../registry/service.ts"
import { backupResource } from "./backup/backup.ts"
import {
  backUpCluster,
  CopyBackupToRegion,
  DeleteBackup,
  DescribeBackups,
  forgetBackup,
  ModifyBackupAttributes,
  RestoreBackup,
} from "./backup/operations.ts"
import { DeleteResourcePolicy, GetResourcePolicy, PutResourcePolicy } from "./backup/policy.ts"
import { clusterResource } from "./cluster/cluster.ts"
import { CreateCluster, finishCluster } from "./cluster/create.ts"
import { finishInitialization, InitializeCluster } from "./cluster/initialize.ts"
import {
  deleteCluster,
  DeleteCluster,
  DescribeClusters,
  ModifyCluster,
} from "./cluster/operations.ts"
import { CreateHsm, deleteHsm, DeleteHsm, finishHsm } from "./hsm/operations.ts"
import { QUOTAS } from "./limits.ts"
import { hsmTables } from "./port.ts"
import { ListTags, TagResource, UntagResource } from "./tagging.ts"

export const cloudhsmv2 = defineService({
  id: "cloudhsmv2",
  operations: {
    ...{ CreateCluster, DescribeClusters, InitializeCluster, ModifyCluster, DeleteCluster },
    ...{ CreateHsm, DeleteHsm },
    ...{ DescribeBackups, DeleteBackup, RestoreBackup, CopyBackupToRegion },
    ...{ ModifyBackupAttributes, PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy },
    ...{ TagResource, UntagResource, ListTags },
  },
  resources: [clusterResource, backupResource],
  tables: [...hsmTables],
  jobs: [
    ...[finishCluster, finishInitialization, deleteCluster, finishHsm, deleteHsm],
    ...[backUpCluster, forgetBackup],
  ],
  quotas: Object.values(QUOTAS),
})
