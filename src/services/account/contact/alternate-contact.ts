import { table } from "../../../kernel/table.ts"
import { op, type In, type Out } from "../define.ts"
import { noAlternateContact } from "../errors.ts"
import { onTarget, targetOf } from "../target.ts"

type Contact = NonNullable<Out<"GetAlternateContact">["AlternateContact"]>
type ContactType = In<"GetAlternateContact">["AlternateContactType"]

interface AlternateContact {
  readonly account: string
  readonly type: ContactType
  readonly contact: Contact
}

/** One for each of billing, operations and security. */
export const alternateContacts = table<AlternateContact>("account/alternate-contact", {
  key: ({ account, type }) => [account, type],
})

const onContact = onTarget((input: In<"GetAlternateContact">) => ({
  "account:AlternateContactTypes": input.AlternateContactType,
}))

export const PutAlternateContact = op.write("PutAlternateContact", {
  authorize: onContact,
  run(tx, input, call): Out<"PutAlternateContact"> {
    const account = targetOf(tx, input, call)
    const { AccountId: _account, ...contact } = input
    tx.put(alternateContacts, { account, type: input.AlternateContactType, contact })
    return {}
  },
})

export const GetAlternateContact = op.read("GetAlternateContact", {
  authorize: onContact,
  run(tx, input, call): Out<"GetAlternateContact"> {
    const key = [targetOf(tx, input, call), input.AlternateContactType]
    const found = tx.get(alternateContacts, key)
    if (!found) throw noAlternateContact()
    return { AlternateContact: found.contact }
  },
})

export const DeleteAlternateContact = op.write("DeleteAlternateContact", {
  authorize: onContact,
  run(tx, input, call): Out<"DeleteAlternateContact"> {
    const key = [targetOf(tx, input, call), input.AlternateContactType]
    if (!tx.delete(alternateContacts, key)) throw noAlternateContact()
    return {}
  },
})
