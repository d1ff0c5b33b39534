import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { ROWS_A_READ } from "../limits.ts"
import { taggedOf, type Kind, type Tagged } from "./kind.ts"

/** Whose resources. */
export interface Owner {
  readonly account: string
  readonly region: string
}

/** How far a list has come. */
export interface Position {
  /** Index of the kind. */
  readonly kind: number
  /** The last row of it. */
  readonly after?: string | undefined
}

/** Where a walk leads, and what takes what it meets. */
export interface Walk {
  readonly kinds: readonly Kind[]
  readonly owner: Owner
  /** False when a resource is one too many: the walk ends in front of it. */
  take(found: Tagged): boolean
}

/**
 * Shows an account's tagged resources, one after another, in many small reads; gives where it was
 * told to stop, or nothing at the end.
 */
export async function walk(
  ctx: ActionContext,
  way: Walk,
  start: Position = { kind: 0 },
): Promise<Position | undefined> {
  let at = start
  while (at.kind < way.kinds.length) {
    ctx.signal.throwIfAborted()
    const { position, stopped } = await ctx.read((tx) => step(tx, way, at))
    if (stopped) return position
    at = position
  }
  return undefined
}

interface Step {
  readonly position: Position
  readonly stopped: boolean
}

function step(tx: ReadTx, way: Walk, { kind: index, after }: Position): Step {
  const kind = way.kinds[index]!
  const { rows, next } = kind.list(tx, { ...way.owner, after, limit: ROWS_A_READ })
  for (const [passed, row] of rows.entries()) {
    const found = taggedOf(kind, row)
    if (found && !way.take(found))
      return {
        position: { kind: index, after: behind(tx, way, { kind, after, passed }) },
        stopped: true,
      }
  }
  const position = next === undefined ? { kind: index + 1 } : { kind: index, after: next }
  return { position, stopped: false }
}

/** The cursor behind the first `passed` rows of a page: pages of one row tell it. */
function behind(
  tx: ReadTx,
  { owner }: Walk,
  { kind, after, passed }: { kind: Kind; after: string | undefined; passed: number },
): string | undefined {
  let cursor = after
  for (let left = passed; left > 0;) {
    const { rows, next } = kind.list(tx, { ...owner, after: cursor, limit: 1 })
    left -= rows.length
    cursor = next
  }
  return cursor
}
