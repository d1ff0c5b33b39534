import { tagPairs } from "../../../registry/resource.ts"
import { op, type Out } from "../define.ts"
import { invalidRequest } from "../errors.ts"
import { tagsOf } from "../tagging/tags.ts"
import { onDashboard } from "./access.ts"
import { dashboards, findDashboard, refOf, type Dashboard } from "./dashboard.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"

/** "Tag your Storage Lens dashboards": up to 50. */
const TAGS = 50

export const PutStorageLensConfigurationTagging = op.write("PutStorageLensConfigurationTagging", {
  authorize: onDashboard,
  run(tx, input, call): Out<"PutStorageLensConfigurationTagging"> {
    if (input.Tags.length > TAGS) throw invalidRequest(`A dashboard can have ${TAGS} tags.`)
    setTags(tx, findDashboard(tx, refOf(input, call)), tagsOf(input.Tags))
    return {}
  },
})

export const GetStorageLensConfigurationTagging = op.read("GetStorageLensConfigurationTagging", {
  authorize: onDashboard,
  run(tx, input, call): Out<"GetStorageLensConfigurationTagging"> {
    const { tags } = findDashboard(tx, refOf(input, call))
    return { Tags: tagPairs(tags) }
  },
})

export const DeleteStorageLensConfigurationTagging = op.write(
  "DeleteStorageLensConfigurationTagging",
  {
    authorize: onDashboard,
    run(tx, input, call): Out<"DeleteStorageLensConfigurationTagging"> {
      setTags(tx, findDashboard(tx, refOf(input, call)), {})
      return {}
    },
  },
)

/** The default dashboard becomes a row as soon as there is something to keep of it. */
function setTags(tx: WriteTx, found: Dashboard, tags: Dashboard["tags"]): void {
  tx.put(dashboards, { ...found, serial: found.serial || tx.serial(), tags })
}
