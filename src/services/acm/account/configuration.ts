import { table } from "../../../kernel/table.ts"
import { asks, op, type Out } from "../define.ts"
import { invalid } from "../errors.ts"
import { EXPIRY_DAYS } from "../limits.ts"

/** How many days before its end events tell of a certificate, in an account's Region. */
interface AccountConfiguration {
  readonly account: string
  readonly region: string
  readonly daysBeforeExpiry: number
}

export const configurations = table<AccountConfiguration>("acm/configuration", {
  key: ({ account, region }) => [account, region],
})

export const GetAccountConfiguration = op.read("GetAccountConfiguration", {
  authorize: asks.anything,
  run(tx, _input, { account, region }): Out<"GetAccountConfiguration"> {
    const DaysBeforeExpiry =
      tx.get(configurations, [account, region])?.daysBeforeExpiry ?? EXPIRY_DAYS.default
    return { ExpiryEvents: { DaysBeforeExpiry } }
  },
})

export const PutAccountConfiguration = op.write("PutAccountConfiguration", {
  authorize: asks.anything,
  run(tx, input, { account, region }): Out<"PutAccountConfiguration"> {
    const { ExpiryEvents: events } = input
    // Quoted, all three.
    if (!events) throw invalid("Configuration for events is empty.")
    const daysBeforeExpiry = events.DaysBeforeExpiry
    if (daysBeforeExpiry === undefined)
      throw invalid("DaysBeforeExpiry is required in ExpiryEvents.")
    const { least, most } = EXPIRY_DAYS
    if (daysBeforeExpiry < least || daysBeforeExpiry > most)
      throw invalid(`DaysBeforeExpiry must be between ${least} and ${most}`)
    tx.put(configurations, { account, region, daysBeforeExpiry })
    return {}
  },
})
