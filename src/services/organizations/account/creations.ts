import type { ReadTx } from "../../../kernel/transaction.ts"
import { onAnything } from "../access.ts"
import { op, type Out } from "../define.ts"
import { requestMissing } from "../errors.ts"
import { MOST_ACCOUNTS } from "../limits.ts"
import { pageOfList } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { creationMember } from "./answer.ts"
import { creations, type Creation } from "./creation.ts"

export const DescribeCreateAccountStatus = op.read("DescribeCreateAccountStatus", {
  authorize: onAnything,
  run(tx, { CreateAccountRequestId: id }, call): Out<"DescribeCreateAccountStatus"> {
    const creation = tx.get(creations, [governedOrganization(tx, call).id, id])
    if (!creation) throw requestMissing()
    return { CreateAccountStatus: creationMember(creation) }
  },
})

export const ListCreateAccountStatus = op.read("ListCreateAccountStatus", {
  authorize: onAnything,
  run(tx, input, call): Out<"ListCreateAccountStatus"> {
    const { id } = governedOrganization(tx, call)
    const states = input.States ?? []
    const wanted = creationsOf(tx, id).filter(
      ({ state }) => states.length === 0 || states.includes(state),
    )
    const { items, more } = pageOfList(wanted, (creation) => creation.id, input)
    return { CreateAccountStatuses: items.map(creationMember), ...more }
  },
})

/** As many as an organization can have made while it had room: those that failed also count. */
const creationsOf = (tx: ReadTx, organizationId: string): readonly Creation[] =>
  tx.scan(creations, { prefix: [organizationId], limit: MOST_ACCOUNTS }).rows
