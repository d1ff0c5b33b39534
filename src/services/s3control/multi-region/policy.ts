import { shownPolicy } from "../../iam/port.ts"
import { op, type In, type Out } from "../define.ts"
import { nameIn } from "./delete.ts"
import { noSuchMultiRegionAccessPointPolicy } from "./errors.ts"
import { findPoint, onName, pointAccess } from "./point.ts"
import { askedBefore, requestArn } from "./request.ts"
import { takeOn } from "./work.ts"

export const PutMultiRegionAccessPointPolicy = op.write("PutMultiRegionAccessPointPolicy", {
  authorize: pointAccess(({ AccountId, Details }: In<"PutMultiRegionAccessPointPolicy">) => ({
    ...{ AccountId, Name: nameIn(Details) },
  })),
  run(tx, input, call): Out<"PutMultiRegionAccessPointPolicy"> {
    const { AccountId: account, ClientToken: clientToken } = input
    const details = { Name: nameIn(input.Details), Policy: input.Details.Policy }
    const asked = { operation: "PutMultiRegionAccessPointPolicy", details } as const
    const before = askedBefore(tx, { account, clientToken, asked })
    if (before) return { RequestTokenARN: requestArn(before) }
    return { RequestTokenARN: takeOn(tx, { account, clientToken, asked }, call) }
  },
})

export const GetMultiRegionAccessPointPolicy = op.read("GetMultiRegionAccessPointPolicy", {
  authorize: onName,
  run(tx, input): Out<"GetMultiRegionAccessPointPolicy"> {
    const { policy, proposed } = findPoint(tx, input)
    if (proposed === undefined) throw noSuchMultiRegionAccessPointPolicy()
    return {
      Policy: {
        ...(policy !== undefined && { Established: { Policy: shownPolicy(tx, policy) } }),
        Proposed: { Policy: shownPolicy(tx, proposed) },
      },
    }
  },
})

export const GetMultiRegionAccessPointPolicyStatus = op.read(
  "GetMultiRegionAccessPointPolicyStatus",
  {
    authorize: onName,
    run(tx, input): Out<"GetMultiRegionAccessPointPolicyStatus"> {
      const { policyFacts } = findPoint(tx, input)
      if (!policyFacts) throw noSuchMultiRegionAccessPointPolicy()
      return { Established: { IsPublic: policyFacts.isPublic } }
    },
  },
)
