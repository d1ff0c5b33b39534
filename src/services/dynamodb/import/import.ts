import type { Principal } from "../../../iam/principal.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { arn, parseArn } from "../../../registry/arn.ts"
import type { In } from "../define.ts"
import { validation } from "../errors.ts"
import { arnOf, type ExactRef } from "../tables/table.ts"

/** A table that is, or was, made from objects in S3. */
export interface Import {
  readonly account: string
  readonly region: string
  readonly tableName: string
  /** The end of its ARN. */
  readonly id: string
  readonly tableId: number
  /** AWS's `TableId`. */
  readonly tableUuid: string
  readonly status: "IN_PROGRESS" | "COMPLETED" | "FAILED"
  readonly startMs: number
  readonly endMs?: number | undefined
  /** As the request said it: answers repeat it word for word (recorded). */
  readonly input: In<"ImportTable">
  readonly token: string
  /** With whose rights it reads. */
  readonly caller: Principal
  /** The last object that is done with, and how much of the next one. */
  readonly lastKey?: string | undefined
  readonly key?: string | undefined
  readonly done: number
  readonly processedBytes: number
  readonly processed: number
  readonly imported: number
  readonly errors: number
  readonly attempts: number
  readonly failure?: { readonly code: string; readonly message: string } | undefined
}

export type ImportRef = Pick<Import, "account" | "region" | "tableName" | "id">

export const tableImports = table<Import>("dynamodb/import", {
  key: ({ account, region, tableName, id }) => [account, region, tableName, id],
  indexes: { running: (one) => one.status === "IN_PROGRESS" && [one.account, one.region, one.id] },
})

/** The import that a client token began. */
export interface ImportToken {
  readonly account: string
  readonly region: string
  readonly token: string
  readonly input: string
  readonly ref: ImportRef
  readonly atMs: number
}

export const importTokens = table<ImportToken>("dynamodb/import-token", {
  key: ({ account, region, token }) => [account, region, token],
})

export const lookUpImport = (
  tx: ReadTx,
  { account, region, tableName, id }: ImportRef,
): Import | undefined => tx.get(tableImports, [account, region, tableName, id])

export const importArn = ({ account, region, tableName, id }: ImportRef): string =>
  `${arnOf({ account, region, name: tableName })}/import/${id}`

export const refOfImport = ({ account, region, tableName, id }: ImportRef): ImportRef => ({
  ...{ account, region, tableName, id },
})

export const tableOfImport = ({
  account,
  region,
  tableName: name,
  tableId: id,
}: Import): ExactRef => ({ account, region, name, id })

/** Throws ValidationException (recorded). */
export function importRefOf(text: string): ImportRef {
  const parts = parseArn(text)
  const [, tableName, id] =
    /^table\/([a-zA-Z0-9_.-]+)\/import\/([a-zA-Z0-9-]+)$/.exec(parts?.resource ?? "") ?? []
  if (!parts || parts.service !== "dynamodb" || tableName === undefined || id === undefined)
    throw validation("Invalid Import ARN")
  return { account: parts.account, region: parts.region, tableName, id }
}

/** Where errors are told (docs: "Import format quotas and validation"). */
export const LOG_GROUP = "/aws-dynamodb/imports"

export const logGroupArn = ({ account, region }: Import): string =>
  arn("logs", region, account, `log-group:${LOG_GROUP}:*`)
