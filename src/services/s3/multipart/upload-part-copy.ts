import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { objectAccess } from "../access/access.ts"
import { readRange } from "../bytes/read.ts"
import { stageBody } from "../bytes/receive.ts"
import { memberOf } from "../checksums/checksum.ts"
import {
  assertCopiable,
  findSource,
  readingOf,
  sourceAccess,
  sourceVersionId,
} from "../copy/source.ts"
import { op, type In, type Out } from "../define.ts"
import { toSecond } from "../listing/second.ts"
import { encryptionMembers } from "../objects/describe.ts"
import { linkStaged } from "../objects/put.ts"
import { parseCopyRange } from "./copy-range.ts"
import { algorithmOf, keepPart, planPart } from "./upload-part.ts"
import { MOST_PART_BYTES } from "./upload.ts"

type Input = In<"UploadPartCopy">

export const UploadPartCopy = op.action("UploadPartCopy", {
  authorize: (tx: ReadTx, input: Input, call: Call): readonly AccessRequest[] => [
    objectAccess("PutObject")(tx, input, call),
    // Tags stay behind: they are the upload's own.
    ...sourceAccess(tx, { ...input, TaggingDirective: "REPLACE" }, call),
  ],
  anonymous: true,
  async run(ctx, input, call): Promise<Out<"UploadPartCopy">> {
    const plan = await ctx.write((tx) => {
      const part = planPart(tx, input, call)
      const source = findSource(tx, input, call)
      const range = parseCopyRange(input.CopySourceRange, source.version.sizeBytes)
      assertCopiable(range.end - range.start)
      return { ...part, source, reading: readingOf(tx, source, { input, call, range }) }
    })
    const { upload, source } = plan
    const received = await stageBody(ctx, {
      body: readRange(ctx, plan.reading),
      claims: { checksum: { algorithm: algorithmOf(upload) } },
      key: plan.key,
      nonce: Buffer.from(plan.nonce, "hex"),
      maxBytes: MOST_PART_BYTES,
    })
    const part = await linkStaged(ctx, received.blob, (tx) =>
      keepPart(tx, plan, { ...received, number: input.PartNumber }),
    )
    const { checksum } = upload
    return {
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: toSecond(part.modifiedMs),
        // Recorded: none where the upload has no algorithm.
        ...(checksum && { [memberOf(checksum.algorithm)]: part.checksum }),
      },
      ...sourceVersionId(source.version),
      ...encryptionMembers(upload, input),
    }
  },
})
