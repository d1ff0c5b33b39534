import { CreateAccessKey, DeleteAccessKey, ListAccessKeys, UpdateAccessKey } from "./access-keys.ts"

export const accessKeyOperations = {
  ...{ CreateAccessKey, UpdateAccessKey, DeleteAccessKey },
  ...{ ListAccessKeys },
}
