import { table } from "../../../kernel/table.ts"
import { accountOfEmail, changeAccount, knownAccount } from "../../organizations/port.ts"
import { op, type In, type Out } from "../define.ts"
import { accessDenied, emailInUse, noEmailUpdate, wrongPassword } from "../errors.ts"
import { onTarget, targetOf } from "../target.ts"

/** An address that an account is to have, once somebody shows that it reads its mail. */
interface EmailUpdate {
  readonly account: string
  readonly email: string
}

export const emailUpdates = table<EmailUpdate>("account/email-update", {
  key: ({ account }) => [account],
})

const onEmail = onTarget((input: In<"StartPrimaryEmailUpdate">) => ({
  "account:EmailTargetDomain": input.PrimaryEmail.split("@").at(-1) ?? "",
}))

export const GetPrimaryEmail = op.read("GetPrimaryEmail", {
  authorize: onTarget(),
  run(tx, input, call): Out<"GetPrimaryEmail"> {
    const id = targetOf(tx, input, call)
    return { PrimaryEmail: knownAccount(tx, { id, partition: call.partition }).email }
  },
})

/** "Starts the process", which a later start begins anew. */
export const StartPrimaryEmailUpdate = op.write("StartPrimaryEmailUpdate", {
  authorize: onEmail,
  run(tx, input, call): Out<"StartPrimaryEmailUpdate"> {
    const account = targetOf(tx, input, call)
    const email = input.PrimaryEmail
    if (accountOfEmail(tx, { email, partition: call.partition })) throw emailInUse()
    tx.put(emailUpdates, { account, email })
    return { Status: "PENDING" }
  },
})

export const AcceptPrimaryEmailUpdate = op.write("AcceptPrimaryEmailUpdate", {
  authorize: onEmail,
  run(tx, input, call): Out<"AcceptPrimaryEmailUpdate"> {
    const id = targetOf(tx, input, call)
    const update = tx.get(emailUpdates, [id])
    if (update?.email !== input.PrimaryEmail) throw noEmailUpdate()
    if (input.Otp !== mailedPassword(id)) throw wrongPassword()
    const { email } = update
    if (accountOfEmail(tx, { email, partition: call.partition })) throw emailInUse()
    const account = knownAccount(tx, { id, partition: call.partition })
    if (account.state !== "ACTIVE") throw accessDenied()
    changeAccount(tx, account, { email })
    tx.remove(emailUpdates, update)
    return { Status: "ACCEPTED" }
  },
})

/** Nobody sends mail here: the password that AWS would mail is known (see NOTES.md). */
const mailedPassword = (account: string): string => account.slice(-6)
