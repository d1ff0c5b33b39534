import { table } from "../../../kernel/table.ts"
import type { LoggingEnabled } from "../../../models/types/s3.ts"

/** One request, until it lies in a log object. */
export interface LogRecord {
  /** The bucket that was asked, by its own id. */
  readonly bucket: number
  readonly serial: number
  readonly line: string
  readonly timeMs: number
  /** Where it goes, as it was configured at the time. */
  readonly to: LoggingEnabled
}

export const logRecords = table<LogRecord>("s3/logRecord", {
  key: (record) => [record.bucket, record.serial],
})
