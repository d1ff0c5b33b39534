import { DeleteObjectTagging, GetObjectTagging, PutObjectTagging } from "./tagging.ts"

export const taggingOperations = { PutObjectTagging, GetObjectTagging, DeleteObjectTagging }
