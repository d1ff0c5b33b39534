import type { Principal } from "../../../iam/principal.ts"
import { table } from "../../../kernel/table.ts"
import { parseArn } from "../../../registry/arn.ts"
import { validation } from "../errors.ts"
import { arnOf, type KeySchema } from "../tables/table.ts"

/** An export of a table to S3. */
export interface Export {
  readonly account: string
  readonly region: string
  readonly tableName: string
  /** The end of its ARN. */
  readonly id: string
  /** AWS's `TableId`. */
  readonly tableUuid: string
  /** Of the table's items and changes. */
  readonly source: number
  readonly keys: KeySchema
  readonly status: "IN_PROGRESS" | "COMPLETED" | "FAILED"
  readonly startMs: number
  readonly endMs?: number | undefined
  readonly what: FullExport | IncrementalExport
  /** As the request said it: an answer tells no type that was not asked for (recorded). */
  readonly type?: "FULL_EXPORT" | "INCREMENTAL_EXPORT" | undefined
  readonly format: "DYNAMODB_JSON" | "ION"
  readonly token: string
  readonly to: Destination
  /** With whose rights it writes. */
  readonly caller: Principal
  /** The files that were written, and what they hold. */
  readonly files: number
  readonly items: number
  readonly bytes: number
  readonly after?: string | undefined
  readonly attempts: number
  readonly failure?: { readonly code: string; readonly message: string } | undefined
}

export interface FullExport {
  readonly atMs: number
  /** Where the items of that moment lie. */
  readonly itemsId: number
}

export interface IncrementalExport {
  /** Inclusive. */
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
  readonly view: "NEW_IMAGE" | "NEW_AND_OLD_IMAGES"
  /** Of the row that keeps the changes. */
  readonly copy: number
}

export interface Destination {
  readonly bucket: string
  readonly owner?: string | undefined
  readonly prefix?: string | undefined
  readonly sseAlgorithm?: string | undefined
  readonly sseKeyId?: string | undefined
}

export type ExportRef = Pick<Export, "account" | "region" | "tableName" | "id">

export const tableExports = table<Export>("dynamodb/export", {
  key: ({ account, region, tableName, id }) => [account, region, tableName, id],
  indexes: { running: (one) => one.status === "IN_PROGRESS" && [one.account, one.region, one.id] },
})

/** A data file that was written. */
export interface ExportFile {
  readonly export: string
  readonly number: number
  readonly key: string
  readonly items: number
  readonly md5: string
  readonly etag: string
}

export const exportFiles = table<ExportFile>("dynamodb/export-file", {
  key: (file) => [file.export, file.number],
})

/** The export that a client token began. */
export interface ExportToken {
  readonly account: string
  readonly region: string
  readonly token: string
  readonly input: string
  readonly ref: ExportRef
  readonly atMs: number
}

export const exportTokens = table<ExportToken>("dynamodb/export-token", {
  key: ({ account, region, token }) => [account, region, token],
})

export const exportArn = ({ account, region, tableName, id }: ExportRef): string =>
  `${arnOf({ account, region, name: tableName })}/export/${id}`

export const refOfExport = ({ account, region, tableName, id }: ExportRef): ExportRef => ({
  ...{ account, region, tableName, id },
})

/** Throws ValidationException (recorded by others' tests against AWS). */
export function exportRefOf(text: string): ExportRef {
  const parts = parseArn(text)
  const [, tableName, id] =
    /^table\/([a-zA-Z0-9_.-]+)\/export\/([a-zA-Z0-9-]+)$/.exec(parts?.resource ?? "") ?? []
  if (!parts || parts.service !== "dynamodb" || tableName === undefined || id === undefined)
    throw validation("Invalid Export ARN")
  return { account: parts.account, region: parts.region, tableName, id }
}

export const isFull = (what: Export["what"]): what is FullExport => "itemsId" in what

/** `prefix/AWSDynamoDB`, under which all files of exports lie. */
export const rootOf = ({ to: { prefix } }: Pick<Export, "to">): string =>
  prefix ? `${prefix.replace(/\/$/, "")}/AWSDynamoDB` : "AWSDynamoDB"

export const manifestKey = (one: Export): string => `${rootOf(one)}/${one.id}/manifest-summary.json`
