import { bucketAccess } from "../access/access.ts"
import { configure } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type In, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"
import { meterRequest } from "../requests.ts"
import { badRetentionPeriod, lockNeedsVersioning, noLockOfBucket } from "./errors.ts"
import { isMode, type ObjectLockOfBucket } from "./retention.ts"

// "Object Lock considerations"; as years.
const MOST_YEARS = 100
const MOST_DAYS = MOST_YEARS * 365

export const PutObjectLockConfiguration = op.write("PutObjectLockConfiguration", {
  authorize: bucketAccess("PutBucketObjectLockConfiguration"),
  run(tx, input, call): Out<"PutObjectLockConfiguration"> {
    const bucket = findBucket(tx, input, call)
    const objectLock = lockOf(input.ObjectLockConfiguration)
    // Recorded: an existing bucket takes Object Lock once versioning is on.
    if (bucket.versioning !== "Enabled") throw lockNeedsVersioning()
    configure(tx, bucket, { objectLock })
    meterRequest(tx, bucket, 1)
    return {}
  },
})

/** Recorded: whatever is missing, or both or neither of days and years, is MalformedXML. */
function lockOf(
  given: In<"PutObjectLockConfiguration">["ObjectLockConfiguration"],
): ObjectLockOfBucket {
  if (given?.ObjectLockEnabled !== "Enabled") throw malformedXml()
  if (given.Rule === undefined) return {}
  const { Mode: mode, Days: days, Years: years } = given.Rule.DefaultRetention ?? {}
  if (!isMode(mode) || (days === undefined) === (years === undefined)) throw malformedXml()
  const [period, most] = days === undefined ? [years ?? 0, MOST_YEARS] : [days, MOST_DAYS]
  if (!(period >= 1 && period <= most)) throw badRetentionPeriod()
  return { retention: { mode, ...(days === undefined ? { years } : { days }) } }
}

export const GetObjectLockConfiguration = op.read("GetObjectLockConfiguration", {
  authorize: bucketAccess("GetBucketObjectLockConfiguration"),
  run(tx, input, call): Out<"GetObjectLockConfiguration"> {
    const { name, config } = findBucket(tx, input, call)
    if (!config.objectLock) throw noLockOfBucket(name)
    const { retention } = config.objectLock
    if (!retention) return { ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } }
    const { mode, days, years } = retention
    return {
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: {
          DefaultRetention: {
            Mode: mode,
            ...(days !== undefined && { Days: days }),
            ...(years !== undefined && { Years: years }),
          },
        },
      },
    }
  },
})
