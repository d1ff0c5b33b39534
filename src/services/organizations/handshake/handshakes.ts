import { onAnything } from "../access.ts"
import { knownAccount } from "../account/known.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidInput } from "../errors.ts"
import { pageOfList } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { handshakeMember } from "./answer.ts"
import { handshakesOf, handshakesTo, type Handshake } from "./handshake.ts"

type Filter = In<"ListHandshakesForAccount">["Filter"]

/** Throws InvalidInputException: the API reference lets one of both be given. */
function matching({ ActionType, ParentHandshakeId }: NonNullable<Filter>) {
  if (ActionType !== undefined && ParentHandshakeId !== undefined)
    throw invalidInput(
      "INVALID_LIST_MEMBER",
      "You can specify either ActionType or ParentHandshakeId, but not both.",
    )
  return ({ action, parent }: Handshake): boolean =>
    (ActionType === undefined || action === ActionType) &&
    (ParentHandshakeId === undefined || parent === ParentHandshakeId)
}

/** What this account is asked, under its id or its address; it need be in no organization. */
export const ListHandshakesForAccount = op.read("ListHandshakesForAccount", {
  authorize: onAnything,
  run(tx, input, { account: id, partition }): Out<"ListHandshakesForAccount"> {
    const { email } = knownAccount(tx, { id, partition })
    const asked = [
      ...handshakesTo(tx, { type: "ACCOUNT", id }),
      ...handshakesTo(tx, { type: "EMAIL", id: email }),
    ].filter(matching(input.Filter ?? {}))
    const { items, more } = pageOfList(asked, (one) => one.id, input)
    return { Handshakes: items.map((one) => handshakeMember(tx, one)), ...more }
  },
})

export const ListHandshakesForOrganization = op.read("ListHandshakesForOrganization", {
  authorize: onAnything,
  run(tx, input, call): Out<"ListHandshakesForOrganization"> {
    const sent = handshakesOf(tx, governedOrganization(tx, call))
    const wanted = sent.filter(matching(input.Filter ?? {}))
    const { items, more } = pageOfList(wanted, (one) => one.id, input)
    return { Handshakes: items.map((one) => handshakeMember(tx, one)), ...more }
  },
})
