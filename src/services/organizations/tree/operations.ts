import { ListChildren, ListParents } from "./tree.ts"

export const treeOperations = { ListParents, ListChildren }
