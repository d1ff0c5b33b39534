import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { ReplicationFailure } from "./failure.ts"
import { currentVersion, objects, versions, type Version } from "../objects/version.ts"

/** Versions of one key that are looked through for a replica's place. */
const MOST_VERSIONS = 10_000

/**
 * Whether one version was made later than another: by time, and of one instant by the order in
 * which the source made them.
 */
function isLater(one: Version, other: Version): boolean {
  if (one.modifiedMs !== other.modifiedMs) return one.modifiedMs > other.modifiedMs
  const [a, b] = [one.replication?.of, other.replication?.of]
  return a === undefined || b === undefined || a > b
}

/**
 * The serial by which a replica stands among the versions of its key where the source has it. The
 * newest gets a new one; what arrives late gets a broken number right below the next newer one's:
 * such numbers are between those of one version and nothing else, so nothing else has them. Throws
 * ReplicationFailure where there is no room left.
 */
export function serialFor(tx: WriteTx, replica: Omit<Version, "serial">): number {
  const current = currentVersion(tx, replica.bucket, replica.key)
  const arriving = { ...replica, serial: 0 }
  if (!current || isLater(arriving, current)) return tx.serial()
  let newer = current.serial
  let older = -Infinity
  const others = noncurrent(tx, replica)
  for (const one of others) {
    if (isLater(arriving, one)) {
      older = one.serial
      break
    }
    newer = one.serial
  }
  const floor = Math.max(older, Math.ceil(newer) - 1)
  const between = (floor + newer) / 2
  // Too many late ones between the same two, or more versions than are looked through.
  if (between <= floor || between >= newer || others.length === MOST_VERSIONS)
    throw new ReplicationFailure("DstPutObjectNotPermitted")
  return between
}

const noncurrent = (tx: ReadTx, { bucket, key }: Pick<Version, "bucket" | "key">) =>
  tx.scan(versions, { prefix: [bucket, key], limit: MOST_VERSIONS }).rows

/** Puts a replica where its serial says. */
export function insertReplica(tx: WriteTx, replica: Version): void {
  const current = currentVersion(tx, replica.bucket, replica.key)
  if (!current) tx.insert(objects, replica)
  else if (current.serial > replica.serial) tx.insert(versions, replica)
  else {
    tx.insert(versions, current)
    tx.replace(objects, current, replica)
  }
}
