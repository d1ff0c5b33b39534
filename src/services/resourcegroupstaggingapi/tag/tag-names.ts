import type { ActionContext } from "../../../kernel/action.ts"
import type { Call } from "../../../registry/call.ts"
import { onAnything, op, type Out } from "../define.ts"
import { badToken } from "../errors.ts"
import { NAMES_A_PAGE } from "../limits.ts"
import { kindsIn, type Tagged } from "../resource/kind.ts"
import { walk } from "../resource/walk.ts"
import { readToken, tokenOf } from "../token.ts"

export const GetTagKeys = op.action("GetTagKeys", {
  authorize: onAnything,
  async run(ctx, { PaginationToken }, call): Promise<Out<"GetTagKeys">> {
    const list = { ctx, call, token: PaginationToken }
    const { names, token } = await pageOf(list, ({ tags }) => Object.keys(tags))
    return { PaginationToken: token, TagKeys: names }
  },
})

export const GetTagValues = op.action("GetTagValues", {
  authorize: onAnything,
  async run(ctx, { Key, PaginationToken }, call): Promise<Out<"GetTagValues">> {
    const list = { ctx, call, token: PaginationToken }
    const { names, token } = await pageOf(list, ({ tags }) =>
      Object.hasOwn(tags, Key) ? [tags[Key]!] : [],
    )
    return { PaginationToken: token, TagValues: names }
  },
})

interface List {
  readonly ctx: ActionContext
  readonly call: Call
  readonly token: string | undefined
}

/** Each name once, in order; every page looks at all resources. */
async function pageOf(
  { ctx, call, token }: List,
  namesOf: (found: Tagged) => readonly string[],
): Promise<{ readonly names: readonly string[]; readonly token: string }> {
  const last = readToken(token, ctx.now())?.["last"]
  if (token && typeof last !== "string") throw badToken()
  const names = new Set<string>()
  const kinds = kindsIn(await call.resources(), call.region)
  const { account, region } = call
  const take = (found: Tagged): true => {
    for (const name of namesOf(found)) if (typeof last !== "string" || name > last) names.add(name)
    return true
  }
  await walk(ctx, { kinds, owner: { account, region }, take })
  const sorted = [...names].toSorted()
  const page = sorted.slice(0, NAMES_A_PAGE)
  const more = sorted.length > page.length
  return { names: page, token: more ? tokenOf({ last: page.at(-1) }, ctx.now()) : "" }
}
