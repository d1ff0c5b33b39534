import { ListObjects, ListObjectsV2 } from "./objects.ts"
import { ListObjectVersions } from "./versions.ts"

export const listOperations = {
  ...{ ListObjects, ListObjectsV2, ListObjectVersions },
}
