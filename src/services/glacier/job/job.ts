import type { Principal } from "../../../iam/principal.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { readDescription, type Content } from "../archive/archive.ts"
import type { Span } from "../archive/tree-hash.ts"
import { jobMissing } from "../errors.ts"
import { newId, serialOf } from "../identity.ts"
import { assertTopic } from "../vault/notifications.ts"
import { refOf as vaultRef, type Vault, type VaultRef } from "../vault/vault.ts"
import type { Parameters, SelectOrder } from "./select/order.ts"

/** What was asked for, and, once it is complete, what can be downloaded or was written. */
export interface RetrievalJob {
  readonly vault: VaultRef
  readonly serial: number
  readonly id: string
  readonly description?: string | undefined
  readonly topic?: string | undefined
  readonly createdMs: number
  readonly status: Status
  readonly completedMs?: number | undefined
  /** When its output goes. */
  readonly expiresMs?: number | undefined
  readonly message?: string | undefined
  readonly archive?: ArchiveRetrieval | undefined
  readonly inventory?: InventoryRetrieval | undefined
  readonly select?: SelectJob | undefined
}

export type Status = "InProgress" | "Succeeded" | "Failed"

export interface ArchiveRetrieval {
  readonly id: string
  readonly description: string
  readonly content: Content
  readonly range: Span
  /** The tree hash of the range, where it is aligned. */
  readonly rangeHash?: string | undefined
  readonly tier: string
}

export interface InventoryRetrieval {
  readonly format: "JSON" | "CSV"
  /** Epoch milliseconds; archives from then on, and before then. */
  readonly startMs?: number | undefined
  readonly endMs?: number | undefined
  /** At most so many archives. */
  readonly most?: number | undefined
  /** Archives behind this one: a serial. */
  readonly after?: number | undefined
  /** Once it is complete. */
  readonly sizeBytes?: number | undefined
  /** Sealed under the job's serial, base64. */
  readonly key?: string | undefined
  /** Where there are more archives, the last one that it has. */
  readonly next?: number | undefined
}

/** A query over an archive, whose results go to a bucket. */
export interface SelectJob extends SelectOrder {
  /** The archive's. */
  readonly id: string
  readonly content: Content
  readonly tier: string
  /** Below it lie the placeholder, results, errors and manifests: `prefix/job-id/`. */
  readonly path: string
  /** Who asked for it, and in which account it acts. */
  readonly caller: Principal
  readonly account: string
}

export const jobs = table<RetrievalJob>("glacier/job", {
  key: ({ vault, serial }) => [vault.id, serial],
  indexes: {
    archive: ({ archive, select }) => {
      const { content } = archive ?? select ?? {}
      return content && [content.serial]
    },
  },
})

/** A job that begins now. Throws InvalidParameterValueException. */
export function newJob(
  tx: WriteTx,
  vault: Vault,
  { SNSTopic: topic, Description }: Pick<Parameters, "SNSTopic" | "Description">,
): RetrievalJob {
  if (topic !== undefined) assertTopic(topic)
  const description = Description === undefined ? undefined : readDescription(Description)
  const serial = tx.serial()
  const id = newId(tx, "job", { vault: vault.id, serial })
  return {
    ...{ vault: vaultRef(vault), serial, id, description, topic },
    ...{ createdMs: tx.now, status: "InProgress" },
  }
}

/** What InitiateJob answers of every kind of job. */
export const begun = ({ id, vault }: Pick<RetrievalJob, "id" | "vault">) => ({
  jobId: id,
  location: `/${vault.account}/vaults/${vault.name}/jobs/${id}`,
})

/** Throws ResourceNotFoundException. */
export function findJob(tx: ReadTx, { id: vault }: Vault, jobId: string): RetrievalJob {
  const serial = serialOf("job", vault, jobId)
  const found = serial === undefined ? undefined : tx.get(jobs, [vault, serial])
  if (found?.id !== jobId) throw jobMissing(jobId)
  return found
}

/** What waits for a job. */
export interface JobRef {
  /** The vault's own id. */
  readonly vault: number
  readonly serial: number
}

export const refOf = ({ vault, serial }: RetrievalJob): JobRef => ({ vault: vault.id, serial })
