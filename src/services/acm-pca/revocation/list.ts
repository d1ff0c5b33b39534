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
import { addressOf, listKey } from "./addresses.ts"
import { writeObject, type Written } from "./bucket.ts"
import { partitionsOf } from "./partition.ts"

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
    const isWritten = await putAll(ctx, due, begun.objects)
    await ctx.write((tx) => {
      const plan = planOf(tx, due)
      // Planned anew meanwhile, or stopped.
      if (plan.dueMs !== due.dueMs) return
      const next = { ...plan, timer: undefined, ...(isWritten && { writtenMs: begun.atMs }) }
      setPlan(tx, next, tx.now + (isWritten ? begun.everyMs : LIST_RETRY_MS))
    })
  },
})

async function putAll(
  ctx: ActionContext,
  ref: AuthorityRef,
  objects: readonly Written[],
): Promise<boolean> {
  try {
    for (const object of objects) await writeObject(ctx, ref, object)
    return true
  } catch (error) {
    if (error instanceof AwsError) return false
    throw error
  }
}

interface Begun {
  readonly objects: readonly Written[]
  readonly atMs: number
  readonly everyMs: number
}

/** Signs the next list, or those of all partitions; undefined where none is written any more. */
function beginList(tx: WriteTx, due: Due): Begun | undefined {
  const authority = authorityOf(tx, due)
  const plan = planOf(tx, due)
  const installed = authority && writes(authority)
  if (!authority || !installed || plan.dueMs !== due.dueMs) return undefined
  const numbered = { ...plan, number: plan.number + 1 }
  tx.put(lists, numbered)
  const list = authority.revocation.CrlConfiguration
  const everyMs = ((list?.ExpirationInDays ?? 0) * DAY_MS) / 2
  // Not verified: certificates from before the list was partitioned have a list for themselves.
  const isOne = list?.CrlType !== "PARTITIONED"
  const parts = isOne ? [undefined] : ["", ...partitionsOf(tx, due)]
  return {
    objects: parts.map((part) => signedList(tx, { authority, installed, plan: numbered, part })),
    // Not verified: "refreshed prior to" its end; half of its time is left then.
    ...{ atMs: tx.now, everyMs },
  }
}

interface Part {
  readonly authority: Authority
  readonly installed: Installed
  readonly plan: ListPlan
  /** Undefined: all certificates; "": those that are bound to no partition. */
  readonly part: string | undefined
}

function signedList(tx: WriteTx, { authority, installed, plan, part }: Part): Written {
  const {
    S3BucketName: bucket = "",
    ExpirationInDays: days = 0,
    S3ObjectAcl: acl,
  } = {
    ...authority.revocation.CrlConfiguration,
  }
  const partition = part === "" ? undefined : part
  const bytes = signRevocationList(
    {
      issuer: readCertificate(Buffer.from(installed.certificate, "base64")).subject,
      issuerKeyId: Buffer.from(authority.keyId, "hex"),
      ...{ number: plan.number, thisUpdateMs: tx.now, nextUpdateMs: tx.now + days * DAY_MS },
      revoked: revokedOf(tx, authority, { part, lastMs: plan.writtenMs ?? 0 }),
      partOf: partition === undefined ? undefined : addressOf(authority, partition),
    },
    signerOf(tx, authority, algorithmOf(authority.configuration)),
  )
  const key = listKey(authority, partition)
  return { bucket, key, bytes, contentType: "application/pkix-crl", acl }
}

interface Which {
  readonly part: string | undefined
  readonly lastMs: number
}

/** "It appears in the CRL until the certificate expires, and then in one additional CRL". */
function revokedOf(tx: ReadTx, { account, region, id }: AuthorityRef, { part, lastMs }: Which) {
  const found: Issued[] = []
  let after: string | undefined
  while (found.length < ENTRIES_MOST) {
    const prefix = [account, region, id, ...(part === undefined ? [] : [part])]
    const page = tx.scan(issued, { index: "revoked", prefix, after, limit: STRIDE })
    found.push(...page.rows.filter(({ notAfterMs }) => notAfterMs > lastMs))
    after = page.next
    if (after === undefined) break
  }
  return found.flatMap(({ serial, revoked }) =>
    revoked ? [{ serial: Buffer.from(serial, "hex"), ...revoked }] : [],
  )
}
