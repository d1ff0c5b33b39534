import type { Patch } from "./patch.ts"
import { dynamodbPatch } from "./patches/dynamodb.ts"
import { glacierPatch } from "./patches/glacier.ts"
import { kmsPatch } from "./patches/kms.ts"
import { taggingPatch } from "./patches/resourcegroupstaggingapi.ts"
import { s3Patch } from "./patches/s3.ts"
import { s3controlPatch } from "./patches/s3control.ts"
import { sqsPatch } from "./patches/sqs.ts"

/** The corrections of each service, made when its model is loaded. */
export const PATCHES: Readonly<Record<string, () => Patch>> = {
  dynamodb: dynamodbPatch,
  glacier: glacierPatch,
  kms: kmsPatch,
  resourcegroupstaggingapi: taggingPatch,
  s3: s3Patch,
  s3control: s3controlPatch,
  sqs: sqsPatch,
}
