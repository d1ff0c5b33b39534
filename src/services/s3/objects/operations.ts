import { GetObjectAttributes } from "./attributes.ts"
import { DeleteObjects } from "./delete-many.ts"
import { DeleteObject } from "./delete.ts"
import { GetObject, HeadObject } from "./get.ts"
import { PutObject } from "./put.ts"

export const objectOperations = {
  ...{ PutObject, GetObject, HeadObject, GetObjectAttributes, DeleteObject, DeleteObjects },
}
