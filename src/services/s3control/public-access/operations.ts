import { accountPublicAccess, publicAccessBlockOf } from "../../s3/port.ts"
import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { op, type Out } from "../define.ts"
import { noPublicAccessBlock } from "../errors.ts"

interface OfAccount {
  readonly AccountId: string
}

const ask =
  (action: string) =>
  (_tx: ReadTx, { AccountId: owner }: OfAccount): AccessRequest => ({
    action: `s3:${action}`,
    resource: "*",
    owner,
    context: {},
  })

export const PutPublicAccessBlock = op.write("PutPublicAccessBlock", {
  authorize: ask("PutAccountPublicAccessBlock"),
  run(tx, { AccountId: account, PublicAccessBlockConfiguration }): Out<"PutPublicAccessBlock"> {
    tx.put(accountPublicAccess, {
      account,
      block: publicAccessBlockOf(PublicAccessBlockConfiguration),
    })
    return {}
  },
})

export const GetPublicAccessBlock = op.read("GetPublicAccessBlock", {
  authorize: ask("GetAccountPublicAccessBlock"),
  run(tx, { AccountId: account }): Out<"GetPublicAccessBlock"> {
    const row = tx.get(accountPublicAccess, [account])
    if (!row) throw noPublicAccessBlock(account)
    return { PublicAccessBlockConfiguration: row.block }
  },
})

export const DeletePublicAccessBlock = op.write("DeletePublicAccessBlock", {
  authorize: ask("PutAccountPublicAccessBlock"),
  run(tx, { AccountId: account }): Out<"DeletePublicAccessBlock"> {
    tx.delete(accountPublicAccess, [account])
    return {}
  },
})
