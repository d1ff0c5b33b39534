import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { FRESH_MS, STAGES, VERSIONS, VERSIONS_KEPT } from "../limits.ts"
import { limitExceeded } from "../errors.ts"
import type { Secret } from "../secret/secret.ts"
import type { Stages } from "./stages.ts"

/** A version of a secret, without its value. */
export interface Version {
  readonly secretId: number
  readonly id: string
  readonly createdMs: number
  /** Order of making. */
  readonly serial: number
  readonly stages: readonly string[]
  /** Midnight of the day of the last access. */
  readonly accessedMs?: number | undefined
  /** ARN of the KMS key, or `DefaultEncryptionKey` (recorded). Absent: it waits for its value. */
  readonly kmsKey?: string | undefined
}

export const versions = table<Version>("secretsmanager/version", {
  key: ({ secretId, id }) => [secretId, id],
  cached: true,
})

/** What a version holds, encrypted by its data key, which KMS has encrypted. Base64. */
export interface Value {
  readonly secretId: number
  readonly id: string
  readonly binary: boolean
  readonly text: string
  readonly dataKey: string
  /** The encryption context names the version too; in replicas one data key serves all. */
  readonly ofVersion: boolean
}

export const values = table<Value>("secretsmanager/value", {
  key: ({ secretId, id }) => [secretId, id],
})

/** All versions, the oldest first. */
export const versionsOf = (tx: ReadTx, { id }: Pick<Secret, "id">): readonly Version[] =>
  tx.scan(versions, { prefix: [id], limit: VERSIONS }).rows.toSorted((a, b) => a.serial - b.serial)

export const stagesOf = (all: readonly Version[]): Stages =>
  new Map(all.map(({ id, stages }) => [id, stages]))

/** Version id → labels, of those that have some; nothing where there are none (recorded). */
export function labelled(tx: ReadTx, secret: Secret) {
  const all = versionsOf(tx, secret).filter(({ stages }) => stages.length > 0)
  return all.length > 0 ? Object.fromEntries(stagesOf(all)) : undefined
}

/** Writes the labels that have changed. Throws LimitExceededException. */
export function setStages(tx: WriteTx, secret: Secret, stages: Stages): void {
  const labels = [...stages.values()].reduce((sum, own) => sum + own.length, 0)
  if (labels > STAGES)
    throw limitExceeded(`A secret can have ${STAGES} staging labels on all of its versions.`)
  for (const [id, own] of stages) {
    const version = tx.get(versions, [secret.id, id])
    if (version && version.stages.join() !== own.join())
      tx.replace(versions, version, { ...version, stages: own })
  }
}

/** Makes room for one more version. Throws LimitExceededException. */
export function thinVersions(tx: WriteTx, secret: Secret): void {
  const all = versionsOf(tx, secret)
  let surplus = all.length + 1 - VERSIONS_KEPT
  for (const version of all) {
    if (surplus <= 0) return
    if (version.stages.length > 0 || tx.now - version.createdMs < FRESH_MS) continue
    removeVersion(tx, version)
    surplus -= 1
  }
  if (surplus > VERSIONS - VERSIONS_KEPT)
    throw limitExceeded(`A secret can have ${VERSIONS} versions.`)
}

export function removeVersion(tx: WriteTx, version: Version): void {
  tx.delete(values, [version.secretId, version.id])
  tx.remove(versions, version)
}

export function removeVersions(tx: WriteTx, secret: Secret): void {
  for (const version of versionsOf(tx, secret)) removeVersion(tx, version)
}
