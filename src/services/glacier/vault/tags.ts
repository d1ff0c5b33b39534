import { isTagKey, isTagValue } from "../../../registry/tags.ts"
import { onVault } from "../access.ts"
import { op, type Out } from "../define.ts"
import { invalid, limitExceeded } from "../errors.ts"
import { TAGS } from "../limits.ts"
import { changeVault, findVault } from "./vault.ts"

export const AddTagsToVault = op.write("AddTagsToVault", {
  authorize: onVault,
  run(tx, input, call): Out<"AddTagsToVault"> {
    const vault = findVault(tx, input, call)
    const added = input.Tags ?? {}
    for (const [key, value] of Object.entries(added)) {
      if (!isTagKey(key) || /^aws:/i.test(key)) throw invalid(`Invalid tag key: ${key}`)
      if (!isTagValue(value)) throw invalid(`Invalid tag value: ${value}`)
    }
    const tags = { ...vault.tags, ...added }
    if (Object.keys(tags).length > TAGS) throw limitExceeded(`A vault can have ${TAGS} tags.`)
    changeVault(tx, vault, { tags })
    return {}
  },
})

export const RemoveTagsFromVault = op.write("RemoveTagsFromVault", {
  authorize: onVault,
  run(tx, input, call): Out<"RemoveTagsFromVault"> {
    const vault = findVault(tx, input, call)
    const left = Object.entries(vault.tags ?? {}).filter(([key]) => !input.TagKeys?.includes(key))
    changeVault(tx, vault, { tags: Object.fromEntries(left) })
    return {}
  },
})

export const ListTagsForVault = op.read("ListTagsForVault", {
  authorize: onVault,
  run: (tx, input, call): Out<"ListTagsForVault"> => ({
    Tags: { ...findVault(tx, input, call).tags },
  }),
})
