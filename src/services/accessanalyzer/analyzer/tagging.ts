import { asks, op, type Out } from "../define.ts"
import { analyzerOfArn, analyzerResource, analyzers } from "./analyzer.ts"

const onArn = asks.on(
  analyzerResource,
  (tx, { resourceArn }: { readonly resourceArn: string }, call) =>
    analyzerOfArn(tx, resourceArn, call),
)

export const TagResource = op.write("TagResource", {
  authorize: onArn,
  run(tx, { resourceArn, tags }, call): Out<"TagResource"> {
    const analyzer = analyzerOfArn(tx, resourceArn, call)
    tx.replace(analyzers, analyzer, { ...analyzer, tags: { ...analyzer.tags, ...tags } })
    return {}
  },
})

export const UntagResource = op.write("UntagResource", {
  authorize: onArn,
  run(tx, { resourceArn, tagKeys }, call): Out<"UntagResource"> {
    const analyzer = analyzerOfArn(tx, resourceArn, call)
    const kept = Object.entries(analyzer.tags).filter(([key]) => !tagKeys.includes(key))
    tx.replace(analyzers, analyzer, { ...analyzer, tags: Object.fromEntries(kept) })
    return {}
  },
})

export const ListTagsForResource = op.read("ListTagsForResource", {
  authorize: onArn,
  run: (tx, { resourceArn }, call): Out<"ListTagsForResource"> => ({
    tags: analyzerOfArn(tx, resourceArn, call).tags,
  }),
})
