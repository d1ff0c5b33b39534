import { ListTagsForResource, TagResource, UntagResource } from "./tagging.ts"

export const tagOperations = { TagResource, UntagResource, ListTagsForResource }
