import { signRevocationList } from "../../../engines/x509/revocation-list.ts"
import { readCertificate } from "../../../engines/x509/certificate.ts"
import type { ActionContext } from "../../../kernel/action.ts"
import { job, type TimerId } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import {
  authorityOf,
  refOf,
  type Authority,
  type AuthorityRef,
  type Installed,
} from "../authority/authority.ts"
import { algorithmOf } from "../authority/configuration.ts"
import { signerOf } from "../authority/key.ts"
import { issued, type Issued } from "../certificate/issued.ts"
import { DAY_MS, ENTRIES_MOST, LIST_RETRY_MS, STRIDE } from "../limits.ts"
import { listKey } from "./addresses.ts"
import { writeObject, type Written } from "./bucket.ts"

/** When an authority's list of revoked certificates is written next. */
interface ListPlan extends AuthorityRef {
  /** Of the last list. */
  readonly number: number
  readonly dueMs?: number | undefined
  readonly timer?: TimerId | undefined
  /** The list before this one: who has expired since is in one more. */
  readonly writtenMs?: number | undefined
}

export const lists = table<ListPlan>("acm-pca/list", {
  key: ({ account, region, id }) => [account, region, id],
})

const planOf = (tx: ReadTx, { account, region, id }: AuthorityRef): ListPlan =>
  tx.get(lists, [account, region, id]) ?? { account, region, id, number: 0 }

/** Whether an authority writes lists, and by which certificate. */
function writes(authority: Authority): Installed | undefined {
  const { status, installed, revocation } = authority
  const isOn =
    revocation.CrlConfiguration?.Enabled && (status === "ACTIVE" || status === "DISABLED")
  return isOn ? installed : undefined
}

/** The next list is written at `atMs`, or earlier if that is planned. */
export function planList(tx: WriteTx, authority: Authority, atMs: number): void {
  if (!writes(authority)) return
  const plan = planOf(tx, authority)
  if (plan.dueMs !== undefined && plan.dueMs <= atMs) return
  setPlan(tx, plan, atMs)
}

function setPlan(tx: WriteTx, plan: ListPlan, atMs: number): void {
  if (plan.timer) tx.cancel(plan.timer)
  const timer = tx.schedule(writeList, { ...refOf(plan), dueMs: atMs }, atMs)
  tx.put(lists, { ...plan, dueMs: atMs, timer })
}

export function stopList(tx: WriteTx, ref: AuthorityRef): void {
  const plan = planOf(tx, ref)
  if (plan.timer) tx.cancel(plan.timer)
  tx.put(lists, { ...plan, dueMs: undefined, timer: undefined })
}

interface Due extends AuthorityRef {
  readonly dueMs: number
}

/** Writes the list to the bucket, and plans the next. A crash on the way writes it again. */
export const writeList = job<Due>("acm-pca/writeList", {
  async perform(ctx, due) {
    const begun = await ctx.write((tx) => beginList(tx, due))
    if (!begun) return
    const isWritten = await put(ctx, due, begun.object)
    await ctx.write((tx) => {
      const plan = planOf(tx, due)
      // Planned anew meanwhile, or stopped.
      if (plan.dueMs !== due.dueMs) return
      const next = { ...plan, timer: undefined, ...(isWritten && { writtenMs: begun.atMs }) }
      setPlan(tx, next, tx.now + (isWritten ? begun.everyMs : LIST_RETRY_MS))
    })
  },
})

async function put(ctx: ActionContext, ref: AuthorityRef, object: Written): Promise<boolean> {
  try {
    await writeObject(ctx, ref, object)
    return true
  } catch (error) {
    if (error instanceof AwsError) return false
    throw error
  }
}

interface Begun {
  readonly object: Written
  readonly atMs: number
  readonly everyMs: number
}

/** Signs the next list; undefined where nothing is to be written any more. */
function beginList(tx: WriteTx, due: Due): Begun | undefined {
  const authority = authorityOf(tx, due)
  const plan = planOf(tx, due)
  const installed = authority && writes(authority)
  if (!authority || !installed || plan.dueMs !== due.dueMs) return undefined
  const number = plan.number + 1
  tx.put(lists, { ...plan, number })
  const {
    S3BucketName: bucket = "",
    ExpirationInDays: days = 7,
    S3ObjectAcl: acl,
  } = {
    ...authority.revocation.CrlConfiguration,
  }
  const livesMs = days * DAY_MS
  const bytes = signRevocationList(
    {
      issuer: readCertificate(Buffer.from(installed.certificate, "base64")).subject,
      issuerKeyId: Buffer.from(authority.keyId, "hex"),
      ...{ number, thisUpdateMs: tx.now, nextUpdateMs: tx.now + livesMs },
      revoked: revokedOf(tx, due, plan.writtenMs ?? 0),
    },
    signerOf(tx, authority, algorithmOf(authority.configuration)),
  )
  const contentType = "application/pkix-crl"
  return {
    object: { bucket, key: listKey(authority), bytes, contentType, acl },
    // Not verified: "refreshed prior to" its end; half of its time is left then.
    ...{ atMs: tx.now, everyMs: livesMs / 2 },
  }
}

/** "It appears in the CRL until the certificate expires, and then in one additional CRL". */
function revokedOf(tx: ReadTx, { account, region, id }: AuthorityRef, lastMs: number) {
  const found: Issued[] = []
  let after: string | undefined
  while (found.length < ENTRIES_MOST) {
    const prefix = [account, region, id]
    const page = tx.scan(issued, { index: "revoked", prefix, after, limit: STRIDE })
    found.push(...page.rows.filter(({ notAfterMs }) => notAfterMs > lastMs))
    after = page.next
    if (after === undefined) break
  }
  return found.flatMap(({ serial, revoked }) =>
    revoked ? [{ serial: Buffer.from(serial, "hex"), ...revoked }] : [],
  )
}
