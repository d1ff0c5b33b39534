import { asks, op, type Out } from "../define.ts"
import { invalid } from "../errors.ts"
import { EXPIRY_DAYS } from "../limits.ts"
import { configurations, daysBeforeExpiry } from "./days-before-expiry.ts"

export const GetAccountConfiguration = op.read("GetAccountConfiguration", {
  authorize: asks.anything,
  run: (tx, _input, call): Out<"GetAccountConfiguration"> => ({
    ExpiryEvents: { DaysBeforeExpiry: daysBeforeExpiry(tx, call) },
  }),
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
