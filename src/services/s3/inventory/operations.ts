import type { WriteTx } from "../../../kernel/transaction.ts"
import type { InventoryConfiguration } from "../../../models/types/s3.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { bucketAccess } from "../access/access.ts"
import { bucketNameOf } from "../buckets/bucket-name.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type In, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"
import { deleteNumbered, getNumbered, listNumbered, putNumbered } from "../settings/numbered.ts"
import { OPTIONAL_FIELDS } from "./field.ts"
import { KIND } from "./inventory.ts"
import { endInventory, planInventory } from "./jobs.ts"

export const PutBucketInventoryConfiguration = op.write("PutBucketInventoryConfiguration", {
  authorize: bucketAccess<In<"PutBucketInventoryConfiguration">>(
    "PutInventoryConfiguration",
    accessibleFields,
  ),
  run(tx, input, call): Out<"PutBucketInventoryConfiguration"> {
    const bucket = findBucket(tx, input, call)
    const value: InventoryConfiguration | undefined = input.InventoryConfiguration
    if (!value) throw malformedXml()
    assertConfiguration(value)
    if (value.Id !== input.Id) throw idMismatch()
    assertDestination(value)
    putNumbered(tx, bucket, { kind: KIND, id: input.Id, value })
    replan(tx, bucket, value)
    return {}
  },
})

/** "Control S3 Inventory report configuration creation": which optional fields somebody may ask for. */
function accessibleFields({
  InventoryConfiguration: value,
}: {
  readonly InventoryConfiguration?: InventoryConfiguration | undefined
}): Record<string, string | readonly string[]> {
  const fields = value?.OptionalFields
  return fields?.length ? { "s3:InventoryAccessibleOptionalFields": fields } : {}
}

function replan(
  tx: WriteTx,
  { partition, name, id: bucket }: Bucket,
  value: InventoryConfiguration,
) {
  endInventory(tx, { bucket, id: value.Id })
  if (value.IsEnabled)
    planInventory(tx, { ...{ partition, name, bucket, id: value.Id }, serial: tx.serial() })
}

export const GetBucketInventoryConfiguration = op.read("GetBucketInventoryConfiguration", {
  authorize: bucketAccess("GetInventoryConfiguration"),
  run(tx, input, call): Out<"GetBucketInventoryConfiguration"> {
    const value = getNumbered(tx, findBucket(tx, input, call), KIND, input.Id)
    return { InventoryConfiguration: value as InventoryConfiguration }
  },
})

export const DeleteBucketInventoryConfiguration = op.write("DeleteBucketInventoryConfiguration", {
  authorize: bucketAccess("PutInventoryConfiguration"),
  run(tx, input, call): Out<"DeleteBucketInventoryConfiguration"> {
    const bucket = findBucket(tx, input, call)
    deleteNumbered(tx, bucket, { kind: KIND, id: input.Id })
    endInventory(tx, { bucket: bucket.id, id: input.Id })
    return {}
  },
})

export const ListBucketInventoryConfigurations = op.read("ListBucketInventoryConfigurations", {
  authorize: bucketAccess("GetInventoryConfiguration"),
  run(tx, input, call): Out<"ListBucketInventoryConfigurations"> {
    const { values, ...page } = listNumbered(tx, findBucket(tx, input, call), {
      kind: KIND,
      token: input.ContinuationToken,
    })
    return { ...page, InventoryConfigurationList: values as InventoryConfiguration[] }
  },
})

export const inventoryOperations = {
  ...{ PutBucketInventoryConfiguration, GetBucketInventoryConfiguration },
  ...{ DeleteBucketInventoryConfiguration, ListBucketInventoryConfigurations },
}

const FIELD_NAMES: ReadonlySet<string> = new Set(OPTIONAL_FIELDS.map(({ name }) => name))
const isOneOf = (text: string | undefined, ...values: readonly string[]): boolean =>
  text !== undefined && values.includes(text)

/** Recorded: what the schema does not know is MalformedXML. */
function assertConfiguration(value: Partial<InventoryConfiguration>): void {
  const to: Partial<InventoryConfiguration["Destination"]["S3BucketDestination"]> | undefined =
    value.Destination?.S3BucketDestination
  const fields = value.OptionalFields ?? []
  const { SSES3: plain, SSEKMS: kms } = to?.Encryption ?? {}
  const isWhole =
    value.IsEnabled !== undefined &&
    value.Id !== undefined &&
    to?.Bucket !== undefined &&
    isOneOf(to.Format, "CSV", "ORC", "Parquet") &&
    isOneOf(value.Schedule?.Frequency, "Daily", "Weekly") &&
    isOneOf(value.IncludedObjectVersions, "All", "Current") &&
    fields.every((name) => FIELD_NAMES.has(name)) &&
    (!to.Encryption || (plain === undefined) !== (kms === undefined)) &&
    (!kms || (kms as Partial<typeof kms>).KeyId !== undefined)
  if (!isWhole) throw malformedXml()
}

/** Whether lists may be delivered is asked with each list. */
function assertDestination({ Destination: { S3BucketDestination: to } }: InventoryConfiguration) {
  // Recorded.
  if (bucketNameOf(to.Bucket) === undefined)
    throw new AwsError("InvalidS3DestinationBucket", "Invalid bucket ARN.", { status: 400 })
}

/** Recorded. */
const idMismatch = (): AwsError =>
  new AwsError("IdMismatch", "Document ID does not match the specified configuration ID.", {
    status: 400,
  })
