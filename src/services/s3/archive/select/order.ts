import type { S3Location, SelectParameters } from "../../../../models/types/s3.ts"
import type { In } from "../../define.ts"
import { invalidRequest, malformedXml } from "../../errors.ts"
import { selectError } from "../../select/errors.ts"
import { selectForm, type SelectForm } from "../../select/request.ts"
import { Query } from "../../select/sql/query.ts"

export type RestoreRequest = NonNullable<In<"RestoreObject">["RestoreRequest"]>

/** What a restore of type SELECT asks for. */
export interface SelectOrder {
  readonly parameters: SelectParameters
  readonly location: S3Location
  /** As it was given. */
  readonly tier: string | undefined
}

export const isSelect = (request: RestoreRequest | undefined): request is RestoreRequest =>
  request?.Type !== undefined ||
  request?.SelectParameters !== undefined ||
  request?.OutputLocation !== undefined

const EXPRESSION_BYTES = 128 * 1024
/** "The length of your Amazon S3 location path cannot be more than 512 bytes." */
const LOCATION_BYTES = 512

/**
 * Throws MalformedXML where members are missing or do not go together ("RestoreRequest": no Days and
 * no GlacierJobParameters with an output location).
 */
export function selectOrder(request: RestoreRequest): SelectOrder {
  const { SelectParameters: parameters, OutputLocation, GlacierJobParameters, Tier } = request
  const location = OutputLocation?.S3
  if (request.Type !== "SELECT" || !parameters || !location) throw malformedXml()
  if (request.Days !== undefined || GlacierJobParameters) throw malformedXml()
  if (Buffer.byteLength(`${location.BucketName}/${location.Prefix}`) > LOCATION_BYTES)
    // Not verified.
    throw invalidRequest("The output location is longer than 512 bytes")
  return { parameters, location, tier: Tier }
}

/** The examples of the guides have `object`, `archive` and `S3Object`. */
const TABLES: readonly string[] = Object.freeze(["s3object", "object", "archive"])

/**
 * The query over an archive: of uncompressed CSV, a filter alone ("Querying Archived Objects": no
 * SUM, COUNT, GROUP BY, LIMIT …). Throws the errors of SelectObjectContent.
 */
export function archiveQuery(
  parameters: SelectParameters,
  nowMs: number,
): { readonly form: SelectForm; readonly query: Query } {
  if (Buffer.byteLength(parameters.Expression) > EXPRESSION_BYTES)
    throw selectError(
      "ExpressionTooLong",
      "The SQL expression is too long. The maximum byte-length for the SQL expression is 128 KB.",
    )
  const form = selectForm(parameters)
  const { input } = form
  if (input.format !== "CSV")
    throw selectError(
      "InvalidDataSource",
      "The data source type is not valid. Only CSV is supported.",
    )
  if (input.compression !== "NONE")
    throw selectError(
      "InvalidCompressionFormat",
      "Archives that are queried must not be compressed.",
    )
  const query = new Query(parameters.Expression, nowMs, TABLES)
  if (!query.isFilter) throw selectError("UnsupportedSqlStructure")
  return { form, query }
}
