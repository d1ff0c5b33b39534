import { onVault } from "../access.ts"
import { op, type Out } from "../define.ts"
import { badStatus, invalid } from "../errors.ts"
import { serialOf } from "../identity.ts"
import { PAGE, STEP } from "../limits.ts"
import { pageSize } from "../paging.ts"
import { isoTime } from "../time.ts"
import { findVault, vaultArn } from "../vault/vault.ts"
import {
  findJob,
  jobs,
  type ArchiveRetrieval,
  type InventoryRetrieval,
  type RetrievalJob,
  type SelectJob,
} from "./job.ts"

export const DescribeJob = op.read("DescribeJob", {
  authorize: onVault,
  run(tx, input, call): Out<"DescribeJob"> {
    return describe(findJob(tx, findVault(tx, input, call), input.jobId))
  },
})

const STATUSES: ReadonlySet<string> = Object.freeze(new Set(["InProgress", "Succeeded", "Failed"]))

export const ListJobs = op.read("ListJobs", {
  authorize: onVault,
  run(tx, input, call): Out<"ListJobs"> {
    const vault = findVault(tx, input, call)
    const { statuscode, completed, marker } = input
    if (statuscode !== undefined && !STATUSES.has(statuscode)) throw badStatus(statuscode)
    if (completed !== undefined && completed !== "true" && completed !== "false")
      throw invalid(`Invalid completed: ${completed}`)
    const limit = pageSize(input.limit, PAGE)
    const start = marker === undefined ? 0 : serialOf("job", vault.id, marker)
    if (start === undefined) throw invalid(`Invalid marker: ${marker}`)
    const isWanted = ({ status }: RetrievalJob): boolean =>
      (statuscode === undefined || status === statuscode) &&
      (completed === undefined || (status !== "InProgress") === (completed === "true"))
    // "The number of jobs returned might be fewer than the limit": so many are looked at.
    const { rows } = tx.scan(jobs, { prefix: [vault.id], from: [start], limit: STEP + 1 })
    const found: RetrievalJob[] = []
    for (const [at, row] of rows.entries()) {
      if (at === STEP || (found.length === limit && isWanted(row)))
        return { JobList: found.map(describe), Marker: row.id }
      if (isWanted(row)) found.push(row)
    }
    return { JobList: found.map(describe) }
  },
})

/** What DescribeJob and ListJobs tell, and notifications. */
export function describe(of: RetrievalJob): Out<"DescribeJob"> {
  const { vault, status, archive, inventory, select } = of
  return {
    JobId: of.id,
    ...(of.description !== undefined && { JobDescription: of.description }),
    Action: actionOf(of),
    VaultARN: vaultArn(vault),
    CreationDate: isoTime(of.createdMs),
    Completed: status !== "InProgress",
    StatusCode: status,
    ...(of.message !== undefined && { StatusMessage: of.message }),
    ...(of.completedMs !== undefined && { CompletionDate: isoTime(of.completedMs) }),
    ...(of.topic !== undefined && { SNSTopic: of.topic }),
    ...(archive && ofArchive(archive, status)),
    ...(inventory && ofInventory(inventory)),
    ...(select && ofSelect(select)),
  }
}

const actionOf = ({ archive, select }: RetrievalJob): string =>
  select ? "Select" : archive ? "ArchiveRetrieval" : "InventoryRetrieval"

const ofSelect = ({ id, tier, path, parameters, location }: SelectJob): Out<"DescribeJob"> => ({
  ...{ ArchiveId: id, Tier: tier, JobOutputPath: path, SelectParameters: parameters },
  OutputLocation: { S3: location },
})

function ofArchive(archive: ArchiveRetrieval, status: string): Out<"DescribeJob"> {
  const { id, content, range, rangeHash, tier } = archive
  const isWhole = range.start === 0 && range.end === content.sizeBytes
  // "Null … for ranges that are not tree-hash aligned, and for whole archives in progress."
  const isTold = rangeHash !== undefined && !(isWhole && status === "InProgress")
  return {
    ArchiveId: id,
    ArchiveSizeInBytes: content.sizeBytes,
    ArchiveSHA256TreeHash: content.treeHash,
    RetrievalByteRange: `${range.start}-${range.end - 1}`,
    ...(isTold && { SHA256TreeHash: rangeHash }),
    Tier: tier,
  }
}

function ofInventory(inventory: InventoryRetrieval): Out<"DescribeJob"> {
  const { format, startMs, endMs, most, next, sizeBytes } = inventory
  return {
    InventoryRetrievalParameters: {
      Format: format,
      ...(startMs !== undefined && { StartDate: isoTime(startMs) }),
      ...(endMs !== undefined && { EndDate: isoTime(endMs) }),
      ...(most !== undefined && { Limit: String(most) }),
      ...(next !== undefined && { Marker: markerOf(next) }),
    },
    ...(sizeBytes !== undefined && { InventorySizeInBytes: sizeBytes }),
  }
}

const PREFIX = "inv1:"

/** Where the next inventory job goes on. */
const markerOf = (serial: number): string => Buffer.from(PREFIX + serial).toString("base64url")

/** Throws InvalidParameterValueException. */
export function readMarker(marker: string): number {
  const text = Buffer.from(marker, "base64url").toString()
  const serial = text.startsWith(PREFIX) ? Number(text.slice(PREFIX.length)) : Number.NaN
  if (!Number.isSafeInteger(serial)) throw invalid(`Invalid marker: ${marker}`)
  return serial
}
