import { expect, test } from "vitest"
import { isMapped } from "../iam/actions/access-fault.ts"
import { createModelFiles } from "../kernel/host/model-files.ts"
import { createModels } from "../models/load.ts"
import { isUnchecked } from "../registry/authorize.ts"
import { createCatalog } from "./catalog.ts"

test("AWS's list has an action for every operation that asks; the others say why they do not", async () => {
  const index = createModels(createModelFiles()).serviceIndex()
  const catalog = createCatalog(() => {})
  const unmapped: string[] = []
  for (const id of catalog.ids) {
    const service = await catalog.find(id)
    const { signingName } = index.byId.get(id)!
    for (const { name, authorize } of Object.values(service!.operations)) {
      const mapped = isUnchecked(authorize)
        ? authorize.unchecked.length > 10
        : isMapped({ signingName, operation: name })
      if (!mapped) unmapped.push(`${id} ${name}`)
    }
  }
  expect(unmapped).toEqual([])
})
