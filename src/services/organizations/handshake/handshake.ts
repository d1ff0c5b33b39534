import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { handshakeDone, handshakeMissing, handshakeMoveRefused } from "../errors.ts"
import { DAY_MS, FINISHED_HANDSHAKE_DAYS, MOST_ACCOUNTS } from "../limits.ts"
import { organizationsArn, type Organization } from "../organization/organization.ts"
import type { Tag } from "../tag/tag.ts"

export type HandshakeAction =
  | "INVITE"
  | "ENABLE_ALL_FEATURES"
  | "APPROVE_ALL_FEATURES"
  | "TRANSFER_RESPONSIBILITY"

/** How a handshake can stand; EXPIRED follows from the time. */
export type HandshakeState = "REQUESTED" | "OPEN" | "CANCELED" | "ACCEPTED" | "DECLINED"

/** Something that an organization and an account agree on. */
export interface Handshake {
  /** `h-…`. */
  readonly id: string
  readonly partition: string
  readonly organizationId: string
  readonly managementAccount: string
  readonly action: HandshakeAction
  readonly state: HandshakeState
  readonly requestedMs: number
  readonly expiresMs: number
  /** When it came to its end by an answer. */
  readonly endedMs?: number | undefined
  /** Who is asked: an account, an address, or, of a request that waits for others, nobody. */
  readonly asked?: { readonly type: "ACCOUNT" | "EMAIL"; readonly id: string } | undefined
  /** What the asked one is told: sender, features, notes. */
  readonly told: readonly { readonly type: string; readonly value: string }[]
  readonly notes?: string | undefined
  /** The request to enable all features that this approval belongs to. */
  readonly parent?: string | undefined
  /** The transfer of responsibility that is asked for. */
  readonly transfer?: string | undefined
  /** What an invited account is tagged with when it joins. */
  readonly tags: readonly Tag[]
}

export const handshakes = table<Handshake>("organizations/handshake", {
  key: (one) => [one.id],
  indexes: {
    byOrganization: (one) => [one.organizationId, one.action, one.id],
    byAsked: ({ asked, id }) => asked && [asked.type, asked.id.toLowerCase(), id],
    byParent: ({ parent, id }) => parent !== undefined && [parent, id],
  },
})

/** Old ones are deleted after 30 days, so that lists stay near the number of accounts. */
const MOST_HANDSHAKES = 2 * MOST_ACCOUNTS

export const handshakeArn = (one: Handshake): string =>
  organizationsArn(one, `handshake/${one.organizationId}/${one.action.toLowerCase()}/${one.id}`)

/** How it stands now. */
export const stateOf = (tx: ReadTx, one: Handshake): HandshakeState | "EXPIRED" =>
  isWaiting(one.state) && tx.now >= one.expiresMs ? "EXPIRED" : one.state

const isWaiting = (state: string): boolean => state === "OPEN" || state === "REQUESTED"

export const isPending = (tx: ReadTx, one: Handshake): boolean => isWaiting(stateOf(tx, one))

/** "Handshakes … appear … for only 30 days after changing to that state. After that, they're deleted". */
export const isForgotten = (tx: ReadTx, one: Handshake): boolean =>
  tx.now >= (one.endedMs ?? one.expiresMs) + FINISHED_HANDSHAKE_DAYS * DAY_MS

/** Throws HandshakeNotFoundException. */
export function findHandshake(tx: ReadTx, id: string): Handshake {
  const one = tx.get(handshakes, [id])
  if (!one || isForgotten(tx, one)) throw handshakeMissing()
  return one
}

/** Throws HandshakeAlreadyInState and InvalidHandshakeTransition. */
export function endHandshake(
  tx: WriteTx,
  one: Handshake,
  state: "ACCEPTED" | "CANCELED" | "DECLINED",
): Handshake {
  const now = stateOf(tx, one)
  if (now === state) throw handshakeDone(state)
  if (!isWaiting(now)) throw handshakeMoveRefused(now, state)
  const ended = { ...one, state, endedMs: tx.now }
  tx.replace(handshakes, one, ended)
  return ended
}

export const handshakesOf = (
  tx: ReadTx,
  { id }: Pick<Organization, "id">,
  action?: HandshakeAction,
): readonly Handshake[] => {
  const prefix = action === undefined ? [id] : [id, action]
  const all = tx.scan(handshakes, { index: "byOrganization", prefix, limit: MOST_HANDSHAKES }).rows
  return all.filter((one) => !isForgotten(tx, one))
}

/** Invitations that wait for an answer. */
export const invitationsOf = (
  tx: ReadTx,
  organization: Pick<Organization, "id">,
): readonly Handshake[] =>
  handshakesOf(tx, organization, "INVITE").filter((one) => isPending(tx, one))

/** What an account or address is or was asked. */
export const handshakesTo = (
  tx: ReadTx,
  { type, id }: NonNullable<Handshake["asked"]>,
): readonly Handshake[] =>
  tx
    .scan(handshakes, {
      index: "byAsked",
      prefix: [type, id.toLowerCase()],
      limit: MOST_HANDSHAKES,
    })
    .rows.filter((one) => !isForgotten(tx, one))

export const childrenOf = (tx: ReadTx, parent: string): readonly Handshake[] =>
  tx.scan(handshakes, { index: "byParent", prefix: [parent], limit: MOST_ACCOUNTS }).rows
