import { AbortMultipartUpload } from "./abort.ts"
import { CompleteMultipartUpload } from "./complete.ts"
import { CreateMultipartUpload } from "./create.ts"
import { ListParts } from "./list-parts.ts"
import { ListMultipartUploads } from "./list-uploads.ts"
import { UploadPartCopy } from "./upload-part-copy.ts"
import { UploadPart } from "./upload-part.ts"

export const multipartOperations = {
  ...{ CreateMultipartUpload, UploadPart, CompleteMultipartUpload, AbortMultipartUpload },
  ...{ UploadPartCopy, ListParts, ListMultipartUploads },
}
