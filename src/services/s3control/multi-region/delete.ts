import { op, type In, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"
import { pointAccess } from "./point.ts"
import { askedBefore, requestArn } from "./request.ts"
import { takeOn } from "./work.ts"

export const DeleteMultiRegionAccessPoint = op.write("DeleteMultiRegionAccessPoint", {
  authorize: pointAccess(({ AccountId, Details }: In<"DeleteMultiRegionAccessPoint">) => ({
    ...{ AccountId, Name: nameIn(Details) },
  })),
  run(tx, input, call): Out<"DeleteMultiRegionAccessPoint"> {
    const { AccountId: account, ClientToken: clientToken } = input
    const details = { Name: nameIn(input.Details) }
    const asked = { operation: "DeleteMultiRegionAccessPoint", details } as const
    const before = askedBefore(tx, { account, clientToken, asked })
    if (before) return { RequestTokenARN: requestArn(before) }
    return { RequestTokenARN: takeOn(tx, { account, clientToken, asked }, call) }
  },
})

/** The name that a document gives. Throws MalformedXML. */
export function nameIn(details: { readonly Name?: string } | undefined): string {
  if (!details?.Name) throw malformedXml()
  return details.Name
}
