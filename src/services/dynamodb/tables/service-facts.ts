import { unchecked } from "../../../registry/authorize.ts"
import { ask, op, type Out } from "../define.ts"

/** The defaults of every account (docs: "Quotas in Amazon DynamoDB"). */
export const DescribeLimits = op.read("DescribeLimits", {
  authorize: ask.anything,
  run: (): Out<"DescribeLimits"> => ({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  }),
})

/** AWS answers the Region's endpoint, good for a day; ours is where the caller reached us. */
export const DescribeEndpoints = op.read("DescribeEndpoints", {
  authorize: unchecked("it says where the service is, to whoever asks (not verified)"),
  run: (_tx, _input, { endpoint }): Out<"DescribeEndpoints"> => ({
    Endpoints: [{ Address: endpoint.replace(/^https?:\/\//, ""), CachePeriodInMinutes: 1440 }],
  }),
})
