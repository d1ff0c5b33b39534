import type { S3Location, SelectParameters } from "../../../../models/types/s3.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { In } from "../../define.ts"
import { denied, invalid, missing } from "../../errors.ts"
import { LOCATION_BYTES } from "../../limits.ts"
import { isTemporary } from "../../../s3/port.ts"

export type Parameters = NonNullable<In<"InitiateJob">["jobParameters"]>

type SelectForm = NonNullable<Parameters["SelectParameters"]>
type OutputForm = NonNullable<NonNullable<Parameters["OutputLocation"]>["S3"]>

/** What a select job asks for, in Glacier's form. */
export interface SelectOrder {
  readonly parameters: SelectForm
  readonly location: OutputForm & Pick<S3Location, "BucketName" | "Prefix">
}

/** Throws MissingParameterValueException and InvalidParameterValueException. */
export function selectOrder(asked: Parameters): SelectOrder {
  const { SelectParameters: parameters, OutputLocation } = asked
  if (!parameters) throw missing("SelectParameters")
  if (parameters.Expression === undefined) throw missing("Expression")
  if (parameters.ExpressionType === undefined) throw missing("ExpressionType")
  const location = OutputLocation?.S3
  if (!location) throw missing("OutputLocation")
  const { BucketName, Prefix } = location
  if (BucketName === undefined) throw missing("BucketName")
  if (Prefix === undefined) throw missing("Prefix")
  if (location.Encryption && location.Encryption.EncryptionType === undefined)
    throw missing("EncryptionType")
  // "When working with a select job, you cannot … use ranged selection."
  if (asked.RetrievalByteRange !== undefined)
    throw invalid("RetrievalByteRange does not go with select jobs.")
  if (Buffer.byteLength(`${BucketName}/${Prefix}`) > LOCATION_BYTES)
    throw invalid(`The output location is longer than ${LOCATION_BYTES} bytes.`)
  return { parameters, location: { ...location, BucketName, Prefix } }
}

/**
 * A query in S3's form. Both serializations may be left out ("Required: no"), and are of CSV alone;
 * the guide writes their words `Use` and `AsNeeded`, the SDKs `USE` and `ASNEEDED`.
 */
export function queryOf(parameters: SelectForm): SelectParameters {
  const { Expression = "", ExpressionType = "" } = parameters
  const { csv: input = {} } = parameters.InputSerialization ?? {}
  const { csv: output = {} } = parameters.OutputSerialization ?? {}
  return {
    ...{ Expression, ExpressionType },
    InputSerialization: {
      CSV: { ...input, FileHeaderInfo: input.FileHeaderInfo?.toUpperCase() },
    },
    OutputSerialization: { CSV: { ...output, QuoteFields: output.QuoteFields?.toUpperCase() } },
  }
}

/** A location in S3's form, which has lists for maps. */
export function locationOf(location: SelectOrder["location"]): S3Location {
  const { Encryption, Tagging, UserMetadata, ...same } = location
  const { EncryptionType } = Encryption ?? {}
  return {
    ...same,
    Encryption: EncryptionType === undefined ? undefined : { ...Encryption, EncryptionType },
    Tagging: Tagging && {
      TagSet: Object.entries(Tagging).map(([Key, Value]) => ({ Key, Value })),
    },
    UserMetadata:
      UserMetadata && Object.entries(UserMetadata).map(([Name, Value]) => ({ Name, Value })),
  }
}

/** What S3 or the query refuses, as Glacier says it (how is not documented). */
export function refused(error: unknown): unknown {
  if (!(error instanceof AwsError) || isTemporary(error)) return error
  return error.code === "AccessDenied" ? denied(error.message) : invalid(error.message)
}
