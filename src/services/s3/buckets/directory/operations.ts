import { guarded } from "../../access/guard.ts"
import type { Operation } from "../../../../registry/operation.ts"
import { CopyDirectoryObject, CopyDirectoryPart } from "./copies.ts"
import {
  DeleteDirectoryLifecycle,
  DeleteDirectoryMetrics,
  DeleteDirectoryPolicy,
  GetDirectoryLifecycle,
  GetDirectoryMetrics,
  GetDirectoryPolicy,
  ListDirectoryMetrics,
  PutDirectoryLifecycle,
  PutDirectoryMetrics,
  PutDirectoryPolicy,
} from "./configurations.ts"
import { CreateSession } from "./create-session.ts"
import { CreateDirectoryBucket, DeleteDirectoryBucket } from "./create.ts"
import {
  DeleteDirectoryEncryption,
  GetDirectoryEncryption,
  PutDirectoryEncryption,
} from "./encryption.ts"
import { HeadDirectoryBucket } from "./head.ts"
import {
  DeleteDirectoryInventory,
  GetDirectoryInventory,
  ListDirectoryInventories,
  PutDirectoryInventory,
} from "./inventory.ts"
import { ListDirectoryBuckets } from "./list.ts"
import { ListDirectoryObjects } from "./listing.ts"
import {
  DeleteDirectoryObject,
  DeleteDirectoryObjects,
  GetDirectoryAttributes,
  GetDirectoryObject,
  HeadDirectoryObject,
  PutDirectoryObject,
} from "./objects.ts"
import { refused } from "./refuse.ts"
import { RenameDirectoryObject } from "./rename.ts"
import {
  AbortDirectoryUpload,
  CompleteDirectoryUpload,
  CreateDirectoryUpload,
  ListDirectoryParts,
  ListDirectoryUploads,
  UploadDirectoryPart,
} from "./uploads.ts"

/** "S3 Express One Zone APIs": at Regional endpoints, then at Zonal ones. */
const OPERATIONS = [
  ...[CreateDirectoryBucket, DeleteDirectoryBucket, ListDirectoryBuckets],
  ...[PutDirectoryPolicy, GetDirectoryPolicy, DeleteDirectoryPolicy],
  ...[PutDirectoryEncryption, GetDirectoryEncryption, DeleteDirectoryEncryption],
  ...[PutDirectoryLifecycle, GetDirectoryLifecycle, DeleteDirectoryLifecycle],
  ...[PutDirectoryMetrics, GetDirectoryMetrics, DeleteDirectoryMetrics, ListDirectoryMetrics],
  ...[PutDirectoryInventory, GetDirectoryInventory, DeleteDirectoryInventory],
  ListDirectoryInventories,
  ...[CreateSession, HeadDirectoryBucket],
  ...[PutDirectoryObject, GetDirectoryObject, HeadDirectoryObject, GetDirectoryAttributes],
  ...[DeleteDirectoryObject, DeleteDirectoryObjects, RenameDirectoryObject],
  ...[ListDirectoryObjects],
  ...[CreateDirectoryUpload, UploadDirectoryPart, CompleteDirectoryUpload],
  ...[AbortDirectoryUpload, ListDirectoryParts, ListDirectoryUploads],
] as const

/** All operations of S3 as directory buckets have them: their own, and refusals of the others. */
export const directoryOperations = (
  general: Readonly<Record<string, Operation>>,
): Readonly<Record<string, Operation>> => ({
  ...Object.fromEntries(Object.keys(general).map((name) => [name, refused(name)])),
  ...Object.fromEntries(OPERATIONS.map((one) => [one.name, one as Operation])),
  // Their sources may be in other buckets, of which S3 asks as it always does.
  ...guarded({ CopyObject: CopyDirectoryObject, UploadPartCopy: CopyDirectoryPart }),
})
