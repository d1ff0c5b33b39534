import { DeleteItem } from "./delete-item.ts"
import { GetItem } from "./get-item.ts"
import { PutItem } from "./put-item.ts"
import { UpdateItem } from "./update-item.ts"

export const itemOperations = { PutItem, GetItem, UpdateItem, DeleteItem }
