import { CreateKey } from "./create-key.ts"
import { DescribeKey, GetPublicKey, ListKeys } from "./describe.ts"

export const keyOperations = {
  ...{ CreateKey, DescribeKey, ListKeys, GetPublicKey },
}
