import { CreateBackup } from "../backups/create-backup.ts"
import { DeleteBackup, DescribeBackup, ListBackups } from "../backups/operations.ts"
import { RestoreTableFromBackup } from "../backups/restore-table-from-backup.ts"
import { exportOperations } from "../export/operations.ts"
import { importOperations } from "../import/operations.ts"
import { DescribeContinuousBackups, UpdateContinuousBackups } from "./continuous-backups.ts"
import { RestoreTableToPointInTime } from "./restore-to-point-in-time.ts"

export const recoveryOperations = {
  ...{ CreateBackup, DescribeBackup, ListBackups, DeleteBackup, RestoreTableFromBackup },
  ...{ UpdateContinuousBackups, DescribeContinuousBackups, RestoreTableToPointInTime },
  ...exportOperations,
  ...importOperations,
}
