import type { In } from "../../define.ts"
import { malformedXml } from "../../errors.ts"
import {
  DeleteBucketInventoryConfiguration,
  GetBucketInventoryConfiguration,
  ListBucketInventoryConfigurations,
  PutBucketInventoryConfiguration,
} from "../../inventory/operations.ts"
import { regionalAccess } from "./access.ts"
import { ofDirectory, regional } from "./regional.ts"

/** "The following optional fields are supported for directory buckets". */
const FIELDS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["Size", "LastModifiedDate", "StorageClass", "ETag", "IsMultipartUploaded"],
    ...["EncryptionStatus", "BucketKeyStatus", "ChecksumAlgorithm", "LifecycleExpirationDate"],
  ]),
)

type Put = In<"PutBucketInventoryConfiguration">

const fieldsOf = ({ InventoryConfiguration }: Partial<Put>): readonly string[] =>
  InventoryConfiguration?.OptionalFields ?? []

export const PutDirectoryInventory = regional(
  PutBucketInventoryConfiguration,
  "PutInventoryConfiguration",
  {
    authorize(tx, input, call) {
      const asked = regionalAccess("PutInventoryConfiguration")(tx, input, call)
      const fields = fieldsOf(input)
      if (fields.length === 0) return asked
      const name = "s3express:InventoryAccessibleOptionalFields"
      return { ...asked, context: { ...asked.context, [name]: fields } }
    },
    prepare(tx, input, call) {
      if (fieldsOf(input).some((name) => !FIELDS.has(name))) throw malformedXml()
      return ofDirectory(tx, input, call)
    },
  },
)
export const GetDirectoryInventory = regional(
  GetBucketInventoryConfiguration,
  "GetInventoryConfiguration",
)
export const DeleteDirectoryInventory = regional(
  DeleteBucketInventoryConfiguration,
  "PutInventoryConfiguration",
)
export const ListDirectoryInventories = regional(
  ListBucketInventoryConfigurations,
  "GetInventoryConfiguration",
)
