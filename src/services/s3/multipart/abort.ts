import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { uploadAccess } from "./initiator.ts"
import { dropUpload, findUpload } from "./upload.ts"

export const AbortMultipartUpload = op.write("AbortMultipartUpload", {
  authorize: uploadAccess("AbortMultipartUpload"),
  anonymous: true,
  run(tx, input, call): Out<"AbortMultipartUpload"> {
    const bucket = findBucket(tx, input, call)
    dropUpload(tx, findUpload(tx, bucket, input))
    return {}
  },
})
