import { DeleteItem } from "./ops/DeleteItem.ts"
import { GetItem } from "./ops/GetItem.ts"
import { PutItem } from "./ops/PutItem.ts"
import { UpdateItem } from "./ops/UpdateItem.ts"

export const itemOperations = { PutItem, GetItem, UpdateItem, DeleteItem }
