import { table } from "../../../kernel/table.ts"
import { op, type In, type Out } from "../define.ts"
import { noContact } from "../errors.ts"
import { onTarget, targetOf } from "../target.ts"

interface Contact {
  readonly account: string
  readonly information: In<"PutContactInformation">["ContactInformation"]
}

export const contacts = table<Contact>("account/contact", { key: ({ account }) => [account] })

export const PutContactInformation = op.write("PutContactInformation", {
  authorize: onTarget(),
  run(tx, input, call): Out<"PutContactInformation"> {
    const account = targetOf(tx, input, call)
    tx.put(contacts, { account, information: input.ContactInformation })
    return {}
  },
})

/** Nobody signs up here: an account has the contact that it was given. */
export const GetContactInformation = op.read("GetContactInformation", {
  authorize: onTarget(),
  run(tx, input, call): Out<"GetContactInformation"> {
    const contact = tx.get(contacts, [targetOf(tx, input, call)])
    if (!contact) throw noContact()
    return { ContactInformation: contact.information }
  },
})
