import { quota } from "../../../kernel/quotas.ts"
import { unchecked } from "../../../registry/authorize.ts"
import { ask, op, type Out } from "../define.ts"
import { QUOTAS } from "./quotas.ts"

/** The quotas of provisioned capacity. */
export const DescribeLimits = op.read("DescribeLimits", {
  authorize: ask.anything,
  run: (tx, _input, call): Out<"DescribeLimits"> => ({
    AccountMaxReadCapacityUnits: quota(tx, QUOTAS.accountRead, call),
    AccountMaxWriteCapacityUnits: quota(tx, QUOTAS.accountWrite, call),
    TableMaxReadCapacityUnits: quota(tx, QUOTAS.tableRead, call),
    TableMaxWriteCapacityUnits: quota(tx, QUOTAS.tableWrite, call),
  }),
})

/** AWS answers the Region's endpoint, good for a day; ours is where the caller reached us. */
export const DescribeEndpoints = op.read("DescribeEndpoints", {
  authorize: unchecked("it says where the service is, to whoever asks (not verified)"),
  run: (_tx, _input, { endpoint }): Out<"DescribeEndpoints"> => ({
    Endpoints: [{ Address: endpoint.replace(/^https?:\/\//, ""), CachePeriodInMinutes: 1440 }],
  }),
})
