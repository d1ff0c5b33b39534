import { onSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { copyToReplicas } from "../replica/copy.ts"
import { findOwn, secrets, type Secret } from "./secret.ts"
import { withoutTags, withTags } from "./tags.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"

export const TagResource = op.write("TagResource", {
  authorize: onSecret<In<"TagResource">>(),
  run(tx, input, call): Out<"TagResource"> {
    const secret = findOwn(tx, input.SecretId, call)
    setTags(tx, secret, withTags(secret.tags, input.Tags))
    return {}
  },
})

export const UntagResource = op.write("UntagResource", {
  authorize: onSecret<In<"UntagResource">>(),
  run(tx, input, call): Out<"UntagResource"> {
    const secret = findOwn(tx, input.SecretId, call)
    setTags(tx, secret, withoutTags(secret.tags, input.TagKeys))
    return {}
  },
})

function setTags(tx: WriteTx, secret: Secret, tags: Secret["tags"]): void {
  const tagged = { ...secret, tags }
  tx.replace(secrets, secret, tagged)
  copyToReplicas(tx, tagged)
}
