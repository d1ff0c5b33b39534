import { AwsError } from "../../../protocols/aws-error.ts"
import { manageTable } from "../access.ts"
import { op, type Out } from "../define.ts"
import { lookUp, refOf } from "../tables/table.ts"

/** Continuous backups are on for every table; restoring to a point in time is not there yet. */
export const DescribeContinuousBackups = op.read("DescribeContinuousBackups", {
  authorize: manageTable,
  run(tx, { TableName }, call): Out<"DescribeContinuousBackups"> {
    const ref = refOf(TableName, call)
    if (!lookUp(tx, ref))
      throw new AwsError("TableNotFoundException", `Table not found: ${ref.name}`)
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED",
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
      },
    }
  },
})
