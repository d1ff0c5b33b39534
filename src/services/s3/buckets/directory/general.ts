import { unchecked } from "../../../../registry/authorize.ts"
import { findBucket } from "../find.ts"
import { op } from "../../define.ts"
import { headerNotImplemented } from "../../errors.ts"

/** Buckets of the other kind rename nothing: 501, as clients of both expect (the words are not verified). */
export const RenameObject = op.write("RenameObject", {
  authorize: unchecked("general purpose buckets do not have this: it is refused whoever asks"),
  run(tx, input, call): never {
    findBucket(tx, input, call)
    throw headerNotImplemented("x-amz-rename-source")
  },
})
